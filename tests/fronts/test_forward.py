"""The forward door over real sockets: who is let in and what for, and what becomes of it when something breaks."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import GatewayError
from gateway.http.messages import Request, Response
from gateway.stores.credential_files import add_proxy_user
from tests.clients.harness import Server, dead_address, started
from tests.clients.secure import HOST, Secure, secure

from .forwarding import TwoDoors, Wire, two_doors

pytest.importorskip("mitmproxy")

VOLUMES = Request("GET", b"/v2/p1/volumes", ((b"host", HOST.encode()), (b"x-auth-token", b"t")))
OTHER = "other.example.com"


def basic(user: str) -> bytes:
    return b"Proxy-Authorization: Basic " + base64.b64encode(user.encode()) + b"\r\n"


def empty(_: Request) -> Response:
    return Response(200, ((b"content-type", b"application/json"),), b'{"volumes": []}')


@contextmanager
def doors(folder: Path, cloud: Secure | None, mode: str = "passthrough", **sections: Any) -> Iterator[TwoDoors]:
    """Run a gateway before a cloud, or before nothing at all."""
    upstream: dict[str, Any] = {}
    if cloud is not None:
        upstream = {"resolve": {f"{HOST}:443": cloud.place}, "ca_file": cloud.ca_file}
    listed = sections.pop("forward", {"hosts": (HOST,)})
    cassette = {"mode": mode, "path": folder / "one.sqlite" if mode in ("record", "replay") else None}
    url = f"https://{HOST}" if cloud is not None else None
    with two_doors(
        folder, url, time.time, upstream_settings=upstream, cassette=cassette, forward=listed, **sections
    ) as found:
        yield found


@contextmanager
def wire(opened: Wire) -> Iterator[Wire]:
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forward")


@pytest.fixture(scope="module")
def cloud(folder: Path) -> Iterator[Secure]:
    with secure(folder, empty) as opened:
        yield opened


@pytest.fixture
def asked(cloud: Secure) -> Secure:
    cloud.asked.clear()
    return cloud


@pytest.fixture(scope="module")
def open_doors(folder: Path, cloud: Secure) -> Iterator[TwoDoors]:
    with doors(folder, cloud) as opened:
        yield opened


REFUSED = [
    "example.org:443",
    f"{HOST}:22",
    f"{HOST}:80",
    f"{HOST}.:443",
    "127.0.0.1:443",
    "localhost:443",
    "169.254.169.254:443",
    "169.254.169.254:80",
    "[::1]:443",
    "[::ffff:127.0.0.1]:443",
    "2130706433:443",
    "0x7f000001:443",
    "0177.0.0.1:443",
]


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a gateway that dies when it connects to anything; its mode would connect."""
    folder = tmp_path_factory.mktemp("trapped")
    listen = [part for door in ("--listen", "--admin-listen", "--forward-listen") for part in (door, "127.0.0.1:0")]
    rest = ("--data", str(folder / "data"), "--upstream", f"https://{HOST}", "--mode", "passthrough")
    with started(folder, "serve", *listen, *rest, module="tests.scenarios.trapped") as server:
        yield server


@pytest.mark.parametrize("place", REFUSED)
def test_a_tunnel_to_what_is_not_listed_is_refused_without_a_connection(place: str, trapped: Server) -> None:
    before = len(trapped.stderr.read_bytes())
    with wire(Wire.to(trapped.ready["forward"])) as one:
        assert one.connect(place) == 403
    with wire(Wire.to(trapped.ready["forward"])) as one:
        assert one.connect(f"{HOST}:443") == 200, "it lives, and lets others through"
    logged = json.loads(trapped.stderr.read_bytes()[before:].splitlines()[0])
    assert (logged["status"], logged["remarks"][0].startswith("refused by the proxy: ")) == (403, True)


