import logging
import os
import socket
from pathlib import Path

import pytest

from gateway.fronts.supervision import say_ready


@pytest.mark.parametrize("name", ["{folder}/notify", "@evs-gateway-{pid}"])
def test_a_supervisor_is_told(tmp_path: Path, name: str) -> None:
    address = name.format(folder=tmp_path, pid=os.getpid())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind("\0" + address[1:] if address.startswith("@") else address)
        supervisor.settimeout(5)
        say_ready({"NOTIFY_SOCKET": address})
        assert supervisor.recv(100) == b"READY=1"


def test_where_nobody_supervises_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    say_ready({})
    assert caplog.records == []


def test_a_supervisor_that_is_gone_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        say_ready({"NOTIFY_SOCKET": str(tmp_path / "gone")})
    assert [record.message for record in caplog.records] == ["the supervisor was not told"]
