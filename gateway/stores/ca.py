"""The certificate authority of one installation, with which the forward door shows itself to clients.

Made on first use for the hosts that the door leads to, and for no others: name constraints (RFC 5280, 4.2.1.10) keep
whoever steals the key from passing for anybody else. The key lies in a folder of its own; others may not read either.
"""

from __future__ import annotations

import ipaddress
import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gateway.errors import StoreError

# The name under which mitmproxy looks for a key with its certificate.
KEY_FILE = "mitmproxy-ca.pem"
CERTIFICATE_FILE = "evs-gateway-ca.crt"
HOSTS_FILE = "hosts"
COMMON_NAME = "EVS Gateway interception CA"

_OTHERS = 0o077
_VALID = timedelta(days=825)
_KEY_BITS = 2048


def authority(folder: Path, hosts: Iterable[str], now: datetime) -> Path:
    """Return the certificate of the authority in a folder, made on first use for these hosts.

    Errors: StoreError when others may read the key or the folder, when it cannot be made, and when it was made for
    other hosts.
    """
    wanted = "\n".join(sorted(set(hosts))) + "\n"
    try:
        if not (folder / KEY_FILE).exists():
            _make(folder, wanted.split(), now)
        _check_modes(folder)
        made_for = (folder / HOSTS_FILE).read_text(encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{folder}: the certificate authority cannot be read or made: {error.strerror}") from error
    if not set(wanted.split()) <= set(made_for.split()):
        raise StoreError(
            f"{folder}: this authority was made for {', '.join(made_for.split())}; for {', '.join(wanted.split())} "
            "move the folder away, so that a new one is made, and trust that"
        )
    return folder / CERTIFICATE_FILE


def certificate_in(folder: Path) -> x509.Certificate:
    """Return the certificate of an authority that exists. Errors: StoreError."""
    path = folder / CERTIFICATE_FILE
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise StoreError(f"{path}: no authority here yet; it is made when the forward door first opens") from error
    except ValueError as error:
        raise StoreError(f"{path}: is no certificate: {error}") from error


def _make(folder: Path, hosts: list[str], now: datetime) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    certificate = _certificate(key, hosts, now).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    _write(folder / HOSTS_FILE, "".join(f"{host}\n" for host in hosts).encode())
    _write(folder / CERTIFICATE_FILE, certificate)
    _write(folder / KEY_FILE, private + certificate)


def _certificate(key: rsa.RSAPrivateKey, hosts: list[str], now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, COMMON_NAME)])
    public = key.public_key()
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + _VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.NameConstraints([_constraint(host) for host in hosts], None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _constraint(host: str) -> x509.GeneralName:
    """Return what allows a host: a name allows itself and those below it, an address allows itself."""
    try:
        return x509.IPAddress(ipaddress.ip_network(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none; nobody else may read it at any moment."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(name, path)


def _check_modes(folder: Path) -> None:
    for path, expected in ((folder, 0o700), (folder / KEY_FILE, 0o600)):
        mode = path.stat().st_mode & 0o777
        if mode & _OTHERS:
            raise StoreError(f"{path}: others may use it (mode {mode:04o}); expected {expected:04o}")


def now_utc() -> datetime:
    return datetime.now(UTC)
