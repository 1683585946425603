"""The pytest plugin: a gateway for each test that asks for one, with a cassette of its own beside the test.

Loaded in every run of an environment that has the gateway: imports no gateway before a test asks for one.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import GatewayError
from gateway.fronts.testing.cassettes import cassette_of, renewed
from gateway.fronts.testing.handle import LOOPBACK, EvsGateway
from gateway.fronts.testing.telling import how_to_record, left, told

FIXTURE = "evs_gateway"
MARKER = "evs_cassette"
FAULTS_MARKER = "evs_faults"
TITLE = "EVS Gateway"
# The words that VCR.py and pytest-recording taught, and the gateway's own.
MODES = {"none": "replay", "once": "once", "new_episodes": "new-episodes", "all": "record", "rewrite": "record"}
LOCAL_HOSTS = [LOOPBACK, "::1", "localhost"]
# The names under which pytest-socket is loaded by itself, and by `-p`.
_SOCKET_PLUGINS = ("socket", "pytest_socket")
_SOCKET_MARKERS = ("allow_hosts", "enable_socket", "disable_socket")

_GATEWAY = pytest.StashKey[EvsGateway]()
_PASSED = pytest.StashKey[bool]()
_TOLD = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("evs-gateway", "EVS Gateway: record and replay the Elastic Volume Service")
    group.addoption(
        "--evs-record-mode",
        choices=list(MODES),
        default="none",
        help="none (default): replay only. once: record where there is no cassette. new_episodes: record what is "
        "missing. all: append everything. rewrite: a new cassette for each test that passes.",
    )
    group.addoption("--evs-upstream", metavar="URL", help="The EVS endpoint to record from.")
    group.addoption("--evs-iam-upstream", metavar="URL", help="The IAM endpoint to record from.")
    group.addoption(
        "--evs-require-all-used",
        action="store_true",
        help="Fail a test that passed, when it did not use all of its cassette or a request missed it.",
    )
    group.addoption(
        "--evs-block-network",
        action="store_true",
        help="Let tests connect to this machine only, but for tests that record (needs pytest-socket).",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Errors: UsageError when the network shall be blocked and pytest-socket is not there."""
    config.addinivalue_line("markers", f"{MARKER}(name): the cassette of {FIXTURE}, if not named after the test")
    config.addinivalue_line("markers", f"{FAULTS_MARKER}(*tables): faults on purpose, each as a table of [[faults]]")
    if config.getoption("evs_block_network") and not any(map(config.pluginmanager.hasplugin, _SOCKET_PLUGINS)):
        raise pytest.UsageError("--evs-block-network needs the plugin pytest-socket: pip install pytest-socket")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell pytest-socket by its own markers whom this test may reach, where it was asked to block anything."""
    if any(item.get_closest_marker(name) for name in _SOCKET_MARKERS):
        return
    uses_gateway = FIXTURE in getattr(item, "fixturenames", ())
    if uses_gateway and _may_record(item):
        item.add_marker("enable_socket")
    elif item.config.getoption("evs_block_network") or (uses_gateway and _is_disabled(item.config)):
        item.add_marker(pytest.mark.allow_hosts(LOCAL_HOSTS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what a failed test's cassette lacked under the failure, and remember whether the test passed."""
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.passed
    gateway = item.stash.get(_GATEWAY, None)
    if report.failed and gateway is not None and not item.stash.get(_TOLD, False):
        report.sections += [(TITLE, text) for text in _shortcomings(item, gateway)]
    return report