def test_what_is_refused_is_in_the_trail(trapped: Server) -> None:
    data = Path(trapped.process.args[trapped.process.args.index("--data") + 1])  # type: ignore[index, union-attr]
    with wire(Wire.to(trapped.ready["forward"])) as one:
        assert one.connect("169.254.169.254:8080", basic("curious:secret")) == 403
    lines = [line for path in (data / "audit").glob("*.jsonl") for line in path.read_text().splitlines()]
    last = json.loads(lines[-1])
    assert (last["stage"], last["what"]) == ("complete", {"method": "CONNECT", "target": "169.254.169.254:8080"})
    assert (last["outcome"]["status"], last["outcome"]["origin"]) == (403, "gateway")
    assert last["remarks"][0].startswith("refused by the proxy: 169.254.169.254:8080")
    assert "secret" not in lines[-1]


@pytest.mark.parametrize(
    "url", [f"http://{HOST}", "http://127.0.0.1:1", "http://169.254.169.254", f"http://{HOST}:443"]
)
def test_a_plain_request_to_what_is_not_listed_is_refused(url: str, open_doors: TwoDoors, asked: Secure) -> None:
    host = url.removeprefix("http://").encode()
    with wire(Wire.to(open_doors.forward)) as one:
        answer = one.ask(Request("GET", url.encode() + b"/v2", ((b"host", host),)))
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (403, "EVSGateway.0403")
    assert b"http_request_denied" in (answer.header(b"proxy-status") or b"")
    assert asked.asked == []


def test_what_is_listed_is_forwarded_as_it_is(open_doors: TwoDoors, asked: Secure) -> None:
    with wire(Wire.through(open_doors, f"{HOST}:443")) as one:
        answers = [one.ask(VOLUMES), one.ask(replace(VOLUMES, target=b"/v2/p1/volumes?limit=1&&a"))]
    assert [(each.status, each.body) for each in answers] == [(200, b'{"volumes": []}')] * 2
    assert [each.target for each in asked.asked] == [b"/v2/p1/volumes", b"/v2/p1/volumes?limit=1&&a"]
    assert asked.asked[0].header(b"host") == HOST.encode()


@pytest.mark.parametrize("host", [OTHER, f"{HOST}:8443", f"{HOST}."])
def test_a_host_header_must_name_the_host_of_the_tunnel(host: str, open_doors: TwoDoors, asked: Secure) -> None:
    with wire(Wire.through(open_doors, f"{HOST}:443")) as one:
        answer = one.ask(replace(VOLUMES, headers=((b"host", host.encode()),)))
    assert (answer.status, asked.asked) == (421, [])


def test_the_handshake_must_name_the_host_of_the_tunnel(open_doors: TwoDoors, asked: Secure) -> None:
    # The authority may not speak for the other name, so only a client that trusts everything gets as far as this.
    plain = Wire.to(open_doors.forward)
    assert plain.connect(f"{HOST}:443") == 200
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with wire(Wire(context.wrap_socket(plain._connection, server_hostname=OTHER))) as one:
        answer = one.ask(VOLUMES)
    plain.close()
    assert (answer.status, asked.asked) == (421, [])


def test_no_certificate_for_another_host_is_trusted(open_doors: TwoDoors) -> None:
    plain = Wire.to(open_doors.forward)
    assert plain.connect(f"{HOST}:443") == 200
    context = ssl.create_default_context(cafile=open_doors.ca)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        context.wrap_socket(plain._connection, server_hostname=OTHER)
    plain.close()


def test_what_is_no_http_is_not_carried(open_doors: TwoDoors, asked: Secure) -> None:
    with wire(Wire.to(open_doors.forward)) as one:
        assert one.connect(f"{HOST}:443") == 200
        one._connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        said = one._connection.recv(4096)
    assert said == b"" or said.startswith(b"HTTP/1.1 400")
    assert asked.asked == []


def test_the_cloud_is_asked_only_where_a_listed_name_may_lead(tmp_path: Path, cloud: Secure) -> None:
    with (
        doors(tmp_path, cloud, forward={"hosts": (f"localhost:{cloud.place.rpartition(':')[2]}",)}) as opened,
        wire(Wire.through(opened, f"localhost:{cloud.place.rpartition(':')[2]}")) as one,
    ):
        cloud.asked.clear()
        host = f"localhost:{cloud.place.rpartition(':')[2]}".encode()
        answer = one.ask(replace(VOLUMES, headers=((b"host", host), (b"x-auth-token", b"t"))))
    assert (answer.status, cloud.asked) == (502, [])
    assert b"error=destination_ip_prohibited" in (answer.header(b"proxy-status") or b"")


