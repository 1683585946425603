import asyncio

import httpx

from gateway.fronts.admin import Check, admin


def ask(path: str, **checks: Check) -> tuple[int, object]:
    async def work() -> httpx.Response:
        transport = httpx.ASGITransport(app=admin(checks))
        async with httpx.AsyncClient(transport=transport, base_url="http://admin") as client:
            return await client.get(path)

    answer = asyncio.run(work())
    return answer.status_code, answer.json()


def test_a_process_that_answers_lives() -> None:
    assert ask("/healthz", store=lambda: "full") == (200, {"status": "ok"})


def test_all_checks_well_is_ready() -> None:
    assert ask("/readyz", store=lambda: None) == (200, {"status": "ready", "checks": {"store": "ok"}})


def test_one_fault_is_unready_and_said() -> None:
    assert ask("/readyz", store=lambda: "the disk is full", upstream=lambda: None) == (
        503,
        {"status": "unready", "checks": {"store": "the disk is full", "upstream": "ok"}},
    )
