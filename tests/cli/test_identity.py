"""`identity`: tokens are made once, and forgotten when asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.access.dev_tokens import digest_of, owner_of
from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.cli.identity import command
from gateway.errors import RunError, SettingsError
from gateway.stores.credential_files import dev_tokens, proxy_users


def run(*arguments: str, given: str | None = None) -> Any:
    return CliRunner().invoke(command, arguments, input=given)


def test_a_token_is_printed_once_and_kept_as_a_hash(tmp_path: Path) -> None:
    file = tmp_path / "dev.toml"
    who = ("--project-id", "p1", "--user-name", 'al"ice', "--role", "a", "--role", "b")
    tokens = [run("dev-token", name, "--file", str(file), *who).output.strip() for name in ("one", "t'wo \"x")]
    assert file.stat().st_mode & 0o777 == 0o600
    assert [token in file.read_text() for token in tokens] == [False, False]
    assert owner_of(tokens[1].encode(), dev_tokens(file)) == Principal(
        user_name='al"ice',
        project_id="p1",
        roles=("a", "b"),
        dev_principal="t'wo \"x",
        auth_method=AuthMethod.DEV,
        assurance=Assurance.VERIFIED,
    )
    taken = run("dev-token", "one", "--file", str(file), *who)
    assert isinstance(taken.exception, SettingsError)
    assert "'one' has a token already" in str(taken.exception)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    refused = run("dev-token", "one", "--file", str(tmp_path / "none" / "dev.toml"), "--project-id", "p1")
    assert isinstance(refused.exception, SettingsError)


@pytest.fixture
def admin() -> Iterator[tuple[str, list[Any]]]:
    heard: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append((self.path, self.headers["content-type"], json.loads(body)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"evicted": 3}')

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
        server.shutdown()
        thread.join()


def test_one_kind_of_tokens_is_forgotten(admin: tuple[str, list[Any]]) -> None:
    url, heard = admin
    asked = (["--user", "alice"], ["--domain", "d"], ["--all"], ["--token-file", "-"])
    outcomes = [run("evict", "--admin", url, *what, given="secret\n") for what in asked]
    assert [(outcome.exit_code, outcome.output) for outcome in outcomes] == [(0, "3\n")] * 4
    assert [body for _, _, body in heard] == [{"user": "alice"}, {"domain": "d"}, {"all": True}, {"token": "secret"}]
    assert {(path, kind) for path, kind, _ in heard} == {("/identity/evict", "application/json")}


@pytest.mark.parametrize("what", [[], ["--user", "a", "--all"]])
def test_one_word_and_no_more(what: list[str]) -> None:
    refused = run("evict", *what)
    assert (refused.exit_code, "give one of --token-file" in refused.output) == (2, True)


def test_a_gateway_that_is_not_there_is_named() -> None:
    refused = run("evict", "--admin", "http://127.0.0.1:9", "--all")
    assert isinstance(refused.exception, RunError)
    assert "http://127.0.0.1:9/identity/evict" in str(refused.exception)


def test_a_user_of_the_proxy_gets_a_password_once(tmp_path: Path) -> None:
    file = tmp_path / "users.toml"
    password = run("proxy-user", "alice", "--file", str(file)).output.strip()
    [user] = proxy_users(file)
    assert (user.name, user.digest) == ("alice", digest_of(user.salt, password.encode()))
    assert isinstance(run("proxy-user", "alice", "--file", str(file)).exception, SettingsError)
