"""The forms of other tools, told by the end of a file's name, read whole and written part by part."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType

import click

from gateway.cassette import har, vcr
from gateway.cassette.exchange import Exchange
from gateway.cassette.foreign import Imported
from gateway.contract.model import JsonObject
from gateway.errors import CassetteError, StoreError

FLOWS = (".flow", ".flows", ".mitm")


@dataclass(frozen=True, slots=True)
class ForeignForm:
    """How a form is read and written; the second argument of `write` is the address that its URLs carry."""

    read: Callable[[bytes], Imported]
    write: Callable[[Iterable[Exchange], str], Iterator[bytes]]


def _flows(document: bytes) -> Imported:
    """Read flows of mitmproxy, which is loaded for that alone. Errors: CassetteError, also when it is missing."""
    found: Imported = _mitmproxy().read(document)
    return found


def _flows_written(exchanges: Iterable[Exchange], origin: str) -> Iterator[bytes]:
    parts: Iterator[bytes] = _mitmproxy().written(exchanges, origin)
    return parts


def _mitmproxy() -> ModuleType:
    try:
        return importlib.import_module("gateway.fronts.forward_flows")
    except ModuleNotFoundError as error:
        raise CassetteError(f"flows need mitmproxy ({error.name}): pip install 'evs-gateway[forward]'") from error


def flows_shown(document: bytes) -> list[JsonObject]:
    """Return what a flow file holds, to be searched. Errors: CassetteError, also when mitmproxy is missing."""
    found: list[JsonObject] = _mitmproxy().shown(document)
    return found


_FLOWS = ForeignForm(_flows, _flows_written)
_HAR = ForeignForm(har.read, har.written)
_VCR = ForeignForm(vcr.read, vcr.written)
FOREIGN: Mapping[str, ForeignForm] = MappingProxyType(
    {".har": _HAR, ".yaml": _VCR, ".yml": _VCR, **dict.fromkeys(FLOWS, _FLOWS)}
)


def form_of(path: Path) -> ForeignForm | None:
    """Return the foreign form that a path names, None for a form of our own."""
    return FOREIGN.get(path.suffix.lower())


def read_form(path: Path) -> list[Exchange]:
    """Return the exchanges of a file in a foreign form, as they stand there, and say what was left out.

    Errors: CassetteError that names the file, and the place in it.
    """
    try:
        found = FOREIGN[path.suffix.lower()].read(path.read_bytes())
    except OSError as error:
        raise CassetteError(f"{path}: cannot be read: {error.strerror}") from error
    except CassetteError as error:
        raise CassetteError(f"{path}: {error}") from error
    for reason in found.skipped:
        click.echo(f"{path}: {reason}", err=True)
    return found.exchanges


def write_form(path: Path, exchanges: Iterable[Exchange], origin: str) -> None:
    """Write a file in a foreign form, beside the place first, so that the place holds the old one or the new.

    Errors: StoreError when it cannot be written.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as file:
            file.writelines(FOREIGN[path.suffix.lower()].write(exchanges, origin))
        fresh.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        fresh.unlink(missing_ok=True)
