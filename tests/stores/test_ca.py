"""The authority of an installation: for its hosts alone, its key for its owner alone."""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gateway.errors import StoreError
from gateway.stores.ca import CERTIFICATE_FILE, KEY_FILE, LIFE, certificate, certificate_file, covered, open_authority

NOW = datetime.datetime(2026, 3, 3, 10, tzinfo=datetime.UTC)
HOSTS = ("evs.example.com", "10.0.0.5", "iam.example.com")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    open_authority(folder, HOSTS, NOW)
    return folder


def constraints(held: x509.Certificate) -> x509.NameConstraints:
    extension = held.extensions.get_extension_for_class(x509.NameConstraints)
    assert extension.critical
    return extension.value


def test_it_speaks_for_its_hosts_alone(data: Path) -> None:
    held = certificate(data)
    assert covered(held) == ("10.0.0.5", "evs.example.com", "iam.example.com")
    assert constraints(held).excluded_subtrees is None
    assert held.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert held.not_valid_after_utc == NOW + LIFE


def test_the_key_is_its_owners_alone(data: Path) -> None:
    modes = [path.stat().st_mode & 0o777 for path in (data / "ca", data / "ca" / KEY_FILE)]
    assert modes == [0o700, 0o600]
    assert b"PRIVATE" not in certificate_file(data).read_bytes()


def test_it_is_made_once(data: Path) -> None:
    before = certificate(data)
    assert open_authority(data, HOSTS[:1], NOW) == data / "ca"
    assert certificate(data) == before


def test_each_installation_has_its_own(data: Path, tmp_path: Path) -> None:
    open_authority(tmp_path, HOSTS, NOW)
    assert certificate(tmp_path).subject != certificate(data).subject
    assert certificate(tmp_path).public_key() != certificate(data).public_key()


def test_kinds_of_names_that_nobody_asked_for_are_excluded(tmp_path: Path) -> None:
    open_authority(tmp_path / "names", ["evs.example.com"], NOW)
    excluded = constraints(certificate(tmp_path / "names")).excluded_subtrees or []
    assert [str(each.value) for each in excluded] == ["0.0.0.0/0", "::/0"]
    open_authority(tmp_path / "addresses", ["::1"], NOW)
    held = certificate(tmp_path / "addresses")
    assert covered(held) == ("::1",)
    assert x509.DNSName("evs-gateway.invalid") in (constraints(held).permitted_subtrees or [])


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_openssl_believes_what_is_made_for_an_address(tmp_path: Path, address: str) -> None:
    certs = pytest.importorskip("mitmproxy.certs")
    folder = open_authority(tmp_path, [address], datetime.datetime.now(datetime.UTC))
    leaf = certs.CertStore.from_store(folder, "mitmproxy", 2048).get_cert(
        address, [x509.IPAddress(ipaddress.ip_address(address))]
    )
    key = leaf.privatekey.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "leaf.pem").write_bytes(key + leaf.cert.to_pem())
    assert shaken_hands(tmp_path / "leaf.pem", certificate_file(tmp_path), address)


def shaken_hands(served: Path, trusted: Path, host: str) -> bool:
    """Let a client that trusts an authority greet a server, in memory. Errors: ssl.SSLError when it does not."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(served)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context(cafile=str(trusted)).wrap_bio(back, there, server_hostname=host)
    sides = [client, server.wrap_bio(there, back, server_side=True)]
    while sides:
        for side in tuple(sides):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
                sides.remove(side)
    return client.version() is not None


@pytest.mark.parametrize(("name", "mode"), [("ca", 0o750), (f"ca/{KEY_FILE}", 0o640)])
def test_a_key_that_others_may_use_is_refused(tmp_path: Path, name: str, mode: int) -> None:
    open_authority(tmp_path, HOSTS, NOW)
    (tmp_path / name).chmod(mode)
    with pytest.raises(StoreError, match=rf"others may use this key \(mode {mode:04o}\)"):
        open_authority(tmp_path, HOSTS, NOW)


def test_a_key_of_somebody_else_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uid = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: uid + 1)
    with pytest.raises(StoreError, match="belongs to somebody else"):
        open_authority(data, HOSTS, NOW)


def test_a_host_that_came_later_is_said(data: Path) -> None:
    with pytest.raises(StoreError, match=r"may not speak for new\.example\.com, only for .*; remove .* for a new one"):
        open_authority(data, (*HOSTS, "new.example.com"), NOW)


@pytest.mark.parametrize("when", [NOW + LIFE, NOW - datetime.timedelta(days=2)])
def test_one_that_is_over_is_said(data: Path, when: datetime.datetime) -> None:
    with pytest.raises(StoreError, match="is valid until 2029-03-02 only"):
        open_authority(data, HOSTS, when)


def test_one_for_any_host_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "ca"
    folder.mkdir(mode=0o700)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "anybody")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW - LIFE).not_valid_after(NOW + LIFE)
    (folder / KEY_FILE).write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (folder / KEY_FILE).chmod(0o600)
    with pytest.raises(StoreError, match="may speak for any host"):
        open_authority(tmp_path, HOSTS, NOW)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no authority is there yet"):
        certificate(tmp_path)
    folder = tmp_path / "ca"
    folder.mkdir(mode=0o700)
    for name in (KEY_FILE, CERTIFICATE_FILE):
        (folder / name).write_text("nonsense")
        (folder / name).chmod(0o600)
    with pytest.raises(StoreError, match="is no certificate that can be read"):
        certificate(tmp_path)
    with pytest.raises(StoreError, match="is no key and certificate that can be read"):
        open_authority(tmp_path, HOSTS, NOW)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be read or made: Not a directory"):
        open_authority(tmp_path / "file", HOSTS, NOW)
