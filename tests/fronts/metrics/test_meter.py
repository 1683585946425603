"""What is counted of requests that went through a core, with stores that take records and stores that do not."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.access.decisions import Decision, Kind
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Player
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonObject
from gateway.errors import StoreFullError
from gateway.faults.declared import FaultSettings
from gateway.faults.overlay import Overlay
from gateway.fronts.core import Answered, Core
from gateway.fronts.metrics import meter as counts
from gateway.fronts.metrics.exposition import Standing, exposed
from gateway.fronts.metrics.meter import REMEMBERED, Meter, step
from gateway.fronts.metrics.tallies import Memory, Name
from gateway.http.links import Links
from gateway.http.messages import Request, Response
from gateway.modes import NEW_EPISODES, PASSTHROUGH, RECORD, REPLAY, Mode
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Auditor, Ending, FailureKind, Forward, Service, UpstreamFailure
from tests.fronts.test_asgi import Cloud, Kept
from tests.test_pipeline import PROJECT, RECORDED, SHOW, answer, ask

TYPES = f"/v2/{PROJECT}/types"
CREATE: JsonObject = {"volume": {"size": 1, "availability_zone": "az-dc-1", "volume_type": "SSD", "name": "a"}}


class Trail:
    """An audit trail that takes so many records."""

    def __init__(self, room: int = 100) -> None:
        self.room = room

    async def received(self, request_id: str, forward: Forward) -> int:
        self._take()
        return 1

    async def complete(self, request_id: str, ending: Ending) -> None:
        self._take()

    def _take(self) -> None:
        if not self.room:
            raise StoreFullError("disk full")
        self.room -= 1


class Bench:
    """A core that is counted, behind which the cloud says one thing."""

    def __init__(
        self,
        mode: Mode = PASSTHROUGH,
        outcome: Response | UpstreamFailure | None = None,
        trail: Auditor | None = None,
        keeper: Kept | None = None,
        overlay: Overlay | None = None,
    ) -> None:
        self.memory = Memory()
        meter = Meter(self.memory.tally())
        player = Player(MemoryIndex(RECORDED, CATALOGUE))
        pipeline = Pipeline(CATALOGUE, Rules(mode), Redactor(b"k" * 32), Links(()), player, overlay=overlay)
        upstreams = {Service.EVS: Cloud(outcome or answer(200, {}))}
        kept, counted = meter.over_keeper(keeper), meter.over_trail(trail)
        self.core = Core(pipeline, upstreams, kept, lambda: 1.0, lambda: "minted", trail=counted)

    def ask(self, *requests: Request) -> list[Answered]:
        async def work() -> list[Answered]:
            return [await self.core.answer(request) for request in requests]

        return asyncio.run(work())

    def counted(self, *families: str) -> dict[Name, int]:
        return {name: number for name, number in self.memory.totals().items() if name[0] in families and number}

    def times(self) -> dict[str, int]:
        """How many times of each step were taken."""
        steps: dict[str, int] = {}
        for (_, name, _), number in self.counted(counts.STEPS).items():
            steps[name] = steps.get(name, 0) + number
        return steps


WORDS = (counts.REQUESTS, counts.ORIGINS, counts.REFUSALS, counts.UPSTREAM, counts.CASSETTE, counts.FAULTS)


def test_an_answer_of_the_cloud() -> None:
    bench = Bench()
    bench.ask(ask("GET", TYPES), ask("GET", TYPES))
    assert bench.counted(*WORDS, counts.NOT_TAKEN) == {
        ("requests", "cinder_list_volume_types", "passthrough", "none", "200"): 2,
        ("origins", "cloud"): 2,
        ("upstream", "evs", "2xx"): 2,
    }
    assert bench.times() == {"whole": 2, "decide": 2, "upstream": 2}


def test_paths_nobody_documents_are_one() -> None:
    bench = Bench(outcome=answer(404, {}))
    bench.ask(*(ask("GET", f"/random/{number}") for number in range(50)))
    assert bench.counted(*WORDS) == {
        ("requests", "undocumented", "passthrough", "none", "404"): 50,
        ("origins", "cloud"): 50,
        ("upstream", "evs", "4xx"): 50,
    }


@pytest.mark.parametrize(
    ("request_", "status", "reason", "operation", "mode"),
    [
        (Request("GET", b"/v2/../x"), 400, "inadmissible", "undocumented", "none"),
        (ask("POST", f"/v2/{PROJECT}/cloudvolumes", {}), 400, "invalid", "evs_create_volumes", "passthrough"),
    ],
)
def test_a_refusal_by_its_reason(request_: Request, status: int, reason: str, operation: str, mode: str) -> None:
    bench = Bench()
    bench.ask(request_)
    counted = bench.counted(*WORDS)
    assert counted.pop(("requests", operation, mode, "none", str(status))) == 1
    assert counted == {("origins", "gateway"): 1, ("refusals", reason): 1}


@pytest.mark.parametrize(
    ("outcome", "status", "said"),
    [(UpstreamFailure(FailureKind.LATE, "late"), "504", "http_response_timeout"), (Response(999), "999", "other")],
)
def test_trouble_upstream(outcome: Response | UpstreamFailure, status: str, said: str) -> None:
    bench = Bench(outcome=outcome)
    bench.ask(ask("GET", TYPES))
    counted = bench.counted(counts.REQUESTS, counts.UPSTREAM)
    assert counted == {
        ("requests", "cinder_list_volume_types", "passthrough", "none", status): 1,
        ("upstream", "evs", said): 1,
    }


def test_what_failed_upstream_is_a_refusal_for_that_reason() -> None:
    bench = Bench(outcome=UpstreamFailure(FailureKind.REFUSED, "refused"))
    bench.ask(ask("GET", TYPES))
    assert bench.counted(counts.REFUSALS) == {("refusals", "upstream"): 1}


def test_how_the_cassette_took_part() -> None:
    replay, live, record = Bench(REPLAY), Bench(NEW_EPISODES, keeper=Kept()), Bench(RECORD, keeper=Kept())
    for bench in (replay, live, record):
        bench.ask(ask("GET", SHOW), ask("GET", TYPES), Request("GET", b"/v2/../x"))
    assert replay.counted(counts.CASSETTE) == {("cassette", "hit"): 1, ("cassette", "miss"): 1}
    assert live.counted(counts.CASSETTE) == {("cassette", "hit"): 1, ("cassette", "stored-miss"): 1}
    assert record.counted(counts.CASSETTE) == {("cassette", "stored"): 2}
    assert replay.counted(counts.REFUSALS) == {("refusals", "miss"): 1, ("refusals", "inadmissible"): 1}
    assert record.times() == {"whole": 3, "decide": 3, "upstream": 2, "keep": 2}


def test_a_fault_on_purpose_by_its_name() -> None:
    fault = FaultSettings.model_validate({"name": "down", "status": 503})
    bench = Bench(overlay=Overlay([fault]))
    bench.ask(ask("GET", TYPES))
    assert bench.counted(*WORDS) == {
        ("requests", "cinder_list_volume_types", "passthrough", "none", "503"): 1,
        ("origins", "fault"): 1,
        ("faults", "down"): 1,
    }


def test_a_fault_that_keeps_the_cassette_out() -> None:
    fault = FaultSettings.model_validate({"name": "down", "status": 503})
    bench = Bench(REPLAY, overlay=Overlay([fault]))
    bench.ask(ask("GET", SHOW))
    assert bench.counted(counts.CASSETTE) == {("cassette", "none"): 1}


def test_a_write_is_in_the_trail_twice_and_a_read_once() -> None:
    bench = Bench(trail=Trail())
    bench.ask(ask("GET", TYPES), ask("POST", f"/v2/{PROJECT}/cloudvolumes", CREATE))
    assert bench.times() == {"whole": 2, "decide": 2, "upstream": 2, "audit": 3}


def test_without_a_trail_a_write_goes_up_all_the_same() -> None:
    bench = Bench()
    bench.ask(ask("POST", f"/v2/{PROJECT}/cloudvolumes", CREATE))
    assert bench.counted(counts.UPSTREAM) == {("upstream", "evs", "2xx"): 1}
    assert bench.times() == {"whole": 1, "decide": 1, "upstream": 1}


def test_what_the_trail_does_not_take_is_counted_as_it_is_heard() -> None:
    bench = Bench(trail=Trail(room=0))
    read, write = bench.ask(ask("GET", TYPES), ask("POST", f"/v2/{PROJECT}/cloudvolumes", CREATE))
    assert (read.response.status, write.response.status) == (503, 503)
    assert bench.counted(*WORDS, counts.NOT_TAKEN) == {
        ("requests", "cinder_list_volume_types", "passthrough", "none", "503"): 1,
        ("requests", "evs_create_volumes", "passthrough", "none", "503"): 1,
        ("upstream", "evs", "2xx"): 1,
        ("origins", "gateway"): 2,
        ("refusals", "audit"): 1,
        ("refusals", "store"): 1,
        ("not_taken", "audit"): 3,
    }


def test_what_the_store_does_not_take_leaves_nothing_waiting() -> None:
    bench = Bench(RECORD, keeper=Kept(room=1))
    bench.ask(ask("GET", TYPES), ask("GET", TYPES))
    counted = bench.counted(counts.REQUESTS, counts.NOT_TAKEN, counts.REFUSALS, counts.WAITING)
    assert counted == {
        ("requests", "cinder_list_volume_types", "record", "none", "200"): 1,
        ("requests", "cinder_list_volume_types", "record", "none", "503"): 1,
        ("not_taken", "cassette"): 1,
        ("refusals", "store"): 1,
    }


class Waits(Kept):
    """A keeper that looks how many wait."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.memory = memory
        self.seen: list[int] = []

    def fault(self) -> str | None:
        return "full"

    def _take(self, what: str) -> None:
        self.seen.append(self.memory.totals()[("waiting",)])


