"""The plugin in pytest runs of their own, as its users have them."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.fronts.embedded import running
from gateway.settings import CassetteSettings, ListenSettings, Settings
from gateway.stores.cassettes import open_cassette

pytest_plugins = ["pytester"]

SIMULATED = Settings(cassette=CassetteSettings(mode="simulate"), listen=ListenSettings(public="127.0.0.1:0"))
PLAIN = ("-p", "no:xdist")
PARALLEL = ("-n", "2")
TESTS = """
import os, subprocess, sys
import openstack, pytest

def sizes(gateway):
    return [volume.size for volume in gateway.cinder().volumes.list()]

def create(gateway, size):
    gateway.cinder().volumes.create(size, volume_type="SSD", availability_zone="az-dc-1")

class TestLife:
    @pytest.mark.parametrize("size", [10, 20])
    def test_create(self, evs_gateway, size):
        create(evs_gateway, size)
        assert size in sizes(evs_gateway)

@pytest.mark.evs_cassette("types.sqlite")
def test_huawei(evs_gateway):
    from huaweicloudsdkevs.v2 import CinderListVolumeTypesRequest
    assert evs_gateway.huawei().cinder_list_volume_types(CinderListVolumeTypesRequest()).volume_types

@pytest.mark.filterwarnings("ignore:Support for InfluxDB", "ignore:The 'service_type'", "ignore:The _compute_attr")
def test_environment(evs_gateway):
    assert "OS_CLOUD" not in os.environ
    with openstack.connect() as cloud:
        assert list(cloud.block_storage.types())
        cloud.session.session.close()
    assert list(evs_gateway.openstack().block_storage.types())

def test_without():
    assert "EVS_ENDPOINT" not in os.environ
"""
CASSETTES = [
    "TestLife.test_create[10].cassette",
    "TestLife.test_create[20].cassette",
    "test_environment.cassette",
    "types.sqlite",
]


@pytest.fixture(autouse=True)
def _shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell with a cloud of its own, which must never be reached, and no proxies."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OS_CLOUD", "production")


@pytest.fixture
def cloud() -> Iterator[str]:
    with running(SIMULATED) as simulated:
        yield simulated.endpoint


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-W", "error", "-p", "no:schemathesis", *arguments)


def record(pytester: pytest.Pytester, cloud: str, mode: str, *arguments: str) -> pytest.RunResult:
    return run(pytester, f"--evs-record-mode={mode}", "--evs-upstream", cloud, *arguments)


def replay(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run where every proxy is a dead end."""
    with pytest.MonkeyPatch.context() as variables:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
            variables.setenv(name, "http://127.0.0.1:9")
        return run(pytester, *arguments)


def text_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}


def test_the_plugin_is_found_by_its_entry_point() -> None:
    (entry,) = importlib.metadata.entry_points(group="pytest11", name="evs_gateway")
    assert entry.value == "gateway.fronts.testing.plugin"


def test_loading_it_loads_nothing_heavy() -> None:
    script = "import sys, gateway.fronts.testing.plugin\n"
    script += "heavy = {'pydantic', 'aiohttp', 'starlette', 'uvicorn', 'sqlite_utils', 'orjson', 'asyncio', 'click'}\n"
    script += "print(sorted(heavy & set(sys.modules)), sorted(name for name in sys.modules if 'gateway' in name))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    names = ["cassettes", "credentials", "handle", "plugin", "telling"]
    rooms = ["gateway", "gateway.errors", "gateway.fronts", "gateway.fronts.testing"]
    assert done.stdout == f"[] {[*rooms, *(f'gateway.fronts.testing.{name}' for name in names)]}\n"


