"""Flow files of mitmproxy, there and back, and from a mitmproxy that recorded by itself."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest

pytest.importorskip("mitmproxy")

from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from mitmproxy import http
from mitmproxy.io import FlowReader, FlowWriter
from mitmproxy.test import tflow

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.cassette.foreign import Imported
from gateway.cli import root
from gateway.errors import CassetteError, DifferenceError
from gateway.fronts.forward_flows import MARKS, read, written
from gateway.stores.cassettes import open_cassette
from tests.cassette.test_text import EXCHANGES

ORIGIN = "https://evs.example.com"
SESSION = Path(__file__).parents[2] / "cassettes" / "first-session.cassette"
TOKEN = "MIIPa-token-that-must-not-be-kept-5d21"
VOLUMES = b'{"volumes": []}'


def flow_file(*flows: object) -> bytes:
    file = io.BytesIO()
    for each in flows:
        FlowWriter(file).add(each)  # type: ignore[no-untyped-call]
    return file.getvalue()


def listed(body: bytes = VOLUMES, **headers: str) -> http.HTTPFlow:
    """Return a flow as mitmproxy records it: a list of disks."""
    flow = tflow.tflow(resp=True)
    flow.request = http.Request.make("GET", f"{ORIGIN}/v2/p1/volumes?limit=1", b"", {"X-Auth-Token": TOKEN})
    flow.request.timestamp_start = 1000.0
    flow.response = http.Response.make(200, body, {"Content-Type": "application/json", **headers})
    flow.response.timestamp_end = 1002.5
    return flow


def cassette(*arguments: str | Path) -> Result:
    return CliRunner().invoke(root, ["cassette", *map(str, arguments)])


@given(st.lists(EXCHANGES, max_size=3), st.sampled_from([ORIGIN, "http://127.0.0.1:8776"]))
@settings(deadline=None)
def test_any_exchange_survives_the_way_there_and_back(exchanges: list[Exchange], origin: str) -> None:
    found = read(b"".join(written(exchanges, origin)))
    assert found == Imported([each.numbered(seq) for seq, each in enumerate(exchanges, 1)])


def test_mitmproxy_reads_what_was_written() -> None:
    exchanges = _exchanges(SESSION)
    flows = list(FlowReader(io.BytesIO(b"".join(written(exchanges, ORIGIN)))).stream())
    assert [each.response.status_code for each in flows if isinstance(each, http.HTTPFlow) and each.response] == [
        exchange.response.status for exchange in exchanges
    ]
    assert {each.request.pretty_host for each in flows if isinstance(each, http.HTTPFlow)} == {"evs.example.com"}


def test_what_mitmproxy_recorded_is_identified() -> None:
    [exchange] = read(flow_file(listed())).exchanges
    assert (exchange.operation, exchange.credential) == ("cinder_list_volumes", CredentialClass.TOKEN)
    assert (exchange.started_at, exchange.completed_at) == (1000.0, 1002.5)
    assert (exchange.request.target, exchange.response.body) == (b"/v2/p1/volumes?limit=1", VOLUMES)


def test_a_coded_body_is_unfolded() -> None:
    flow = listed()
    assert flow.response is not None
    flow.response.headers["content-encoding"] = "gzip"
    flow.response.raw_content = gzip.compress(VOLUMES)
    [exchange] = read(flow_file(flow)).exchanges
    assert exchange.response.body == VOLUMES
    assert exchange.response.header(b"content-encoding") is None


def test_a_body_that_cannot_be_unfolded_stays() -> None:
    flow = listed()
    assert flow.response is not None
    flow.response.headers["content-encoding"] = "gzip"
    flow.response.raw_content = b"no gzip"
    [exchange] = read(flow_file(flow)).exchanges
    assert exchange.response.body == b"no gzip"


def test_what_is_no_exchange_is_left_out_with_the_reason() -> None:
    tunnel, unanswered, streamed = listed(), listed(), listed()
    tunnel.request.method = "CONNECT"
    unanswered.response = None
    streamed.request.raw_content = None
    found = read(flow_file(tflow.ttcpflow(), tunnel, unanswered, streamed, listed()))
    assert found.skipped == (
        "flow 1: left out: it is tcp, and not HTTP",
        "flow 2: left out: a tunnel, and no request",
        "flow 3: left out: without an answer",
        "flow 4: left out: its body was not kept",
    )
    assert len(found.exchanges) == 1


def test_what_is_no_flow_file_is_said() -> None:
    with pytest.raises(CassetteError, match="flows: Invalid data format; expected a file that mitmproxy wrote"):
        read(b"nonsense")


def test_marks_that_are_none_are_said() -> None:
    flow = listed()
    flow.metadata[MARKS] = '{"operation": 1}'
    with pytest.raises(CassetteError, match="flows: flow 1: "):
        read(flow_file(flow))


def test_secrets_are_gone_after_the_import(tmp_path: Path) -> None:
    (tmp_path / "recorded.mitm").write_bytes(flow_file(listed()))
    assert cassette("import", tmp_path / "recorded.mitm", tmp_path / "kept.cassette").exit_code == 0
    kept = b"".join(path.read_bytes() for path in (tmp_path / "kept.cassette").iterdir() if path.is_file())
    assert TOKEN.encode() not in kept


def test_a_cassette_goes_through_the_command_line_and_back(tmp_path: Path) -> None:
    assert cassette("export", SESSION, tmp_path / "there.flow", "--origin", ORIGIN).exit_code == 0
    assert cassette("import", tmp_path / "there.flow", tmp_path / "back.sqlite").exit_code == 0
    assert cassette("diff", SESSION, tmp_path / "back.sqlite").exit_code == 0
    assert len(_exchanges(tmp_path / "back.sqlite")) == len(_exchanges(SESSION))


def _exchanges(path: Path) -> list[Exchange]:
    opened = open_cassette(path)
    try:
        return list(opened.read())
    finally:
        opened.close()


def test_scan_finds_secrets_in_flows(tmp_path: Path) -> None:
    seen = listed(b'{"server": {"adminPass": "Zz9-pass-that-must-not-be-told"}}', **{"Content-Encoding": "gzip"})
    (tmp_path / "a.flow").write_bytes(flow_file(seen, tflow.ttcpflow(), tflow.twebsocketflow(), tflow.tflow()))
    result = cassette("scan", tmp_path)
    assert isinstance(result.exception, DifferenceError)
    place = f"{tmp_path / 'a.flow'}: /0"
    assert result.stdout.splitlines() == [
        f"{place}/request/headers/0/value: token",
        f"{place}/response/body/server/adminPass: password",
    ]


def test_what_we_write_as_flows_passes_the_scan(tmp_path: Path) -> None:
    cassette("export", SESSION, tmp_path / "a.flow")
    result = cassette("scan", tmp_path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nothing found in 1 files\n")


def test_what_is_no_flow_file_cannot_be_scanned(tmp_path: Path) -> None:
    (tmp_path / "a.flow").write_bytes(b"no flows")
    with pytest.raises(CassetteError, match=r"a\.flow: cannot be scanned: flows: .*; expected a file that mitmproxy"):
        raise cassette("scan", tmp_path).exception or AssertionError
