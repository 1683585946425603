"""Who is measured: the gateway in its modes and at both doors, and beside it nginx and mitmproxy doing the same work.

Each peer is a row: how it is called, what it must be compared with, which programs it needs, how it is started.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import deployment, nginx
from benchmarks.workloads import ALL, READS, Workload

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server of a run lives: its own folder and port, the origin, and what was recorded before."""

    folder: Path
    port: int
    origin_port: int
    recording: Path

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.origin_port}"


Command = Callable[[Place], list[str]]


@dataclass(frozen=True, slots=True)
class Peer:
    """One server under measurement. `program`: what it is made of. `recorder`: what makes its recording first.
    `is_proxy`: it is asked for the origin, and not as the origin."""

    name: str
    title: str
    program: str
    command: Command
    recorder: Command | None = None
    is_proxy: bool = False

    def asked(self, workload: Workload, place: Place) -> Workload:
        """Return a workload as this peer is asked it."""
        return workload.through_proxy(place.origin) if self.is_proxy else workload


@dataclass(frozen=True, slots=True)
class Contest:
    """Peers that do the same work. Ratios are over the `base`, and of the gateway's own to each other one. `is_spread`:
    servers and load may use both cores."""

    title: str
    base: str
    peers: tuple[Peer, ...]
    workloads: tuple[Workload, ...]
    note: str = ""
    is_spread: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(peer.name for peer in self.peers)

    @property
    def own(self) -> tuple[Peer, ...]:
        return tuple(peer for peer in self.peers if peer.program == "gateway")

    @property
    def others(self) -> tuple[Peer, ...]:
        return tuple(peer for peer in self.peers if peer.program != "gateway")

    @property
    def has_both_sides(self) -> bool:
        return bool(self.own and self.others)


def environment() -> dict[str, str]:
    """Return the environment of the servers: this checkout's gateway, and none of the user's settings for it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVS_GATEWAY_")}
    return kept | {"PYTHONPATH": str(ROOT)}


def program(name: str) -> str | None:
    """Return the path of a program beside this Python, else on the search path, else None."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name)


def _gateway(place: Place, mode: str, *options: str) -> list[str]:
    return [
        *(sys.executable, "-m", "gateway", "serve", "--mode", mode, "--upstream", place.origin),
        *("--iam-upstream", place.origin, "--config", str(deployment.settings(place.folder))),
        *("--listen", f"127.0.0.1:{place.port}", "--admin-listen", "127.0.0.1:0"),
        *("--data", str(place.folder / "data"), *options),
    ]


def _gateway_passthrough(place: Place) -> list[str]:
    return _gateway(place, "passthrough")


def _gateway_two_workers(place: Place) -> list[str]:
    return _gateway(place, "passthrough", "--workers", "2")


def _gateway_record(place: Place) -> list[str]:
    return _gateway(place, "record", "--cassette", str(place.recording))


def _gateway_forward(place: Place) -> list[str]:
    return [
        *(sys.executable, "-m", "gateway", "serve", "--mode", "record", "--upstream", place.origin),
        *("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"),
        *("--forward-listen", f"127.0.0.1:{place.port}"),
        *("--data", str(place.folder / "data"), "--cassette", str(place.recording)),
    ]


def _gateway_replay(place: Place) -> list[str]:
    return _gateway(place, "replay", "--cassette", str(place.recording))


def _mitmdump(place: Place, *options: str) -> list[str]:
    return [
        *(program("mitmdump") or "mitmdump", "--quiet", "--mode", f"reverse:{place.origin}"),
        *("--listen-host", "127.0.0.1", "--listen-port", str(place.port)),
        *("--set", f"confdir={place.folder}", *options),
    ]


def _mitmproxy_forward(place: Place) -> list[str]:
    return [
        *(program("mitmdump") or "mitmdump", "--quiet", "--mode", "regular"),
        *("--listen-host", "127.0.0.1", "--listen-port", str(place.port)),
        *("--set", f"confdir={place.folder}"),
    ]