def test_what_waits_for_the_store_is_counted_while_it_waits() -> None:
    memory = Memory()
    keeper = Waits(memory)
    counted = Meter(memory.tally()).over_keeper(keeper)
    assert counted is not None

    async def work() -> None:
        assert await counted.intend(Request("GET", b"/")) == 7
        await counted.withdraw(7)

    asyncio.run(work())
    assert (keeper.seen, memory.totals()[("waiting",)]) == ([1, 1], 0)
    assert counted.fault() == "full"


@pytest.mark.parametrize(
    ("decision", "status", "word"),
    [
        (Decision(Kind.ALLOW), 200, "allow"),
        (Decision(Kind.ALLOW, would=Decision(Kind.EXPLICIT)), 200, "would-deny"),
        (Decision(Kind.IMPLICIT), 200, "would-deny"),
        (Decision(Kind.IMPLICIT), 403, "deny"),
    ],
)
def test_what_the_policies_said(decision: Decision, status: int, word: str) -> None:
    memory = Memory()
    bench = Bench()
    (answered,) = bench.ask(ask("GET", TYPES))
    assert answered.reply.arrival is not None
    marked = ((b"proxy-status", b"evs-gateway; error=http_request_denied"),) if status == 403 else ()
    response = Response(status, marked)
    denied = ("deny implicit -",) if status == 403 else ()
    arrival = replace(answered.reply.arrival, decision=decision)
    reply = replace(answered.reply, response=response, arrival=arrival, remarks=denied)
    Meter(memory.tally()).ended(Ending(ask("GET", TYPES), reply, response, None, answered.outcome), status)
    totals: Mapping[Name, int] = memory.totals()
    assert totals["requests", "cinder_list_volume_types", "passthrough", word, str(status)] == 1
    assert totals.get(("refusals", "deny"), 0) == int(status == 403)