def test_a_run_that_does_not_use_it_loads_no_more_of_it(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import sys
        def pytest_sessionfinish():
            print("\\nloaded:", *sorted(name for name in sys.modules if name.startswith("gateway.fronts.")))
        """
    )
    pytester.makepyfile("def test_nothing(): pass")
    result = run(pytester, *PLAIN, "-s")
    result.assert_outcomes(passed=1)
    names = ["cassettes", "credentials", "handle", "plugin", "telling"]
    loaded = ["gateway.fronts.testing", *(f"gateway.fronts.testing.{name}" for name in names)]
    result.stdout.fnmatch_lines([f"loaded: {' '.join(loaded)}"])


@pytest.mark.parametrize("workers", [PLAIN, PARALLEL], ids=["alone", "xdist"])
def test_recorded_once_then_replayed_without_the_cloud(
    workers: tuple[str, ...], pytester: pytest.Pytester, cloud: str
) -> None:
    path = pytester.makepyfile(test_disks=TESTS)
    record(pytester, cloud, "once", *workers).assert_outcomes(passed=5)
    folder = path.parent / "cassettes" / "test_disks"
    assert sorted(each.name for each in folder.iterdir() if not each.name.endswith(("-wal", "-shm"))) == CASSETTES
    before = text_of(folder / CASSETTES[0])
    for mode in ((), ("--evs-record-mode=once",)):
        replay(pytester, *workers, *mode, "--evs-upstream", "http://127.0.0.1:9").assert_outcomes(passed=5)
    assert text_of(folder / CASSETTES[0]) == before


@pytest.mark.parametrize("workers", [PLAIN, PARALLEL], ids=["alone", "xdist"])
def test_a_failed_test_tells_what_its_cassette_lacks(
    workers: tuple[str, ...], pytester: pytest.Pytester, cloud: str
) -> None:
    create = "def test_create(evs_gateway):\n    volumes = evs_gateway.cinder().volumes\n"
    create += "    volumes.create({}, volume_type='SSD', availability_zone='az-dc-1')\n"
    pytester.makepyfile(create.format(40))
    record(pytester, cloud, "once", *PLAIN).assert_outcomes(passed=1)
    module = pytester.makepyfile(create.format(41)).stem
    result = replay(pytester, *workers)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- EVS Gateway -*",
            f"1 request had no answer in cassettes/{module}/test_create.cassette:",
            "cinder_create_volume: no-match",
            "*body.volume.size: request has 41, cassette has 40",
            f"*pytest --evs-record-mode=rewrite --evs-upstream URL '{module}.py::test_create'",
        ]
    )


CLEANED_UP = """
import pytest

@pytest.fixture
def disk(evs_gateway):
    volumes = evs_gateway.cinder().volumes
    volume = volumes.create(10, volume_type="SSD", availability_zone="az-dc-1")
    yield volume
    volumes.update(volume, name="gone")

def test_passes(disk, evs_gateway):
    if LISTS:
        evs_gateway.cinder().volumes.list()

def test_is_refused(evs_gateway):
    if LISTS:
        evs_gateway.cinder().volumes.list()
    else:
        with pytest.raises(Exception, match="424"):
            evs_gateway.cinder().volume_types.list()

def test_fails(evs_gateway):
    if LISTS:
        evs_gateway.cinder().volumes.list()
    else:
        evs_gateway.cinder().volume_types.list()
"""


@pytest.mark.parametrize("workers", [PLAIN, PARALLEL], ids=["alone", "xdist"])
def test_what_a_test_left_unused_fails_it_where_all_shall_be_used(
    workers: tuple[str, ...], pytester: pytest.Pytester, cloud: str
) -> None:
    path = pytester.makepyfile(test_use=f"LISTS = True{CLEANED_UP}")
    record(pytester, cloud, "once", *PLAIN).assert_outcomes(passed=3)
    replay(pytester, *workers, "--evs-require-all-used").assert_outcomes(passed=3)
    path.write_text(f"LISTS = False{CLEANED_UP}")
    result = replay(pytester, *workers, "--evs-require-all-used")
    result.assert_outcomes(passed=2, failed=1, errors=2)
    # Where CI is set, pytest says it once more in its summary.
    said = result.stdout.str().partition("short test summary info")[0]
    unused = "1 of {} recorded exchanges in cassettes/test_use/test_{}.cassette were not used:"
    missed = "1 request had no answer in cassettes/test_use/test_{}.cassette:"
    tests = {"passes": 3, "is_refused": 1, "fails": 1}
    assert [said.count(unused.format(count, each)) for each, count in tests.items()] == [1, 1, 1]
    assert [said.count(missed.format(each)) for each in tests] == [0, 1, 1]
    result.stdout.fnmatch_lines(["*unused: exchange *, cinder_list_volumes_detail (GET */volumes/detail)"])


COUNTED = """
import os

def test_types(evs_gateway):
    cinder = evs_gateway.cinder()
    for _ in range(int(os.environ["TIMES"])):
        cinder.volume_types.list()
    if "ZONES" in os.environ:
        cinder.availability_zones.list()
    assert "FAIL" not in os.environ
"""


def test_each_mode_writes_what_it_says(pytester: pytest.Pytester, cloud: str) -> None:
    folder = pytester.makepyfile(test_count=COUNTED).parent / "cassettes/test_count/test_types.cassette"

    def exchanges(mode: str, times: str, **more: str) -> int:
        with pytest.MonkeyPatch.context() as variables:
            for name, value in {"TIMES": times, **more}.items():
                variables.setenv(name, value)
            result = record(pytester, cloud, mode, *PLAIN)
        result.assert_outcomes(failed=1 if "FAIL" in more else 0, passed=0 if "FAIL" in more else 1)
        with closing(open_cassette(folder)) as cassette:
            return cassette.count()

    assert exchanges("new_episodes", "1") == 1
    assert exchanges("new_episodes", "1", ZONES="") == 2
    assert exchanges("all", "2") == 4
    assert exchanges("rewrite", "1", FAIL="") == 4
    assert exchanges("rewrite", "3") == 3
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_no_cassette_is_said_in_words(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_none="""
        import pytest
        def test_one(evs_gateway): pass
        @pytest.mark.evs_cassette
        def test_two(evs_gateway): pass
        """
    )
    result = run(pytester, *PLAIN, "-p", "no:cacheprovider")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            "evs_gateway cannot start: *test_none/test_one.cassette: no such cassette*",
            "to record all of it anew: *'test_none.py::test_one'",
            'expected @pytest.mark.evs_cassette("name")',
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*another exception occurred*")


NETWORK = """
import socket, urllib.request
import pytest

def knock():
    with socket.socket() as outside:
        outside.settimeout(0.1)
        outside.connect(("192.0.2.1", 9))

def test_inside(evs_gateway):
    assert evs_gateway.cinder().volume_types.list()

def test_outside(evs_gateway):
    with pytest.raises(RuntimeError, match="192.0.2.1"), pytest.warns(match="192.0.2.1"):
        knock()

def test_outside_without():
    with pytest.raises(RuntimeError, match="socket"), pytest.warns(match="socket"):
        knock()

@pytest.mark.allow_hosts(["192.0.2.1"])
def test_own_word():
    with pytest.raises(OSError):
        knock()
"""


def test_the_network_is_blocked_by_pytest_socket(pytester: pytest.Pytester, cloud: str) -> None:
    pytester.makepyfile(test_network=NETWORK)
    inside = (*PLAIN, "-k", "inside")
    record(pytester, cloud, "once", *inside, "--disable-socket").assert_outcomes(passed=1, deselected=3)
    folder = pytester.path / "cassettes" / "test_network"
    shutil.copytree(folder / "test_inside.cassette", folder / "test_outside.cassette")
    for flag in ("--evs-block-network", "--disable-socket"):
        replay(pytester, *PLAIN, flag).assert_outcomes(passed=4)


def test_blocking_needs_pytest_socket(pytester: pytest.Pytester) -> None:
    result = run(pytester, "-p", "no:socket", "--evs-block-network")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--evs-block-network needs the plugin pytest-socket: pip install pytest-socket"])
