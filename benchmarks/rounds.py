"""A whole run: everything up at once, warmed, then rounds that go forwards and backwards.

All servers are up all the time and take turns, so that whatever else the machine does falls on all alike.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import nginx
from benchmarks.failures import CannotMeasureError
from benchmarks.measure import (
    CONNECTIONS,
    Footprint,
    Sample,
    Server,
    answers_all_right,
    load,
    visit,
    wait_until_ready,
)
from benchmarks.peers import Command, Contest, Peer, Place, environment
from benchmarks.processes import Cores, running
from benchmarks.workloads import ALL, GET, Workload

ORIGIN = "direct"


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a run goes on, and on which cores: the load and the origin share one, each server has the other. In a
    contest that is spread the load and the servers have both."""

    rounds: int
    seconds: int
    warmup_s: int
    load_core: int
    server_core: int

    @property
    def both(self) -> str:
        return f"{self.load_core},{self.server_core}"


@dataclass(frozen=True, slots=True)
class Turn:
    """One server with one workload: what a round goes through."""

    server: Server
    workload: Workload


Samples = dict[tuple[str, str], list[Sample]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Each server's samples, by server and workload, in order of rounds, and what each server took."""

    samples: Samples
    footprints: dict[str, Footprint]


def measure(contests: Sequence[Contest], plan: Plan, folder: Path) -> Measured:
    """Start everything, warm it, and return what was measured."""
    with ExitStack() as up:
        turns = _all_up(contests, plan, folder, up)
        for turn in turns:
            _say(f"warming {turn.server.name} {turn.workload.name}")
            load(turn.server.port, turn.workload, turn.server.load_cores, CONNECTIONS, plan.warmup_s)
        samples = _rounds(turns, plan)
        return Measured(samples, {turn.server.name: _footprint(turn.server) for turn in turns})


def _footprint(server: Server) -> Footprint:
    return Footprint(server.start_ms, server.idle_mib, server.child.memory_mib())


def _rounds(turns: Sequence[Turn], plan: Plan) -> Samples:
    samples: Samples = {(turn.server.name, turn.workload.name): [] for turn in turns}
    for number in range(plan.rounds):
        for turn in turns[:: 1 if number % 2 == 0 else -1]:
            sample = visit(turn.server, turn.workload, plan.seconds)
            samples[turn.server.name, turn.workload.name].append(sample)
            _say(_progress(number + 1, turn, sample))
    return samples


def _progress(number: int, turn: Turn, sample: Sample) -> str:
    wrong = f", {sample.errors} ERRORS" if sample.errors else ""
    return (
        f"round {number}: {turn.server.name} {turn.workload.name}: {sample.requests_per_s:,.0f}/s, "
        f"{sample.cpu_us_per_request:,.0f} us of CPU a request{wrong}"
    )


def _all_up(contests: Sequence[Contest], plan: Plan, folder: Path, up: ExitStack) -> list[Turn]:
    origin = up.enter_context(_origin(plan, folder))
    turns = [Turn(origin, workload) for workload in ALL]
    for contest in contests:
        for peer in contest.peers:
            place = _place(folder, peer.name, origin.port)
            server = up.enter_context(_started(peer, contest.is_spread, plan, place))
            turns.extend(Turn(server, peer.asked(workload, place)) for workload in contest.workloads)
    return turns


@contextmanager
def running_beside_origin(peer: Peer, plan: Plan, folder: Path) -> Iterator[Server]:
    """Run one server before the origin, and nothing else, until the block ends."""
    folder.mkdir(exist_ok=True)
    with (
        _origin(plan, folder) as origin,
        _started(peer, False, plan, _place(folder, peer.name, origin.port)) as server,
    ):
        yield server


@contextmanager
def _origin(plan: Plan, folder: Path) -> Iterator[Server]:
    place = _place(folder, ORIGIN, origin_port=0)
    with _server(ORIGIN, _fixed_answers, place, plan.load_core) as server:
        yield replace(server, load_cores=plan.load_core)


def _fixed_answers(place: Place) -> list[str]:
    return nginx.fixed_answers(place.folder, place.port)


@contextmanager
def _started(peer: Peer, is_spread: bool, plan: Plan, place: Place) -> Iterator[Server]:
    if peer.recorder:
        with _server(f"{peer.name} (recorder)", peer.recorder, place, plan.server_core) as recorder:
            _record(recorder)
    cores = plan.both if is_spread else plan.server_core
    with _server(peer.name, peer.command, place, cores, peer.asked(GET, place)) as server:
        yield replace(server, load_cores=plan.both if is_spread else plan.load_core)


def _record(recorder: Server) -> None:
    for workload in ALL:
        if not answers_all_right(recorder.port, workload):
            raise CannotMeasureError(f"{recorder.name} gave a wrong answer to {workload.name}.")


def _place(folder: Path, name: str, origin_port: int) -> Place:
    own = folder / name
    own.mkdir()
    return Place(own, _free_port(), origin_port, own / "recording.sqlite")


@contextmanager
def _server(name: str, command: Command, place: Place, cores: Cores, first: Workload = GET) -> Iterator[Server]:
    """Run a server until the block ends; it has given a right answer before the block begins."""
    _say(f"starting {name}")
    log = place.folder.parent / f"{name}.log"
    with running(command(place), cores, log, place.folder, environment()) as child:
        server = Server(name, place.port, child)
        start_ms = wait_until_ready(server, first)
        yield replace(server, start_ms=start_ms, idle_mib=child.memory_mib())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
