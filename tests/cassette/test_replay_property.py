"""Any life replays: whatever clients did, doing it again with other names, ids and projects gives the same statuses,
and answers that differ from the recorded ones in those names, ids and projects alone."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cassette.aliases import aliased
from tests.cassette.recordings import P1, P2, Client, Recorder, playing

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|(?<=\"auth_key\":\")[0-9a-f]{16}")


class Life:
    """Carries out steps; a step names things by their place among what the life made so far."""

    def __init__(self, answer, projects, prefix, connections=("c1", "c2"), size=10):
        self.clients = [
            Client(answer, project, connection) for project, connection in zip(projects, connections, strict=True)
        ]
        self.prefix, self.size = prefix, size
        self.made = {"volume": [], "snapshot": [], "transfer": [], "job": []}
        self.statuses = []
        self.bodies = []

    def step(self, who, what, which, name):
        client = self.clients[who]
        method, path, body = getattr(self, what)(which, f"{self.prefix}-{name}")
        answer = client(method, path, body)
        self.statuses.append((what, answer.status))
        self.bodies.append(answer.response.body.decode())
        if isinstance(answer.body, dict) and method == "POST" and answer.status < 300:
            for kind, thing in answer.body.items():
                if kind in self.made and "id" in thing:
                    self.made[kind].append(thing)
                elif kind == "job_id":
                    self.made["job"].append({"id": thing})

    def pick(self, kind, which):
        made = self.made[kind]
        return made[which % len(made)] if made else {"id": "00000000-0000-0000-0000-000000000000", "auth_key": "0" * 16}

    def disk(self, name, **more):
        return {"name": name, "size": self.size, "volume_type": "SSD", "availability_zone": "az-dc-1", **more}

    def volume(self, which):
        return f"/v2/{{p}}/volumes/{self.pick('volume', which)['id']}"

    def create(self, which, name):
        return "POST", "/v2/{p}/volumes", {"volume": self.disk(name, description=name, metadata={"k": name})}

    def submit(self, which, name):
        return "POST", "/v2/{p}/cloudvolumes", {"volume": self.disk(name, count=which % 2 + 1)}

    def vendor(self, which, name):
        return "POST", "/v2.1/{p}/cloudvolumes", {"volume": self.disk(name)}

    def job(self, which, name):
        return "GET", f"/v1/{{p}}/jobs/{self.pick('job', which)['id']}", None

    def show(self, which, name):
        return "GET", self.volume(which), None

    def by_name(self, which, name):
        return "GET", f"/v2/{{p}}/volumes/{name}", None

    def find(self, which, name):
        return "GET", f"/v2/{{p}}/volumes/detail?name={name}", None

    def list(self, which, name):
        return "GET", "/v2/{p}/volumes/detail", None

    def page(self, which, name):
        return "GET", f"/v2/{{p}}/volumes?limit=1&marker={self.pick('volume', which)['id']}", None

    def quota(self, which, name):
        return "GET", "/v2/{p}/os-quota-sets/{p}?usage=True", None

    def rename(self, which, name):
        return "PUT", self.volume(which), {"volume": {"name": name}}

    def tag(self, which, name):
        return "POST", f"{self.volume(which)}/metadata", {"metadata": {f"k{which}": name}}

    def tags(self, which, name):
        return "GET", f"{self.volume(which)}/metadata", None

    def extend(self, which, name):
        return "POST", f"{self.volume(which)}/action", {"os-extend": {"new_size": self.size + which}}

    def delete(self, which, name):
        return "DELETE", self.volume(which), None

    def snap(self, which, name):
        body = {"volume_id": self.pick("volume", which)["id"], "name": name}
        return "POST", "/v2/{p}/snapshots", {"snapshot": body}

    def snaps(self, which, name):
        return "GET", "/v2/{p}/snapshots/detail", None

    def unsnap(self, which, name):
        return "DELETE", f"/v2/{{p}}/snapshots/{self.pick('snapshot', which)['id']}", None

    def offer(self, which, name):
        body = {"volume_id": self.pick("volume", which)["id"], "name": name}
        return "POST", "/v2/{p}/os-volume-transfer", {"transfer": body}

    def accept(self, which, name):
        offered = self.pick("transfer", which)
        key = offered.get("auth_key", "wrong") if which % 3 else "wrong"
        return "POST", f"/v2/{{p}}/os-volume-transfer/{offered['id']}/accept", {"accept": {"auth_key": key}}


MEANS = ("__init__", "step", "pick", "disk", "volume")
ACTS = [name for name, each in vars(Life).items() if callable(each) and name not in MEANS]


def steps_of(*acts):
    step = st.tuples(st.integers(0, 1), st.sampled_from(acts), st.integers(0, 4), st.sampled_from(["one", "two"]))
    return st.lists(step, min_size=1, max_size=25)


ANY = steps_of(*ACTS, "create", "show", "show", "list")
ALONE = steps_of(*(act for act in ACTS if act not in ("offer", "accept")), "create", "show", "show", "list")


def plain(body, prefix, projects):
    """Return a body with the client's own words and ids replaced by what they stand for."""
    for place, project in enumerate(projects):
        body = body.replace(project, f"project-{place}")
    ids = {}
    body = ID.sub(lambda match: ids.setdefault(match.group(), f"id-{len(ids)}"), body.replace(prefix, "prefix"))
    return json.loads(body) if body.startswith("{") else body


@settings(deadline=None, max_examples=40)
@given(ANY)
def test_any_life_replays(steps):
    recorder = Recorder()
    first = Life(recorder.answer, (P1, P2), "recorded")
    for step in steps:
        first.step(*step)
    projects = ("a" * 32, "b" * 32) if steps[0][0] == 0 else ("b" * 32, "a" * 32)
    for form in (recorder.exchanges, aliased(recorder.exchanges)):
        again = Life(playing(form).answer, projects, "other-name", ("x", "y"))
        for step in steps:
            again.step(*step)
        assert again.statuses == first.statuses
        played = [plain(body, "other-name", projects) for body in again.bodies]
        assert played == [plain(body, "recorded", (P1, P2)) for body in first.bodies]


@settings(deadline=None, max_examples=40)
@given(ANY)
def test_any_life_that_makes_something_replays_again_and_again(steps):
    steps = [(0, "create", 0, "zero"), *steps]
    recorder = Recorder()
    first = Life(recorder.answer, (P1, P2), "recorded")
    for step in steps:
        first.step(*step)
    player = playing(recorder.exchanges)
    for turn in range(3):
        again = Life(player.answer, (P1, P2), f"other-{turn}")
        for step in steps:
            again.step(*step)
        assert again.statuses == first.statuses


@pytest.mark.parametrize("projects", [(P1, P1), (P1, P2)])
@settings(deadline=None, max_examples=40)
@given(ALONE)
def test_each_of_two_clients_recorded_at_once_replays_alone(projects, steps):
    # Two that only ask for what is not there cannot be told apart: each makes something of its own first.
    steps = [(0, "create", 0, "zero"), (1, "create", 0, "zero"), *steps]
    recorder = Recorder()
    both = [Life(recorder.answer, projects, f"recorded-{who}", size=10 + who) for who in (0, 1)]
    for step in steps:
        both[step[0]].step(*step)
    for who, life in enumerate(both):
        again = Life(playing(recorder.exchanges).answer, projects, "other-name", ("x", "y"), 10 + who)
        for step in steps:
            if step[0] == who:
                again.step(*step)
        assert again.statuses == life.statuses