def _mitmproxy_record(place: Place) -> list[str]:
    return _mitmdump(place, "--save-stream-file", str(place.recording))


def _mitmproxy_replay(place: Place) -> list[str]:
    return _mitmdump(
        place,
        *("--server-replay", str(place.recording), "--set", "server_replay_reuse=true"),
        *("--set", "server_replay_extra=500", "--set", "keepserving=true"),
        *("--set", "connection_strategy=lazy"),
    )


def _nginx_proxy(place: Place) -> list[str]:
    return nginx.proxy(place.folder, place.port, place.origin_port)


def _nginx_fixed(place: Place) -> list[str]:
    return nginx.fixed_answers(place.folder, place.port)


def _floor_forward(place: Place) -> list[str]:
    return [sys.executable, "-m", "benchmarks.floor", str(place.port), "--origin", str(place.origin_port)]


def _floor_fixed(place: Place) -> list[str]:
    return [sys.executable, "-m", "benchmarks.floor", str(place.port)]


PASS_THROUGH = Contest(
    "Pass-through",
    base="nginx-proxy",
    peers=(
        Peer("nginx-proxy", "nginx `proxy_pass`, 1 worker", "nginx", _nginx_proxy),
        Peer("floor-forward", "Python's floor: bytes passed on, nothing read but their end", "python", _floor_forward),
        Peer("gateway-passthrough", "**gateway, pass-through**", "gateway", _gateway_passthrough),
        Peer("gateway-record", "**gateway, recording to SQLite**", "gateway", _gateway_record),
        Peer("mitmproxy", "mitmproxy, reverse mode", "mitmdump", _mitmdump),
        Peer("mitmproxy-record", "mitmproxy, reverse mode, `-w FILE`", "mitmdump", _mitmproxy_record),
    ),
    workloads=ALL,
)
REPLAY = Contest(
    "Replay",
    base="nginx-fixed",
    peers=(
        Peer("nginx-fixed", "nginx, fixed answers, 1 worker", "nginx", _nginx_fixed),
        Peer("floor-fixed", "Python's floor: answers known before", "python", _floor_fixed),
        Peer("gateway-replay", "**gateway, replay from SQLite**", "gateway", _gateway_replay, _gateway_record),
        Peer("mitmproxy-replay", "mitmproxy, server replay", "mitmdump", _mitmproxy_replay, _mitmproxy_record),
    ),
    workloads=READS,
    note=(
        "create is left out: a recorded create is served as often as it was recorded, and once more is a miss by "
        "design, so a steady load of creates would measure misses."
    ),
)
FORWARD = Contest(
    "Forward proxy",
    base="mitmproxy-forward",
    peers=(
        Peer("mitmproxy-forward", "mitmproxy, regular mode", "mitmdump", _mitmproxy_forward, is_proxy=True),
        Peer("gateway-forward", "**gateway, forward door, recording**", "gateway", _gateway_forward, is_proxy=True),
    ),
    workloads=ALL,
    note="Plain HTTP in absolute form: TLS costs both the same.",
)
WORKERS = Contest(
    "Workers",
    base="gateway-1-worker",
    peers=(
        Peer("gateway-1-worker", "gateway, pass-through, 1 worker", "gateway", _gateway_passthrough),
        Peer("gateway-2-workers", "**gateway, pass-through, 2 workers**", "gateway", _gateway_two_workers),
    ),
    workloads=ALL,
    note="The load, the origin and the gateway share both cores here.",
    is_spread=True,
)
CONTESTS = (PASS_THROUGH, REPLAY, FORWARD, WORKERS)
NAMES = tuple(name for contest in CONTESTS for name in contest.names)


def chosen(names: Sequence[str]) -> tuple[Contest, ...]:
    """Return the contests with only the peers that are named; no names choose all."""
    return tuple(
        replace(contest, peers=peers)
        for contest in CONTESTS
        if (peers := tuple(peer for peer in contest.peers if not names or peer.name in names))
    )
