"""The README keeps its word: every command in it is run, every Python example too, against a simulated cloud."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from gateway.modes import MODES
from gateway.settings import NAMES
from tests.clients.harness import ALICE, Server, command, environment, gateway, simulator, started
from tests.clients.sessions import LIBRARY_WARNINGS

pytestmark = LIBRARY_WARNINGS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SHELL = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines() if line]
PYTHON = [text for kind, text in BLOCKS if kind == "python"]
OURS = [shlex.split(line)[1:] for line in SHELL if line.startswith("evs-gateway ")]
EXIT_CODES = {"check": 5, "policy lint": 5, "policy explain": 5, "policy unused": 5}
GATEWAY = "http://127.0.0.1:8776"
TOKEN = "any-token-of-the-readme"


def with_cloud(arguments: list[str], cloud: str) -> list[str]:
    """Return a command of the README with the simulator in the place of the real endpoints, on free ports."""
    replaced = [re.sub(r"^https://(evs|iam)\.ae-ad-1\.example\.com$", cloud, argument) for argument in arguments]
    ports = {
        "serve": ["--admin-listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"],
        "simulate": ["--listen", "127.0.0.1:0"],
    }
    return replaced + ports.get(arguments[0], [])


def shell(line: str, address: str) -> str:
    """Run a line of shell as a reader would, and return what it printed."""
    variables = environment() | {"TOKEN": TOKEN, "PROJECT_ID": ALICE}
    done = subprocess.run(
        ["bash", "-c", line.replace(GATEWAY, address)], env=variables, capture_output=True, text=True, check=True
    )
    return done.stdout


def use(server: Server) -> None:
    """Use a gateway as the README does, with curl."""
    for line in SHELL:
        if line.startswith("curl "):
            assert '"volumes"' in shell(line, server.public)


def test_the_commands_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tests").mkdir()
    for folder in ("policies", "cassettes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    with simulator(tmp_path) as cloud:
        for arguments in OURS:
            if arguments[0] == "demo":
                continue
            if arguments[0] not in ("serve", "simulate"):
                done = subprocess.run(command(*arguments), env=environment(), check=False, stdout=subprocess.DEVNULL)
                verb = arguments[0] if arguments[0] in EXIT_CODES else " ".join(arguments[:2])
                assert done.returncode == EXIT_CODES.get(verb, 0), arguments
                continue
            with started(tmp_path, *with_cloud(arguments, cloud.public)) as server:
                if arguments[0] == "serve":
                    use(server)


def test_every_kind_of_line_is_run_by_something() -> None:
    starts = {line.split()[0] for line in SHELL}
    assert starts == {"evs-gateway", "curl", "python3"}
    assert {arguments[0] for arguments in OURS} == {
        "serve",
        "simulate",
        "cassette",
        "config",
        "check",
        "operations",
        "identity",
        "policy",
    }
    assert [line for line in SHELL if line.startswith("python3")] == [
        "python3 -m venv .venv && .venv/bin/pip install '.[forward]' && .venv/bin/evs-gateway demo",
        "python3 -m venv .venv && .venv/bin/pip install '.[forward,dev]' && .venv/bin/pytest -n auto",
    ]
    script = (ROOT / ".ci" / "run").read_text()
    assert "readme_command demo" in script
    assert "readme_command tests" in script


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_examples(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    names = {"project_id": ALICE, "token": TOKEN, "access_key": "ak", "secret_key": "sk"}
    with gateway(tmp_path, "simulate", tmp_path / "c.sqlite", None) as server:
        exec(PYTHON[number].replace(GATEWAY, server.public), names)


# Settings that are tables of their own, and the simulator's, which have flags.
TABLES = [
    "upstream.resolve",
    "cassette.modes",
    "replay.progress_by_operation",
    "checks.severities",
    "simulator.settle_ms",
    "audit.levels",
    "inspector.tokens",
]


def test_every_setting_is_in_the_readme_or_named_by_its_flag() -> None:
    (toml,) = (text for kind, text in BLOCKS if kind == "toml")
    missing = [name for name in NAMES if not re.search(rf"^{name.rpartition('.')[2]} = ", toml, re.MULTILINE)]
    assert missing == TABLES


def test_the_modes_table_is_complete() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \| [^|]+ \|", README, re.MULTILINE) == list(MODES)