def test_times_are_counted_within_their_bounds() -> None:
    memory = Memory()
    took = step(memory.tally(), "keep")
    for seconds in (-1.0, 0.0, 0.0001, 0.00011, 61.0):
        took(seconds)
    totals = memory.totals()
    counted = {name[2]: number for name, number in totals.items() if name[0] == "steps" and number}
    assert counted == {"0.0001": 3, "0.00025": 1, "+Inf": 1}
    assert totals["steps_sum", "keep"] == 61_000_210_000


def test_more_ways_to_end_than_are_remembered_are_counted_all_the_same() -> None:
    memory = Memory()
    meter = Meter(memory.tally())
    bench = Bench()
    (answered,) = bench.ask(ask("GET", TYPES))
    for status in (*range(REMEMBERED + 2), REMEMBERED + 1):
        ending = Ending(ask("GET", TYPES), answered.reply, Response(status), None, answered.outcome)
        meter.ended(ending, status)
    assert memory.totals()["origins", "cloud"] == REMEMBERED + 3


def test_ten_thousand_random_requests_make_few_series() -> None:
    bench = Bench(REPLAY)
    chosen = Random(7)
    segments = ["v2", "v3", "volumes", "os-quota-sets", "..", "%2e", "\xe9".encode().decode("latin-1"), PROJECT]
    methods = ["GET", "POST", "PUT", "DELETE", "BREW", "get"]

    def path() -> str:
        words = [*segments, str(chosen.random()), "x" * chosen.randrange(300)]
        return "/" + "/".join(chosen.choice(words) for _ in range(chosen.randrange(6)))

    bench.ask(*(Request(chosen.choice(methods), path().encode("latin-1")) for _ in range(10_000)))
    body, _ = exposed(bench.memory, Standing({}, {}))
    families = list(text_string_to_metric_families(body.decode()))
    requests = [sample for family in families for sample in family.samples if family.name == "evs_gateway_requests"]
    assert sum(sample.value for sample in requests) == 10_000
    assert sum(len(family.samples) for family in families) < 200
