"""What the size of a cassette costs: opening it, memory, and replay at 100, 10,000 and 1,000,000 exchanges; beside it
VCR.py and mitmproxy's server replay at the sizes they can bear.

Asked for are disks picked at random: of the same ten at every size, which shows what the size itself costs, and of all
that were recorded, which shows what it costs that hardly any answer was given before. CPU time stands beside the rate,
for it depends less on what else the machine does; rounds alternate between the sizes, and medians are shown.

Run as `python -m benchmarks.cassette_size`; needs wrk, and for the others vcrpy and mitmproxy. The large cassette takes
about ten minutes to make and index, and 3 GB of disk; `--sizes` and `--keep` spare that. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import http.client
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.failures import CannotMeasureError
from benchmarks.peers import ROOT, environment, program
from benchmarks.processes import Child, running
from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Request, Response
from gateway.stores.indexes import reindex
from gateway.stores.sqlite import write_all

SIZES = (100, 10_000, 1_000_000)
# What the others take minutes to load is not measured.
LARGEST_VCR = 10_000
LARGEST_MITMPROXY = 10_000
PROJECT = "40acc331ac784f34842ba4f08ff2be48"
READS_A_DISK = 9
FEW_DISKS = 10
SECONDS = 4
ROUNDS = 3
CONNECTIONS = 32
UPSTREAM = "http://127.0.0.1:9"
_JSON = ((b"content-type", b"application/json"),)
_LUA = """
local disks, seed = {disks}, 0
function setup(thread) seed = seed + 1; thread:set("seed", seed) end
function init() math.randomseed(seed) end
function request()
  local n = math.random(0, disks - 1)
  local path = string.format("/v2/{project}/volumes/%08x-0000-4000-8000-%012x", n, n)
  return wrk.format("GET", path, {{["X-Auth-Token"] = "t"}})