def test_users_are_asked_who_they_are(tmp_path: Path, asked: Secure) -> None:
    users = tmp_path / "users.toml"
    password = add_proxy_user(users, "alice")
    with doors(tmp_path, asked, forward={"users_file": users}) as opened:
        statuses = []
        for said in (b"", basic("alice:wrong"), basic(f"bob:{password}"), basic(f"alice:{password}")):
            with wire(Wire.to(opened.forward)) as one:
                statuses.append(one.connect(f"{HOST}:443", said))
        with wire(Wire.through(opened, f"{HOST}:443", basic(f"alice:{password}"))) as one:
            answer = one.ask(VOLUMES)
    assert statuses == [407, 407, 407, 200]
    assert answer.status == 200
    assert not any(name.startswith(b"proxy-") for each in asked.asked for name, _ in each.headers)


def test_a_user_has_a_scope_of_his_own(tmp_path: Path) -> None:
    counts = iter(range(9))

    def counting(_: Request) -> Response:
        return Response(200, ((b"content-type", b"application/json"),), b'{"volumes": [], "n": %d}' % next(counts))

    detail = replace(VOLUMES, method="DELETE", target=b"/v2/p1/volumes/0b5d7f6a-0c5e-4b0e-8f0c-2f5b5a1d6c11")
    with (
        secure(tmp_path, counting) as cloud,
        doors(tmp_path, cloud, "record") as opened,
        wire(Wire.through(opened, f"{HOST}:443")) as one,
    ):
        one.ask(detail)
    with doors(tmp_path, None, "replay") as opened:
        statuses = {}
        for user in ("w1", "w2"):
            with wire(Wire.through(opened, f"{HOST}:443", basic(f"{user}:x"))) as one:
                statuses[user] = one.ask(detail).status
    assert statuses == {"w1": 200, "w2": 200}


