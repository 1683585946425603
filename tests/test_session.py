"""The composition root: what settings become, and what cannot be run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.errors import CassetteError, SettingsError, StoreError
from gateway.seams import Forward, Reply
from gateway.session import open_session, settled
from gateway.settings import Settings
from tests.test_pipeline import SHOW, ask


def settings(folder: Path, **sections: Any) -> Settings:
    return Settings.model_validate({"data": folder / "data", **sections})


def test_passthrough_opens_nothing(tmp_path: Path) -> None:
    session = open_session(settings(tmp_path, upstream={"url": "http://evs"}))
    assert (session.cassette, session.keeper, session.writable()) == (None, None, None)
    assert isinstance(session.pipeline.on_request(ask("GET", SHOW), 1.0), Forward)
    session.close()
    assert list(tmp_path.iterdir()) == []


def test_record_keeps_data_and_key_to_itself(tmp_path: Path) -> None:
    session = open_session(settings(tmp_path, cassette={"mode": "record"}))
    assert session.keeper is session.cassette
    assert session.writable() is None
    session.close()
    assert session.writable() is not None
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"cassette.sqlite", "redaction.key"}


def test_replay_reads_and_keeps_nothing(tmp_path: Path) -> None:
    open_session(settings(tmp_path, cassette={"mode": "record"})).close()
    session = open_session(settings(tmp_path, cassette={"mode": "replay"}))
    assert session.keeper is None
    reply = session.pipeline.on_request(ask("GET", SHOW), 1.0)
    assert isinstance(reply, Reply)
    assert reply.response.status == 424
    session.close()


def test_once_is_settled_once_for_all_processes(tmp_path: Path) -> None:
    once = settings(
        tmp_path, upstream={"url": "http://evs"}, cassette={"mode": "once", "modes": {"v1_show_job": "once"}}
    )
    first = settled(once)
    assert (first.mode.name, first.modes["v1_show_job"].name) == ("once", "once")
    assert first.mode.keeps
    open_session(first).close()
    assert settled(once).mode.name == "once"


def test_simulate_is_kept_only_where_a_cassette_is_named(tmp_path: Path) -> None:
    assert open_session(settings(tmp_path, cassette={"mode": "simulate"})).keeper is None
    named = open_session(settings(tmp_path, cassette={"mode": "simulate", "path": tmp_path / "c.sqlite"}))
    assert named.keeper is not None
    named.close()


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"cassette": {"mode": "record"}}, "--upstream URL"),
        (
            {"cassette": {"mode": "new-episodes"}, "upstream": {"url": "http://e"}, "listen": {"workers": 2}},
            "listen.workers",
        ),
        (
            {"cassette": {"mode": "replay"}, "scopes": {"by": "token"}, "replay": {"state": "state.sqlite"}},
            "scopes.by: one process knows which token joined which scope; use 1 worker, no state file",
        ),
        (
            {"cassette": {"mode": "replay"}, "scopes": {"by": "token"}, "listen": {"workers": 2}},
            "scopes.by: one process knows which token joined which scope",
        ),
        (
            {"cassette": {"mode": "new-episodes"}, "upstream": {"url": "http://e"}, "replay": {"state": "s.sqlite"}},
            "replay.state",
        ),
    ],
)
def test_what_cannot_be_run(tmp_path: Path, sections: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        settled(settings(tmp_path, **sections))


def test_unknown_operation_in_the_modes(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cinder_make_coffee"):
        open_session(settings(tmp_path, cassette={"modes": {"cinder_make_coffee": "replay"}}))


def test_severities_are_checked_by_name(tmp_path: Path) -> None:
    open_session(settings(tmp_path, checks={"severities": {"member-unknown@cinder_create_volume": "off"}}))
    with pytest.raises(SettingsError, match=r"'no-such-rule'; docs/constraints\.md"):
        open_session(settings(tmp_path, checks={"severities": {"no-such-rule": "warn"}}))


def test_missing_cassette(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match=r"gone\.sqlite"):
        open_session(settings(tmp_path, cassette={"mode": "replay", "path": tmp_path / "gone.sqlite"}))


def test_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StoreError, match="data"):
        open_session(settings(tmp_path, cassette={"mode": "record"}))
