"""The house: imports go one way, and each outside library stays in its rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway

ROOT = Path(gateway.__file__).parent

# What each room may import, besides itself. Top-level modules are rooms of one file.
LOWER = {
    "__init__": set(),
    "errors": set(),
    "contract": {"errors"},
    "http": {"errors", "contract"},
    "modes": set(),
    "validation": {"errors", "contract", "http"},
    "drift": {"errors", "contract", "http"},
    "access": {"errors", "contract", "http", "modes"},
    "cassette": {"errors", "contract", "http"},
    "arrivals": {"errors", "contract", "http", "validation", "access", "cassette", "modes"},
    "rules": {"errors", "contract", "http", "validation", "cassette", "modes"},
    "seams": {"errors", "contract", "http", "validation", "access", "cassette", "modes", "faults", "arrivals"},
    "audit": {"errors", "contract", "http"},
    "inspector": {"errors", "contract", "http", "validation", "access", "audit", "cassette", "modes", "drift"},
    "auditing": {"errors", "contract", "http", "access", "arrivals", "audit", "cassette", "modes", "pipeline", "seams"},
    "drafting": {
        *("errors", "contract", "http", "access", "arrivals", "audit", "auditing", "cassette", "modes"),
        *("pipeline", "seams"),
    },
    "stores": {"errors", "contract", "http", "access", "audit", "cassette", "modes", "seams", "pipeline"},
    "faults": {"errors"},
    "settings": {"errors", "modes", "faults"},
    "authorities": {"errors", "access", "modes", "settings", "stores"},
    "identities": {"errors", "access", "modes", "seams", "settings", "stores"},
    "replays": {"errors", "contract", "cassette", "modes", "settings", "stores"},
    "simulator": {"errors", "contract", "http", "validation"},
}
LOWER["reception"] = LOWER["arrivals"] | {"arrivals", "rules"}
LOWER["pipeline"] = LOWER["seams"] | LOWER["reception"] | {"reception", "seams"}
LOWER["session"] = set(LOWER) - {"simulator", "__init__"}
LOWER["fronts"] = LOWER["session"] | {"session", "simulator"}
LOWER["cli"] = set(LOWER)
LOWER["__main__"] = {"cli"}

# Outside libraries that stay in their rooms.
KEPT_IN = {
    "mitmproxy": {"fronts"},
    "starlette": {"fronts", "simulator"},
    "uvicorn": {"fronts"},
    "aiohttp": {"fronts"},
    "jinja2": {"fronts"},
    "sqlite_utils": {"stores"},
    "sqlite3": {"stores"},
    "psycopg": {"stores"},
    "prometheus_client": {"fronts"},
    "opentelemetry": {"fronts"},
    "click": {"cli"},
    "rich": {"cli"},
}

FILES = sorted(ROOT.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""
            if node.module == "gateway":
                yield from (f"gateway.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    names = [name.split(".") for name in imported(path)]
    return {parts[1] for parts in names if parts[0] == "gateway" and len(parts) > 1 and parts[1] in LOWER}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    room = room_of(path)
    assert rooms_imported(path) - LOWER[room] - {room} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_outside_libraries_stay_in_their_rooms(path: Path) -> None:
    tops = {name.partition(".")[0] for name in imported(path)}
    strays = {top for top in tops & set(KEPT_IN) if room_of(path) not in KEPT_IN[top]}
    assert strays == set()


def test_mitmproxy_is_imported_by_its_front_alone() -> None:
    importers = {path.name for path in FILES if any(name.partition(".")[0] == "mitmproxy" for name in imported(path))}
    assert {name for name in importers if not name.startswith("forward")} == set()


def test_help_loads_nothing_heavy() -> None:
    heavy = {"pydantic", "aiohttp", "starlette", "uvicorn", "sqlite_utils", "mitmproxy", "jinja2"}
    script = "import sys; sys.argv = ['evs-gateway', '--help']\nimport gateway.cli\n"
    script += "try: gateway.cli.main()\nexcept SystemExit: pass\n"
    script += f"print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_rule_catches_a_wrong_way(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from gateway.fronts import asgi\nfrom gateway import session\nimport gateway.cli.serve\n")
    assert rooms_imported(wrong) == {"fronts", "session", "cli"}
