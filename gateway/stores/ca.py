"""The certificate authority of an installation, which speaks for the hosts behind its forward proxy and for no others.

Whoever has its key can be any of these hosts to whoever trusts it, so the key is the owner's alone, in a folder of the
owner's alone, and its certificate is constrained to these names (RFC 5280, section 4.2.1.10). Each installation has its
own; none ships with the gateway, and none is given out with its key.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.errors import StoreError

FOLDER = "ca"
# Key and certificate in one file, under the name that mitmproxy looks for.
KEY_FILE = "mitmproxy-ca.pem"
CERTIFICATE_FILE = "evs-gateway-ca.pem"
# Leaf certificates live a year, and clients have to be told about a new one by hand.
LIFE = datetime.timedelta(days=3 * 365)
_SKEW = datetime.timedelta(days=1)
_KEY_BITS = 2048
_OTHERS = 0o077
_ALL_ADDRESSES = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
# A name that nobody has: where no name is meant, this one alone is permitted (RFC 2606, section 2).
_NOBODY = x509.DNSName("evs-gateway.invalid")


def ca_folder(data: Path) -> Path:
    """Return where the authority of a data folder lies."""
    return data / FOLDER


def certificate_file(data: Path) -> Path:
    """Return the certificate that clients trust. Errors: StoreError when there is none."""
    path = ca_folder(data) / CERTIFICATE_FILE
    if not path.exists():
        raise StoreError(f"{path}: no authority is there yet; it is made when `serve --forward-listen` starts first")
    return path


def certificate(data: Path) -> x509.Certificate:
    """Return the certificate of an authority. Errors: StoreError."""
    path = certificate_file(data)
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: is no certificate that can be read") from error


def open_authority(data: Path, hosts: Iterable[str], now: datetime.datetime) -> Path:
    """Return the folder of the authority that may speak for these hosts, made on first use.

    Errors: StoreError when others may use its key, and when it is over or does not cover a host.
    """
    folder = ca_folder(data)
    try:
        if not (folder / KEY_FILE).exists():
            _make(folder, sorted(set(hosts)), now)
        _check_modes(folder)
        held = x509.load_pem_x509_certificate((folder / KEY_FILE).read_bytes())
    except OSError as error:
        raise StoreError(f"{folder}: the authority cannot be read or made: {error.strerror}") from error
    except ValueError as error:
        raise StoreError(f"{folder / KEY_FILE}: is no key and certificate that can be read") from error
    _check(folder, held, hosts, now)
    return folder


def covered(held: x509.Certificate) -> tuple[str, ...]:
    """Return the names and addresses that an authority may speak for."""
    constraints = held.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = [name for name in constraints.permitted_subtrees or () if name != _NOBODY]
    return tuple(dict.fromkeys(str(name.value).removesuffix("/32").removesuffix("/128") for name in permitted))


def _check_modes(folder: Path) -> None:
    for path, expected in ((folder, 0o700), (folder / KEY_FILE, 0o600)):
        mode = path.stat().st_mode & 0o777
        if mode & _OTHERS:
            raise StoreError(
                f"{path}: others may use this key (mode {mode:04o}); expected {expected:04o}: chmod {expected:o} {path}"
            )
        if path.stat().st_uid != os.getuid():
            raise StoreError(f"{path}: belongs to somebody else, who may use this key; expected the gateway's own")


def _check(folder: Path, held: x509.Certificate, hosts: Iterable[str], now: datetime.datetime) -> None:
    anew = f"remove {folder} for a new one, which clients have to trust anew"
    if not held.not_valid_before_utc <= now < held.not_valid_after_utc:
        raise StoreError(f"{folder}: the authority is valid until {held.not_valid_after_utc:%Y-%m-%d} only; {anew}")
    try:
        known = covered(held)
    except x509.ExtensionNotFound:
        raise StoreError(f"{folder}: the authority may speak for any host; {anew}") from None
    strangers = sorted(set(hosts) - set(known))
    if strangers:
        raise StoreError(
            f"{folder}: the authority may not speak for {strangers[0]}, only for {', '.join(known)}; {anew}"
        )


def _make(folder: Path, hosts: Iterable[str], now: datetime.datetime) -> None:
    """Make an authority whole beside the place: of several processes one wins."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    public = _certificate(key, hosts, now).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    _put(folder / CERTIFICATE_FILE, public)
    _put(folder / KEY_FILE, private + public)


def _put(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)


def _certificate(key: rsa.RSAPrivateKey, hosts: Iterable[str], now: datetime.datetime) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "EVS Gateway"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, f"EVS Gateway CA {secrets.token_hex(4)}"),
        ]
    )
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_KEY_USAGE, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(_constrained_to(tuple(hosts)), critical=True)
        .sign(key, hashes.SHA256())
    )


_KEY_USAGE = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _constrained_to(hosts: tuple[str, ...]) -> x509.NameConstraints:
    """Return what permits these hosts, and nothing of a kind that is not among them."""
    permitted = list(_names(hosts))
    is_named = any(isinstance(name, x509.DNSName) for name in permitted)
    is_addressed = any(isinstance(name, x509.IPAddress) for name in permitted)
    excluded = None if is_addressed else [x509.IPAddress(network) for network in _ALL_ADDRESSES]
    return x509.NameConstraints([*permitted, *([] if is_named else [_NOBODY])], excluded)


def _names(hosts: Iterable[str]) -> Iterator[x509.GeneralName]:
    """Yield what stands for each host. An IPv4 address is a name too: OpenSSL takes the common name of a certificate
    that names no host for one, and refuses it where that name is not permitted."""
    for host in hosts:
        try:
            address = ipaddress.ip_network(host)
        except ValueError:
            yield x509.DNSName(host)
            continue
        yield x509.IPAddress(address)
        if isinstance(address, ipaddress.IPv4Network):
            yield x509.DNSName(host)
