import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.fronts.health import Health
from gateway.session import Session, open_session
from gateway.settings import Settings
from gateway.stores.policies import load_policies

POLICIES = Path(__file__).parents[2] / "policies"


class Trail:
    """An audit trail with something to say."""

    def __init__(self, says: str | None) -> None:
        self.says = says

    def fault(self) -> str | None:
        return self.says


def settings_in(folder: Path, **more: object) -> Settings:
    return Settings.model_validate({"data": folder, **more})


@pytest.fixture
def enforced(tmp_path: Path) -> Iterator[tuple[Settings, Session]]:
    settings = settings_in(
        tmp_path,
        policies={"path": POLICIES, "level": "report"},
        cassette={"mode": "record", "path": tmp_path / "c.sqlite"},
        upstream={"url": "http://cloud.invalid"},
        audit={"trail": "on"},
    )

    async def opened() -> Session:
        return open_session(settings)

    session = asyncio.run(opened())
    yield settings, session
    session.close()


def test_what_can_fail_is_checked(enforced: tuple[Settings, Session]) -> None:
    settings, session = enforced
    health = Health(settings, session, Trail("the trail is full"), lambda: 5.0)
    assert {name: check() for name, check in health.checks.items()} == {
        "cassette": None,
        "policies": None,
        "audit": "the trail is full",
        "disk": None,
    }
    standing = health.standing()
    assert (standing.checks["audit"], standing.policies_at) == ("the trail is full", 5.0)
    assert standing.facts["mode"] == "record"
    assert standing.free_bytes is not None


def test_policies_have_their_age_from_the_moment_they_are_in_force(enforced: tuple[Settings, Session]) -> None:
    settings, session = enforced
    times = iter((1.0, 2.0, 3.0))
    health = Health(settings, session, None, lambda: next(times))
    health.look()
    assert health.standing().policies_at == 1.0
    assert session.authority is not None
    session.authority.exchange(load_policies(POLICIES))
    health.look()
    assert (health.standing().policies_at, health.standing().policies_at) == (2.0, 2.0)


def test_where_nothing_is_kept_nothing_can_fail(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, upstream={"url": "http://cloud.invalid"})
    health = Health(settings, open_session(settings), None, lambda: 5.0)
    health.look()
    standing = health.standing()
    assert (health.checks, standing.checks, standing.policies_at, standing.free_bytes) == ({}, {}, None, None)
