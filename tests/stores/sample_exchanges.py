"""Exchanges to store, and programs that store them in processes of their own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.http.messages import Request, Response

REQUEST = Request("DELETE", b"/v2/p/volumes/1", ((b"accept", b"*/*"),), b"{}", connection="c")


def exchange(number: int, seq: int = 0, size: int = 0) -> Exchange:
    return Exchange(
        operation="cinder_show_volume",
        request=Request("GET", f"/v2/p/volumes/{number}".encode(), ((b"accept", b"a\xff"),), connection=f"c{number}"),
        response=Response(200, ((b"etag", b"x"), (b"etag", b"y")), b"\x00\xff" + b"x" * size),
        started_at=1_700_000_000.5 + number,
        completed_at=1_700_000_000.75 + number,
        credential=CredentialClass.TOKEN,
        redactions=("header:x-auth-token",),
        findings=("warn unknown query:colour",),
        seq=seq,
    )


def numbers(exchanges: Iterable[Exchange]) -> list[int]:
    return [int(each.request.target.rsplit(b"/", 1)[1]) for each in exchanges]


class Appending(Protocol):
    async def append(self, exchange: Exchange, intent: int | None = None) -> None: ...


def append_all(store: Appending, exchanges: Iterable[Exchange]) -> list[BaseException | None]:
    """Append at once, as many tasks, and return how each went."""

    async def run() -> list[BaseException | None]:
        return await asyncio.gather(*map(store.append, exchanges), return_exceptions=True)

    return asyncio.run(run())


_APPEND_FOREVER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.stores.sample_exchanges import exchange
from gateway.stores.cassettes import open_cassette

async def main(cassette, first):
    async def one(number):
        await cassette.append(exchange(number, size=2000))
        print(number, flush=True)
    while True:
        await asyncio.gather(*map(one, range(first, first + 20)))
        first += 20

asyncio.run(main(open_cassette(Path(sys.argv[1]), create=True), int(sys.argv[2])))
"""


def appending_process(path: Path, first: int) -> subprocess.Popen[bytes]:
    """Start a process that appends from a number on and prints each number once its append has returned."""
    return run_python(_APPEND_FOREVER, path, str(first))


def run_python(program: str, path: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", program, str(path), *arguments, str(Path(__file__).parents[2])]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def acknowledged_until_killed(process: subprocess.Popen[bytes], count: int) -> list[int]:
    """Read that many numbers, kill the process and return all it had printed."""
    assert process.stdout is not None
    seen = [process.stdout.readline() for _ in range(count)]
    process.kill()
    seen += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    return [int(line) for line in seen if line.endswith(b"\n")]
