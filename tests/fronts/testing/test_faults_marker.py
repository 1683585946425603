"""The marker for faults on purpose, in pytest runs of their own."""

from __future__ import annotations

import os

import pytest

from tests.cli.test_cassette_forms import SAMPLE

pytest_plugins = ["pytester"]

TESTS = f"""
import pytest, requests

pytestmark = pytest.mark.evs_cassette({str(SAMPLE)!r})

def ask(gateway):
    url = f"{{gateway.volume_endpoint}}/types"
    return requests.get(url, headers={{"X-Auth-Token": gateway.token}}, timeout=10).status_code

@pytest.mark.evs_faults({{"status": 503, "count": 1}}, {{"rate_limited": {{}}, "after": 1, "count": 1}})
def test_retries(evs_gateway):
    assert [ask(evs_gateway) for _ in range(3)] == [503, 429, 200]

def test_without(evs_gateway):
    assert ask(evs_gateway) == 200

@pytest.mark.evs_faults({{"status": 200}})
def test_wrong(evs_gateway):
    pass

@pytest.mark.evs_faults("503")
def test_no_table(evs_gateway):
    pass
"""


def test_a_marker_declares_the_faults_of_a_test(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-W", "error", "-p", "no:schemathesis", "-p", "no:xdist")
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(
        ["*faults.0.status*greater than or equal to 400*", "*expected @pytest.mark.evs_faults*"]
    )
