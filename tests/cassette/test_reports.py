"""What became of a recording in a scope."""

import json

from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Player
from gateway.cassette.reports import MOST_MISSES, MOST_UNUSED, ScopeReport, Unused, ranges_of
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Response
from tests.cassette.recordings import Client, Playing, Recorder, Script, playing, recorded

DISK = "/v2/{p}/volumes/00000000-0000-0000-0000-000000000000"


def life(client):
    volume = client.create()
    client.until(f"/v2/{{p}}/volumes/{volume}", "available")
    client("DELETE", f"/v2/{{p}}/volumes/{volume}")


RECORDING = recorded(life)


def test_a_scope_nobody_asked_in_has_used_nothing():
    report = playing(RECORDING).player.report("")
    assert (report.hits, report.used, report.unused_count) == (0, 0, len(RECORDING))
    assert report.unused[0] == Unused(1, "cinder_create_volume", "POST", "/v2/{project_id}/volumes")


def test_a_scope_that_asked_for_all_has_used_all():
    played = playing(RECORDING)
    life(Client(played.answer))
    assert played.player.report("") == ScopeReport(
        "", hits=len(RECORDING), used=len(RECORDING), ranges=((1, len(RECORDING)),)
    )
    assert played.player.scopes() == ("",)


def test_polls_of_a_run_that_was_served_are_used():
    recorder = Recorder(Script([Response(200, (), body) for body in (b"a", b"a", b"b")]))
    for _ in range(3):
        Client(recorder.answer)("GET", DISK)
    played = playing(recorder.exchanges)
    Client(played.answer)("GET", DISK)
    report = played.player.report("")
    assert (report.used, [unused.seq for unused in report.unused]) == (2, [3])


def test_misses_are_kept_with_their_reports_and_counted_when_they_are_too_many():
    played = playing(RECORDING)
    for _ in range(MOST_MISSES + 1):
        Client(played.answer)("GET", "/v2/{p}/types")
    report = played.player.report("")
    assert (report.miss_count, len(report.misses)) == (MOST_MISSES + 1, MOST_MISSES)
    assert report.misses[0] == played.misses[0].report


def test_unused_exchanges_are_named_up_to_a_bound():
    recorder = Recorder(Script([Response(404) for _ in range(MOST_UNUSED + 2)]))
    for number in range(MOST_UNUSED + 2):
        Client(recorder.answer)("GET", f"/v2/{{p}}/volumes/{number}")
    report = playing(recorder.exchanges).player.report("")
    assert (len(report.unused), report.unused_count) == (MOST_UNUSED, MOST_UNUSED + 2)


def test_an_undocumented_call_is_named_by_its_path():
    recorder = Recorder(Script([Response(404)]))
    Client(recorder.answer)("GET", "/v9/{p}/odd")
    (unused,) = playing(recorder.exchanges).player.report("").unused
    assert (unused.operation, unused.target_template) == ("undocumented", "/v9/<project:1>/odd")


def test_a_rewound_scope_keeps_its_counts_and_shows_other_ids():
    player = Player(MemoryIndex(RECORDING, CATALOGUE))
    played = Playing(player, "one")
    first = Client(played.answer).create()
    player.rewind("one")
    player.rewind("never seen")
    assert Client(played.answer).create() != first
    assert (player.report("one").hits, player.report("one").used, player.scopes()) == (2, 1, ("one",))


def test_a_forgotten_scope_counts_from_nothing_and_begins_as_it_did():
    player = Player(MemoryIndex(RECORDING, CATALOGUE))
    played = Playing(player, "one")
    first = Client(played.answer).create()
    player.forget("one")
    assert (player.report("one").hits, player.scopes()) == (0, ())
    assert Client(played.answer).create() == first


def test_what_any_scope_used_was_used():
    player = Player(MemoryIndex(RECORDING, CATALOGUE))
    one, two = Playing(player, "one"), Playing(player, "two")
    Client(one.answer).create()
    Client(two.answer)("GET", "/v2/{p}/types")
    life(Client(two.answer))
    player.forget("two")
    overall = player.overall()
    assert (overall.hits, overall.miss_count, overall.used, overall.unused) == (1 + len(RECORDING), 1, 5, ())


def test_numbers_are_told_in_ranges():
    assert ranges_of([1, 2, 3, 5, 8, 9]) == ((1, 3), (5, 5), (8, 9))


def test_an_id_that_a_scope_gave_out_leads_back_to_it():
    player = Player(MemoryIndex(RECORDING, CATALOGUE))
    one, two = Playing(player, "one"), Playing(player, "two")
    mine, theirs = Client(one.answer).create(), Client(two.answer).create()
    assert [player.issuer(ids) for ids in ((theirs,), (mine.upper(),), ("0" * 32,), ())] == ["two", "one", None, None]


def test_a_real_id_of_the_recording_was_given_out_by_no_scope():
    player = Player(MemoryIndex(RECORDING, CATALOGUE))
    real = json.loads(RECORDING[0].response.body)["volume"]["id"]
    Client(Playing(player, "one").answer)("GET", f"/v2/{{p}}/volumes/{real}")
    assert player.issuer([real]) is None
