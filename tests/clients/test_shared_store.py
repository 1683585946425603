"""Gateways with disks of their own and one PostgreSQL: what is there when the store, or a gateway, was away.

A session through several of them is in `test_behind_nginx`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import httpx
import psycopg

from gateway.audit.verification import Line, verify
from gateway.stores.audit_files import chains_in, files_of, lines_of
from gateway.stores.policies import load_policies, read_folder
from gateway.stores.postgres.policies import publish
from tests.cli.policy.running import folder
from tests.stores.postgres.cluster import Cluster
from tests.stores.postgres.fixtures import cluster, store

from .harness import ALICE, Server, gateway, simulator, started

__all__ = ["cluster", "store"]
CAUGHT_UP_S = 20


def member(folder: Path, name: str, mode: str, store: str, upstream: str | None = None):
    """Return a gateway on a disk of its own."""
    home = folder / name
    home.mkdir(exist_ok=True)
    return gateway(home, mode, home / "life.sqlite", upstream, "--store", store)


def asked(store: str, statement: str) -> list[tuple]:
    with psycopg.connect(store) as connection:
        return connection.execute(statement).fetchall()


def trail(home: Path) -> dict[str, list[bytes]]:
    folder = home / "data" / "audit"
    return {chain: [line.text for line in lines_of(files_of(folder, chain))] for chain in chains_in(folder)}


def brought(store: str) -> dict[str, list[bytes]]:
    """Return the chains as the store has them."""
    chains: dict[str, list[bytes]] = {}
    for chain, line in asked(store, "SELECT chain, line FROM evs_gateway.records ORDER BY chain, seq"):
        chains.setdefault(chain, []).append(line.encode())
    return chains


def is_whole(chain: str, lines: list[bytes]) -> bool:
    return verify(chain, (Line("store", line) for line in lines)).is_whole


class Load:
    """Clients that ask until they are told to end. `answered` holds the ids of their answers."""

    def __init__(self, servers: list[Server]) -> None:
        self._servers = servers
        self._ending = Event()
        self.answered: list[str] = []

    def ask(self, number: int) -> None:
        server = self._servers[number % len(self._servers)]
        with httpx.Client(base_url=server.public, headers={"X-Auth-Token": "t"}, trust_env=False) as client:
            while not self._ending.is_set():
                try:
                    answer = client.get(f"/v2/{ALICE}/volumes")
                except httpx.TransportError:
                    continue
                assert answer.status_code == 200
                self.answered.append(answer.headers["x-request-id"])

    @contextmanager
    def running(self, count: int) -> Iterator[None]:
        with ThreadPoolExecutor(count) as pool:
            asking = [pool.submit(self.ask, number) for number in range(count)]
            try:
                yield
            finally:
                self._ending.set()
            for each in asking:
                each.result()

    def more(self, count: int) -> None:
        """Return when so many more were answered."""
        wanted, until = len(self.answered) + count, time.monotonic() + CAUGHT_UP_S
        while len(self.answered) < wanted:
            assert time.monotonic() < until
            time.sleep(0.02)


def test_without_the_store_gateways_go_on_and_nothing_is_lost_or_there_twice(
    tmp_path: Path, cluster: Cluster, store: str
) -> None:
    with (
        simulator(tmp_path) as cloud,
        member(tmp_path, "a", "record", store, cloud.public) as one,
        member(tmp_path, "b", "record", store, cloud.public) as other,
    ):
        load = Load([one, other])
        with load.running(4):
            load.more(50)
            cluster.stop("immediate")
            load.more(150)
            cluster.start()
            load.more(50)
            one.kill()
            load.more(50)
    with member(tmp_path, "a", "record", store, "http://127.0.0.1:9"):
        """What the one that was killed had not brought yet is brought by its next start."""
    chains = brought(store)
    assert chains == {chain: lines for name in "ab" for chain, lines in trail(tmp_path / name).items()}
    assert [is_whole(chain, lines) for chain, lines in chains.items()] == [True, True]
    ids = {name for (name,) in asked(store, "SELECT id FROM evs_gateway.records WHERE stage = 'complete'")}
    assert set(load.answered) - ids == set()
    (kept,) = asked(store, "SELECT count(*) FROM evs_gateway.exchanges")
    assert len(load.answered) <= kept[0] <= len(load.answered) + 4
    (logged,) = (tmp_path / "b").glob("*.stderr")
    assert [f"shared store: {words}" in logged.read_text() for words in ("behind", "caught up")] == [True, True]


def test_policies_that_are_published_are_in_force_at_every_gateway(tmp_path: Path, store: str) -> None:
    policies = folder(tmp_path / "policies")
    publish(store, read_folder(policies))
    settings = tmp_path / "evs-gateway.toml"
    settings.write_text('[policies]\nsource = "store"\nlevel = "report"\n')
    listen = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--upstream", "http://127.0.0.1:9")
    kept = ("--config", str(settings), "--store", store)
    with (
        started(tmp_path, "serve", *listen, *kept, "--data", str(tmp_path / "a")) as one,
        started(tmp_path, "serve", *listen, *kept, "--data", str(tmp_path / "b")) as other,
    ):
        publish(store, read_folder(folder(policies, deny="report")))
        digest = load_policies(policies).digest
        until = time.monotonic() + CAUGHT_UP_S
        for server in (one, other):
            while digest not in server.stderr.read_text():
                assert time.monotonic() < until, server.stderr.read_text()
                time.sleep(0.05)