@pytest.fixture(name=FIXTURE)
def fixture(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[EvsGateway]:
    """A gateway of this test's own, on a free port: `endpoint`, `token`, `project_id`, `openstack()`, `cinder()`,
    `huawei()`. The environment leads clients to it while the test runs; `OS_*` variables from outside are hidden."""
    item, config = request.node, request.config
    cassette = _cassette(item)
    is_rewritten = config.getoption("evs_record_mode") == "rewrite"
    place = renewed(cassette, lambda: item.stash.get(_PASSED, False)) if is_rewritten else nullcontext(cassette)
    with place as path, _started(item, path) as gateway:
        item.stash[_GATEWAY] = gateway
        _lead_here(gateway, monkeypatch)
        yield gateway
        gateway.end()
        if item.stash.get(_PASSED, False) and config.getoption("evs_require_all_used"):
            _require_all_used(item, gateway)


def _require_all_used(item: pytest.Item, gateway: EvsGateway) -> None:
    """Fail a test that passed, once what stands on the gateway has been taken down."""
    texts = list(_shortcomings(item, gateway))
    if texts:
        item.stash[_TOLD] = True
        pytest.fail("\n\n".join(texts), pytrace=False)


def _shortcomings(item: pytest.Item, gateway: EvsGateway) -> Iterator[str]:
    """Yield what the cassette lacked, and where that counts what of it was not used: neither hides the other."""
    report, shown = gateway.report, _shown(gateway.cassette)
    if report.get("miss_count"):
        yield told(report, shown, item.nodeid)
    if report.get("unused_count") and item.config.getoption("evs_require_all_used"):
        yield left(report, shown, item.nodeid)


@contextmanager
def _started(item: pytest.Item, cassette: Path) -> Iterator[EvsGateway]:
    """Run the gateway of a test. What it cannot start with fails the test in words, without a traceback."""
    from gateway.fronts.embedded import evs_gateway

    options = item.config.option
    running = evs_gateway(
        cassette,
        MODES[options.evs_record_mode],
        upstream=options.evs_upstream,
        iam_upstream=options.evs_iam_upstream,
        data=_data(item.config),
        faults=_faults(item),
    )
    with ExitStack() as stack:
        try:
            gateway = stack.enter_context(running)
        except GatewayError as error:
            why = f"{FIXTURE} cannot start: {error}\n{how_to_record(item.nodeid)}"
            raise pytest.fail.Exception(why, pytrace=False) from None
        yield gateway


def _lead_here(gateway: EvsGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    for name, value in gateway.environment(os.environ).items():
        monkeypatch.setenv(name, value)


def _data(config: pytest.Config) -> Path | None:
    """Return where the redaction key may lie: out of sight, and the same for all recordings of this project."""
    cache: pytest.Cache | None = getattr(config, "cache", None)
    return None if cache is None else cache.mkdir("evs-gateway")


def _shown(cassette: Path | None) -> str:
    """Return a path as short as it is from here."""
    return os.path.relpath(cassette) if cassette else "the default cassette"


def _may_record(item: pytest.Item) -> bool:
    mode = item.config.option.evs_record_mode
    return mode not in ("none", "once") or (mode == "once" and not _cassette(item).exists())


def _is_disabled(config: pytest.Config) -> bool:
    return bool(config.getoption("--disable-socket", default=False))


def _cassette(item: pytest.Item) -> Path:
    classes = [node.name for node in item.listchain() if isinstance(node, pytest.Class)]
    return cassette_of(item.path, ".".join([*classes, item.name]), _marked(item))


def _marked(item: pytest.Item) -> str | None:
    marker = item.get_closest_marker(MARKER)
    if marker is None:
        return None
    if len(marker.args) != 1 or marker.kwargs or not isinstance(marker.args[0], str):
        pytest.fail(f'expected @pytest.mark.{MARKER}("name")', pytrace=False)
    return marker.args[0]


def _faults(item: pytest.Item) -> tuple[dict[str, Any], ...] | None:
    """Return the tables of the marker nearest to a test; without one, what the settings say."""
    marker = item.get_closest_marker(FAULTS_MARKER)
    if marker is None:
        return None
    if marker.kwargs or not all(isinstance(table, dict) for table in marker.args):
        pytest.fail(f'expected @pytest.mark.{FAULTS_MARKER}({{"status": 503}}, ...)', pytrace=False)
    return marker.args
