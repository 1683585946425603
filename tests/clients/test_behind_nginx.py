"""Two gateways with disks of their own and one PostgreSQL, behind an nginx that gives each request to the next one."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from tests.stores.postgres.fixtures import cluster, store

from .balancer import Balancer, balancing, nginx
from .harness import ALICE, started
from .test_shared_scopes import Client, lived
from .test_shared_store import asked, brought, is_whole, member, trail

__all__ = ["cluster", "nginx", "store"]


class Through(Client):
    """The same client, that looks who the links in its answers lead to."""

    def __init__(self, balancer: Balancer) -> None:
        super().__init__(lambda: balancer.public, ALICE)
        self.asked = 0
        self.linked: set[str] = set()

    def __call__(self, method: str, path: str, body: object = None) -> httpx.Response:
        answer = super().__call__(method, path, body)
        self.asked += 1
        self.linked.update(re.findall(r"https?://[^/\"]+", answer.text))
        return answer


def by_turns(count: int, first: str, second: str) -> list[str]:
    return [first, second] * (count // 2) + [first] * (count % 2)


def test_a_session_recorded_through_both_by_turns_replays_through_both_and_through_one_when_the_other_is_killed(
    nginx: str, tmp_path: Path, store: str
) -> None:
    with (
        started(tmp_path, "simulate", "--listen", "127.0.0.1:0", "--settle-ms", "10", "--seed", "7") as cloud,
        member(tmp_path, "a", "record", store, cloud.public) as one,
        member(tmp_path, "b", "record", store, cloud.public) as other,
        balancing(nginx, tmp_path / "recording", one, other) as balancer,
    ):
        client = Through(balancer)
        lived(client, "recorded")
    assert balancer.turns() == by_turns(client.asked, one.public, other.public)
    assert client.linked == {balancer.public}
    kept = asked(store, "SELECT count(*) FROM evs_gateway.exchanges GROUP BY cassette ORDER BY 1 DESC")
    assert kept == [(-(-client.asked // 2),), (client.asked // 2,)]

    with (
        member(tmp_path, "c", "replay", store) as one,
        member(tmp_path, "d", "replay", store) as other,
        balancing(nginx, tmp_path / "replaying", one, other) as balancer,
    ):
        client = Through(balancer)
        lived(client, "first")
        lived(client, "second")
        both = client.asked
        other.kill()
        lived(client, "third")
    turns = balancer.turns()
    assert turns[:both] == by_turns(both, one.public, other.public)
    assert turns[both:] == [one.public] * (client.asked - both)
    assert client.linked == {balancer.public}

    chains, killed = brought(store), trail(tmp_path / "d")
    written = {chain: lines for name in "abc" for chain, lines in trail(tmp_path / name).items() if lines}
    assert {chain: lines for chain, lines in chains.items() if chain not in killed} == written
    assert [is_whole(chain, lines) for chain, lines in chains.items()] == [True] * len(chains)
    """Of the one that was killed, what it had not brought yet is on its disk."""
    there = {chain: chains.get(chain, []) for chain in killed}
    assert there == {chain: lines[: len(there[chain])] for chain, lines in killed.items()}
