"""Whoever polls what, how often and how fast: no replayed answer contradicts one that was given before.

The recording is a disk ordered by the custom call, with its job, the disk itself and the list polled in turn. Each
answer was true for a stretch of the recording, from the first to the last time it was seen; answers given one after the
other must have been true at moments that do not go back.
"""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.clock import Tempo
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Manner, Player
from gateway.cassette.progress import Progress
from gateway.contract.catalogue import CATALOGUE
from tests.cassette.recordings import Client, Playing, Recorder, cloud

ORDER = {"volume": {"name": "disk", "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"}}
LOOKS = ("job", "disk", "list")


class Life:
    """One order of a disk; its job tells the disk's id, once it is there."""

    def __init__(self, client):
        self.client = client
        answer = client("POST", "/v2/{p}/cloudvolumes", ORDER)
        self.job = answer.body["job_id"]
        self.disk = None

    def look(self, what):
        """Look at one thing and return what it says of itself."""
        if what == "job":
            body = self.client("GET", f"/v1/{{p}}/jobs/{self.job}").body
            self.disk = self.disk or body["entities"].get("volume_id")
            return body["status"]
        if what == "list":
            return tuple(each["status"] for each in self.client("GET", "/v2/{p}/volumes/detail").body["volumes"])
        return self.client("GET", f"/v2/{{p}}/volumes/{self.disk}").body["volume"]["status"] if self.disk else None


def _recorded():
    recorder = Recorder(cloud(settle_s=7.5))
    life = Life(Client(recorder.answer))
    for _ in range(8):
        for what in LOOKS:
            life.look(what)
    return recorder.exchanges


RECORDING = _recorded()
INDEX = MemoryIndex(RECORDING, CATALOGUE)


def _stretches():
    """Return from when to when each recorded answer was seen unchanged, by its place."""
    found = {}
    keyed = sorted(enumerate(RECORDING), key=lambda each: (each[1].request.target, each[0]))
    for _, same in groupby(keyed, key=lambda each: (each[1].request.target, each[1].response.body)):
        places = [place for place, _ in same]
        found.update(dict.fromkeys(places, (places[0], places[-1])))
    return found


STRETCHES = _stretches()


def test_the_recording_has_what_could_contradict():
    statuses = [exchange.response.body for exchange in RECORDING]
    assert all(any(word in body for body in statuses) for word in (b"RUNNING", b"SUCCESS", b"creating", b"available"))


@given(
    st.sampled_from(Progress),
    st.integers(1, 3),
    st.floats(0.1, 100),
    st.lists(st.tuples(st.sampled_from(LOOKS), st.floats(0, 20)), max_size=60),
)
def test_answers_are_true_at_moments_that_never_go_back(rule, steps, speed, looks):
    played = Playing(Player(INDEX, Manner(tempo=Tempo(rule, steps=steps, speed=speed))))
    life, said, moment = Life(Client(played.answer)), [], 0
    for what, wait_s in looks:
        said.append((what, life.look(what)))
        played.now += wait_s
        first, last = STRETCHES[played.hits[-1].at]
        assert moment <= last
        moment = max(moment, first)
    statuses = [status for _, status in said]
    if "SUCCESS" in statuses:
        after = said[statuses.index("SUCCESS") :]
        assert {status for what, status in after if what == "job"} == {"SUCCESS"}
    if ("disk", "available") in said:
        assert "creating" not in [
            status for what, status in said[said.index(("disk", "available")) :] if what == "disk"
        ]


@given(st.sampled_from([rule for rule in Progress if rule is not Progress.TIME]), st.floats(0, 60))
def test_every_poller_sees_the_end(rule, wait_s):
    played = Playing(Player(INDEX, Manner(tempo=Tempo(rule))))
    life = Life(Client(played.answer))
    for polls in range(60):
        if life.look("job") == "SUCCESS":
            assert (life.look("disk"), life.look("list")) == ("available", ("available",))
            assert polls <= 8
            return
        played.now += wait_s
    raise AssertionError("never done")


def test_one_who_asks_only_after_the_job_is_done_never_sees_it_being_made():
    played = Playing(Player(INDEX))
    life = Life(Client(played.answer))
    while life.look("job") != "SUCCESS":
        played.now += 1
    assert (life.look("disk"), life.look("list")) == ("available", ("available",))


def test_by_time_a_poller_without_pause_waits_as_long_as_was_recorded():
    played = Playing(Player(INDEX, Manner(tempo=Tempo(Progress.TIME))))
    life, polls = Life(Client(played.answer)), 0
    while life.look("job") != "SUCCESS":
        polls += 1
        played.now -= 0.99
    assert 790 < polls < 810