def test_an_error_inside_mitmproxy_leaves_the_other_door_alone(
    open_doors: TwoDoors, asked: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mitmproxy.proxy.layers.http import HttpStream

    def broken(*_: object) -> None:
        raise RuntimeError("a mistake of mitmproxy")

    with monkeypatch.context() as patch:
        patch.setattr(HttpStream, "state_consume_request_body", broken)
        with wire(Wire.through(open_doors, f"{HOST}:443")) as one:
            one._connection.settimeout(0.3)
            with pytest.raises((OSError, TimeoutError, IndexError)):
                one.head(b"GET /v2 HTTP/1.1\r\nhost: %b\r\n\r\n" % HOST.encode())
        with wire(Wire.to(open_doors.public)) as other:
            assert other.ask(VOLUMES).status == 200
    with wire(Wire.through(open_doors, f"{HOST}:443")) as one:
        assert one.ask(VOLUMES).status == 200


def test_a_core_that_breaks_lets_nothing_past(
    open_doors: TwoDoors, asked: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.fronts.core import Core

    async def broken(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    with monkeypatch.context() as patch:
        patch.setattr(Core, "answer", broken)
        with wire(Wire.through(open_doors, f"{HOST}:443")) as one:
            assert one.ask(VOLUMES).status == 502
    assert asked.asked == []


def test_a_stop_drains_both_doors(tmp_path: Path) -> None:
    heard, go_on = threading.Semaphore(0), threading.Event()

    def slow(_: Request) -> Response:
        heard.release()
        go_on.wait(20)
        return empty(VOLUMES)

    answers: dict[str, int] = {}
    with secure(tmp_path, slow) as cloud, doors(tmp_path, cloud) as opened:
        idle = Wire.through(opened, f"{HOST}:443")
        forward, reverse = Wire.through(opened, f"{HOST}:443"), Wire.to(opened.public)
        both = {"forward": forward, "reverse": reverse}

        def ask(name: str) -> None:
            answers[name] = both[name].ask(VOLUMES).status

        threads = [threading.Thread(target=ask, args=(name,)) for name in both]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert heard.acquire(timeout=20)
        opened.stop()
        assert idle._connection.recv(1) == b"", "who waits for nothing is let go at once"
        go_on.set()
        for thread in threads:
            thread.join(20)
        for each in (idle, forward, reverse):
            each.close()
    assert answers == {"forward": 200, "reverse": 200}


def test_a_second_stop_waits_for_nobody(tmp_path: Path) -> None:
    heard, go_on = threading.Event(), threading.Event()

    def slow(_: Request) -> Response:
        heard.set()
        go_on.wait(20)
        return empty(VOLUMES)

    with secure(tmp_path, slow) as cloud, doors(tmp_path, cloud) as opened:
        one = Wire.through(opened, f"{HOST}:443")
        one._connection.sendall(b"GET /v2/p1/volumes HTTP/1.1\r\nhost: %b\r\n\r\n" % HOST.encode())
        assert heard.wait(20)
        opened.stop()
        opened.stop()
        assert one._connection.recv(1) == b""
        one.close()
        go_on.set()


@pytest.mark.parametrize(
    ("forward", "said"),
    [
        ({"listen": "0.0.0.0:0", "hosts": (HOST,)}, "others can reach"),
        ({"listen": "nonsense", "hosts": (HOST,)}, "others can reach"),
        ({}, "no host may be asked"),
    ],
)
def test_an_open_proxy_is_not_started(tmp_path: Path, forward: dict[str, Any], said: str) -> None:
    from gateway.fronts.gateway import run
    from gateway.settings import Settings

    settings = Settings(
        data=tmp_path,
        listen={"public": "127.0.0.1:0", "admin": "127.0.0.1:0"},
        forward={"listen": "127.0.0.1:0", **forward},
    )
    with pytest.raises(GatewayError, match=said):
        run(settings, lambda _: None)


def test_the_gateways_own_credential_goes_to_the_upstreams_alone(tmp_path: Path) -> None:
    from gateway.fronts.proxying import check_forward
    from gateway.settings import Settings

    settings = Settings(
        upstream={"url": f"https://{HOST}"},
        forward={"listen": "localhost:3128", "hosts": (OTHER,)},
        identity={"upstream_token_file": tmp_path / "token"},
    )
    with pytest.raises(GatewayError, match=r"forward\.hosts: .*token is for the upstreams and goes to no other host"):
        check_forward(settings)
    check_forward(settings.model_copy(update={"forward": settings.forward.model_copy(update={"hosts": ()})}))


def test_the_cloud_is_not_asked_through_the_gateway_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gateway.fronts.gateway import run
    from gateway.settings import Settings

    place = dead_address().removeprefix("http://")
    monkeypatch.setenv("HTTPS_PROXY", f"http://{place}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    settings = Settings(
        data=tmp_path,
        listen={"public": "127.0.0.1:0", "admin": "127.0.0.1:0"},
        upstream={"url": f"https://{HOST}"},
        forward={"listen": place},
    )
    with pytest.raises(GatewayError, match="is this gateway's own forward listener; start it in a shell without"):
        run(settings, lambda _: None)


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        ({"status": 503}, "HTTP/1.1 503"),
        ({"rate_limited": {"retry_after_s": 2}}, "HTTP/1.1 429"),
        ({"empty": True}, ""),
        ({"reset": True}, ""),
        ({"cut": 5}, '{"vol'),
        ({"drip_ms": 1}, '{"volumes": []}'),
        ({"latency_ms": 1}, '{"volumes": []}'),
    ],
)
def test_faults_on_purpose_happen_here_too(fault: dict[str, Any], heard: str, tmp_path: Path, asked: Secure) -> None:
    request = b"GET /v2/p1/volumes HTTP/1.1\r\nhost: %b\r\nconnection: close\r\n\r\n" % HOST.encode()
    with (
        doors(tmp_path, asked, faults=({"name": "planned", **fault},)) as opened,
        wire(Wire.through(opened, f"{HOST}:443")) as one,
    ):
        one._connection.sendall(request)
        said = _all(one._connection).decode()
    assert said.startswith(heard) if heard.startswith("HTTP") else said.rpartition("\r\n\r\n")[2] == heard


def _all(connection: socket.socket) -> bytes:
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)