end
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What one program does with a recording of one size, when so many disks of it are asked for. `start_s` is the time
    from the start of the program to its first answer."""

    program: str
    exchanges: int
    open_s: float
    rss_mb: float
    disks: int
    requests_per_s: float
    cpu_us: float
    start_s: float = 0.0


def disk_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def disks_of(size: int) -> int:
    return max(1, size // (READS_A_DISK + 1))


def recording(size: int) -> Iterator[Exchange]:
    """Yield the life of many disks: each is shown nine times, at first while it is being made, and between disks
    another client gives one a new description. 1,000 disks are one connection's."""
    disks = disks_of(size)
    for number in range(size):
        disk, step = divmod(number, READS_A_DISK + 1)
        began = 1_700_000_000.0 + number / 100
        if step < READS_A_DISK:
            request = _ask("GET", disk % disks, f"reader {disk // 1000}")
            answer = _shown(disk % disks, "creating" if step < READS_A_DISK // 2 else "available")
        else:
            other = disks + disk
            request = _ask("PUT", other, f"writer {disk // 1000}", {"volume": {"description": f"text {disk}"}})
            answer = _shown(other, "available", f"text {disk}")
        operation = "cinder_show_volume" if step < READS_A_DISK else "cinder_update_volume"
        yield Exchange(operation, request, answer, began, began + 0.005, CredentialClass.TOKEN)


def _ask(method: str, disk: int, connection: str, body: object = None) -> Request:
    target = f"/v2/{PROJECT}/volumes/{disk_id(disk)}".encode()
    return Request(method, target, _JSON, b"" if body is None else json.dumps(body).encode(), connection=connection)


def _shown(disk: int, status: str, description: str = "a disk of the benchmark") -> Response:
    made = "2026-01-01T00:00:00.000000"
    own = {"id": disk_id(disk), "name": f"disk-{disk}", "status": status, "description": description, "size": 40}
    rest = {"volume_type": "SSD", "availability_zone": "az-dc-1", "created_at": made, "metadata": {"k": "v"}}
    return Response(200, _JSON, json.dumps({"volume": {**own, **rest, "attachments": [], "links": []}}).encode())


def gateway_rows(sizes: Sequence[int], rounds: int, folder: Path) -> Iterator[Row]:
    """Measure the gateway at all sizes in turn, round by round; yield medians."""
    for size in sizes:
        _make(size, folder)
    measured = [row for _ in range(rounds) for size in sizes for row in _gateway_rows(size, folder)]
    for size, disks in dict.fromkeys((row.exchanges, row.disks) for row in measured):
        yield median([row for row in measured if (row.exchanges, row.disks) == (size, disks)])


def median(rows: Sequence[Row]) -> Row:
    """Return the middle of equal measurements, each figure by itself."""

    def middle(figure: Callable[[Row], float]) -> float:
        return statistics.median(map(figure, rows))

    return replace(
        rows[0],
        open_s=middle(lambda row: row.open_s),
        rss_mb=middle(lambda row: row.rss_mb),
        requests_per_s=middle(lambda row: row.requests_per_s),
        cpu_us=middle(lambda row: row.cpu_us),
        start_s=middle(lambda row: row.start_s),
    )


def _make(size: int, folder: Path) -> None:
    """Make a cassette unless it is there."""
    cassette = folder / f"{size}.sqlite"
    if not cassette.exists():
        _say(f"making a cassette of {size} exchanges")
        write_all(cassette, recording(size))
    if reindex(cassette, CATALOGUE):
        _say(f"indexed {size} exchanges")


def _gateway_rows(size: int, folder: Path) -> Iterator[Row]:
    """Measure the gateway: with few disks, then with all, if these are more."""
    cassette = folder / f"{size}.sqlite"
    port, log = _free_port(), folder / "gateway.log"
    serve = ["-m", "gateway", "serve", "--mode", "replay", "--cassette", str(cassette), "--admin-listen", "127.0.0.1:0"]
    argv = [sys.executable, *serve, "--listen", f"127.0.0.1:{port}", "--data", str(folder / "data")]
    begun = time.perf_counter()
    with _served(argv, port, log) as child:
        start_s = time.perf_counter() - begun
        for disks in sorted({min(FEW_DISKS, disks_of(size)), disks_of(size)}):
            rate, cpu_us = _load(child, port, disks, folder)
            opened_s = _opening(_OPEN, cassette)
            yield Row("**gateway**", size, opened_s, _rss_mb(child.process.pid), disks, rate, cpu_us, start_s)


_OPEN = """
import sys, time
from pathlib import Path
from gateway.cassette.player import Player
from gateway.contract.catalogue import CATALOGUE
from gateway.stores.indexes import open_index
begun = time.perf_counter()
Player(open_index(Path(sys.argv[1]), CATALOGUE))
print(time.perf_counter() - begun)
"""


def vcr_row(size: int, folder: Path) -> Row:
    """Measure VCR.py inside its client, as it works: it patches the client's own library."""
    cassette = folder / f"{size}.vcr.yaml"
    kept = [
        {
            "request": {"method": each.request.method, "uri": _uri(each), "body": None, "headers": {}},
            "response": {
                "status": {"code": 200, "message": "OK"},
                "headers": {"content-type": ["application/json"]},
                "body": {"string": each.response.body.decode()},
            },
        }
        for each in _reads(size)
    ]
    cassette.write_text(json.dumps({"interactions": kept, "version": 1}))
    told = _output(_VCR, str(cassette), str(disks_of(size)), str(SECONDS)).split()
    open_s, rate, rss_mb, cpu_us = map(float, told)
    return Row("VCR.py, in the client", size, open_s, rss_mb, disks_of(size), rate, cpu_us)


_VCR = """
import http.client, random, sys, time
import vcr
path, disks, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
random.seed(1)
begun = time.perf_counter()
with vcr.use_cassette(path, record_mode="none", allow_playback_repeats=True):
    opened, done = time.perf_counter() - begun, 0
    begun, used = time.perf_counter(), time.process_time()
    while time.perf_counter() - begun < seconds:
        n = random.randrange(disks)
        client = http.client.HTTPConnection("127.0.0.1", 9)
        client.request("GET", f"/v2/40acc331ac784f34842ba4f08ff2be48/volumes/{n:08x}-0000-4000-8000-{n:012x}")
        assert client.getresponse().status == 200
        done += 1
    rate = done / (time.perf_counter() - begun)
    cpu_us = (time.process_time() - used) / done * 1e6
pages = int(open("/proc/self/statm").read().split()[1])
print(opened, rate, pages * 4096 / 1e6, cpu_us)
"""


def mitmproxy_row(size: int, folder: Path) -> Row:
    """Measure mitmproxy's server replay."""
    flows, port, log = folder / f"{size}.flows", _free_port(), folder / "mitmproxy.log"
    asked = folder / f"{size}.json"
    asked.write_text(json.dumps([[_uri(each), each.response.body.decode()] for each in _reads(size)]))
    _output(_FLOWS, str(asked), str(flows))
    argv = [
        *(program("mitmdump") or "mitmdump", "--quiet", "--mode", f"reverse:{UPSTREAM}", "--listen-port", str(port)),
        *("--server-replay", str(flows), "--set", "server_replay_reuse=true", "--set", "connection_strategy=lazy"),
        *("--set", "server_replay_extra=500", "--set", "keepserving=true", "--set", f"confdir={folder}"),
    ]
    begun = time.perf_counter()
    with _served(argv, port, log) as child:
        open_s = time.perf_counter() - begun
        rate, cpu_us = _load(child, port, disks_of(size), folder)
        rss_mb = _rss_mb(child.process.pid)
        return Row("mitmproxy, server replay", size, open_s, rss_mb, disks_of(size), rate, cpu_us)


_FLOWS = """
import json, sys
from mitmproxy import connection, http, io
with open(sys.argv[2], "wb") as file:
    writer = io.FlowWriter(file)
    for uri, body in json.load(open(sys.argv[1])):
        flow = http.HTTPFlow(
            connection.Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2)),
            connection.Server(address=("127.0.0.1", 9)),
        )
        flow.request = http.Request.make("GET", uri)
        flow.response = http.Response.make(200, body, {"content-type": "application/json"})
        writer.add(flow)
"""


def _reads(size: int) -> Iterator[Exchange]:
    return (each for each in recording(size) if each.request.method == "GET")


def _uri(exchange: Exchange) -> str:
    return UPSTREAM + exchange.request.target.decode()


def _load(child: Child, port: int, disks: int, folder: Path) -> tuple[float, float]:
    """Return answers a second and CPU microseconds an answer, after a second of warming.

    Errors: CannotMeasureError when any is not 200.
    """
    script = folder / "random.lua"
    script.write_text(_LUA.format(disks=disks, project=PROJECT))
    wrk = ["wrk", "-t1", f"-c{CONNECTIONS}", "-s", str(script), f"http://127.0.0.1:{port}"]
    used_us, told = 0.0, ""
    for seconds in (1, SECONDS):
        used_us = child.cpu_us()
        told = subprocess.run([*wrk, f"-d{seconds}s"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise CannotMeasureError(f"wrong answers for {disks} disks: {told}")
    answers = int(told.partition(" requests in ")[0].split()[-1])
    return float(told.partition("Requests/sec:")[2].split()[0]), (child.cpu_us() - used_us) / answers


@contextmanager
def _served(argv: Sequence[str], port: int, log: Path) -> Iterator[Child]:
    with running(argv, 1, log, log.parent, environment()) as child:
        deadline = time.monotonic() + 600
        while True:
            try:
                client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                client.request("GET", f"/v2/{PROJECT}/volumes/{disk_id(0)}", headers={"X-Auth-Token": "t"})
                client.getresponse().read()
                break
            except OSError as error:
                if time.monotonic() > deadline or not child.alive:
                    raise CannotMeasureError(f"{argv[0]} does not answer: {child.last_words()}") from error
                time.sleep(0.02)
        yield child


def _opening(script: str, cassette: Path) -> float:
    return float(_output(script, str(cassette)))


def _output(script: str, *arguments: str) -> str:
    argv = [sys.executable, "-c", script, *arguments]
    return subprocess.run(argv, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True).stdout


def _rss_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def table(rows: Iterable[Row]) -> str:
    """Return rows as a Markdown table."""
    lines = [
        f"| {row.program} | {row.exchanges:,} | {row.open_s * 1000:,.0f} ms | {row.rss_mb:,.0f} MB"
        f" | {row.disks:,} | {row.requests_per_s:,.0f} | {row.cpu_us:,.0f} |"
        for row in rows
    ]
    names = ("", "exchanges", "open", "memory after load", "disks asked for", "requests/s", "CPU µs/request")
    head = ["|" + "|".join(f" {name} " for name in names) + "|", "|---" + "|---:" * (len(names) - 1) + "|"]
    return "\n".join(("## Cassette size", "", *head, *lines, ""))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Errors: 3 with one sentence when something is missing or answers wrongly."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cassette_size")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="exchanges in the cassettes")
    parser.add_argument("--keep", type=Path, help="folder for the cassettes; those in it are used again")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="measurements of the gateway at each size")
    parser.add_argument("--alone", action="store_true", help="measure the gateway only")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="evs-benchmarks-") as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            print(table(rows(arguments.sizes, arguments.rounds, folder, arguments.alone)), end="")
        except (CannotMeasureError, FileNotFoundError, subprocess.CalledProcessError) as reason:
            _say(f"benchmarks.cassette_size: {reason}")
            return 3
    return 0


def rows(sizes: Sequence[int], rounds: int, folder: Path, alone: bool) -> Iterator[Row]:
    """Measure the gateway at all sizes, and the others at those they can bear."""
    yield from gateway_rows(sizes, rounds, folder)
    for size in sizes if not alone else ():
        if size <= LARGEST_VCR:
            yield vcr_row(size, folder)
        if size <= LARGEST_MITMPROXY:
            yield mitmproxy_row(size, folder)


if __name__ == "__main__":
    sys.exit(main())
