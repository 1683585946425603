"""A cloud under a real-looking name: TLS with a certificate of a test's own authority, signatures that it verifies."""

from __future__ import annotations

import contextlib
import datetime
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.access.signing import parse_signature
from gateway.http.messages import Request, Response
from gateway.simulator.engine import Cloud
from gateway.simulator.state import Rules, State
from tests.access.signers import sdk_agrees
from tests.scenarios.origin import Handler

from .harness import KEYS

HOST = "evs.eu-west-101.cloud.example.com"
SETTLE_S = 0.06


@dataclass(slots=True)
class Secure:
    """A cloud behind TLS: the name it is known by, where it listens, whose authority its certificate has, and every
    request that it has heard."""

    name: str
    place: str
    ca_file: Path
    asked: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://{self.name}"


def verified(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Return a cloud that answers signed requests only when the vendor's own signer signs them in the same way."""

    def judged(request: Request) -> Response:
        signature = parse_signature(request.header(b"authorization") or b"")
        if signature is None or sdk_agrees(request, next(key for key in KEYS.values() if key[0] == signature.ak)):
            return answer(request)
        return Response(401, ((b"content-type", b"application/json"),), b'{"error_code": "APIGW.0301"}')

    return judged


def simulated() -> Callable[[Request], Response]:
    """Return a simulated cloud that gives its own name in links."""
    cloud, lock = Cloud(State(Rules(SETTLE_S)), f"https://{HOST}"), Lock()

    def answer(request: Request) -> Response:
        with lock:
            return cloud.answer(request, time.time())

    return answer


@contextlib.contextmanager
def secure(folder: Path, answer: Callable[[Request], Response], name: str = HOST) -> Iterator[Secure]:
    """Serve a cloud with TLS on a free port of loopback while the block lasts."""
    ca_file, leaf = certificates(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    cloud = Secure(name, f"127.0.0.1:{server.server_port}", ca_file)
    server.answer, server.asked = answer, cloud.asked  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield cloud
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certificates(folder: Path, name: str) -> tuple[Path, Path]:
    """Write the certificate of an authority, and one for a host with its key, and return both files."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _named("test authority")
    ca = _certificate(authority, authority, ca_key, ca_key, x509.BasicConstraints(ca=True, path_length=0))
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    leaf = _certificate(_named(name), authority, key, ca_key, names)
    ca_file, leaf_file = folder / "test-ca.pem", folder / f"{name}.pem"
    ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    leaf_file.write_bytes(private + leaf.public_bytes(serialization.Encoding.PEM))
    return ca_file, leaf_file


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .sign(signer, hashes.SHA256())
    )
