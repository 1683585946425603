"""`cassette verify --live`: a recording held against a live service."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from gateway.access.brokering import Broker, Credential, UpstreamToken, address_of
from gateway.access.principals import AuthMethod, Principal
from gateway.access.signing import AccessKey
from gateway.cassette.aliases import project_in
from gateway.cassette.comparing import Departure, compare, compare_with_values
from gateway.cassette.departures import in_words
from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.cassette.kinds import PROJECT
from gateway.cassette.redaction import Redactor
from gateway.cassette.reissuing import Live, Step, everything, reads
from gateway.cli.cassette.common import counted, opened
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Family, JsonObject, JsonValue
from gateway.errors import DifferenceError, SettingsError
from gateway.fronts.gateway import upstream_to
from gateway.fronts.reissue import Ask, Patience, Reissue
from gateway.http.messages import Request, Response
from gateway.identities import credential_of
from gateway.seams import Service, Upstream, UpstreamFailure
from gateway.settings import Settings

_TOKENS = ("EVS_TOKEN", "OS_TOKEN")
_PROJECTS = ("EVS_PROJECT_ID", "OS_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID")
_NO_WAITING = Patience(polls=0)


def verify_live(cassette: Path, settings: Settings, projects: Sequence[str], patience: Patience, as_json: bool) -> None:
    """Ask the upstream what was recorded, and print how its answers depart.

    Errors: SettingsError for what is not given, DifferenceError when something weighs as an error.
    """
    with opened(cassette) as source:
        exchanges = list(source.read())
    done = asyncio.run(_reissued(exchanges, settings, projects, patience))
    click.echo(json.dumps(_document(done), indent=2) if as_json else "\n".join(_lines(done)))
    if done.survey.has_errors:
        raise DifferenceError(f"{cassette}: the service departs from it")
    click.echo(f"{cassette}: {counted(done.survey.answers)} compared, no error", err=True)


async def _reissued(
    exchanges: list[Exchange], settings: Settings, projects: Sequence[str], patience: Patience
) -> Reissue:
    upstreams = _upstreams(settings)
    live = Live.of(exchanges, projects or _project_in(os.environ), _KNOWN[settings.verify.sandbox])
    broker = Broker(_credential(settings), {service: address_of(url) for service, url in _urls(settings).items()})
    judge = _without_secrets if settings.verify.values else compare
    pause = patience if settings.verify.sandbox else _NO_WAITING
    done = Reissue(live, _asking(upstreams, broker), judge, asyncio.sleep, pause)
    try:
        if settings.verify.sandbox:
            await done.in_order(everything(exchanges))
        else:
            await done.as_known(reads(exchanges))
    finally:
        for upstream in upstreams.values():
            await upstream.close()
    return done


# In a sandbox everything is made anew; of the recorded things only the projects are there.
_KNOWN: Mapping[bool, frozenset[str] | None] = {True: frozenset({PROJECT}), False: None}


def _asking(upstreams: Mapping[Service, Upstream], broker: Broker) -> Ask:
    async def ask(step: Step, request: Request) -> Response | UpstreamFailure:
        service = _service_of(step, upstreams)
        if step.credential is not CredentialClass.NONE:
            project = project_in(request.path)
            principal = Principal(project_id=project, auth_method=AuthMethod.DEV)
            request = broker.outgoing(request, service, principal, time.time())
        return await upstreams[service].send(request)

    return ask


def _service_of(step: Step, upstreams: Mapping[Service, Upstream]) -> Service:
    operation = CATALOGUE.by_id.get(step.operation)
    is_iam = operation is not None and operation.family is Family.IAM
    return Service.IAM if is_iam and Service.IAM in upstreams else Service.EVS


def _urls(settings: Settings) -> dict[Service, str]:
    urls = {Service.EVS: settings.upstream.url, Service.IAM: settings.upstream.iam_url}
    return {service: url for service, url in urls.items() if url is not None}


def _upstreams(settings: Settings) -> dict[Service, Upstream]:
    urls = _urls(settings)
    if Service.EVS not in urls:
        raise SettingsError("upstream.url: nobody to ask; give --upstream URL")
    return {service: upstream_to(url, settings) for service, url in urls.items()}


def _credential(settings: Settings) -> Credential:
    """Return the credential of the settings, or else a token or an access key from the environment."""
    given = credential_of(settings)
    if given is not None:
        return given
    token = _first(_TOKENS)
    if token is not None:
        return UpstreamToken(token.encode())
    ak, sk = _first(("HUAWEICLOUD_SDK_AK",)), _first(("HUAWEICLOUD_SDK_SK",))
    if ak is None or sk is None:
        raise SettingsError("no credential; give EVS_TOKEN, or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK")
    return AccessKey(ak, sk.encode())


def _project_in(environment: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(filter(None, (environment.get(name) for name in _PROJECTS)))[:1]


def _first(names: Sequence[str]) -> str | None:
    return next((value for name in names if (value := os.environ.get(name))), None)


def _without_secrets(recorded: Response, live: Response) -> tuple[Departure, ...]:
    """Compare values too, and let none be told that may be a secret."""
    redacted = Redactor(secrets.token_bytes(32)).redact(Request("GET", b"/"), live, None)
    return compare_with_values(recorded, redacted.response)


def _document(done: Reissue) -> JsonObject:
    unasked: list[JsonValue] = [
        {"seq": each.seq, "operation": each.operation, "why": each.why} for each in done.unasked
    ]
    return {**done.survey.document(), "unasked": unasked, "left": [*done.left]}


def _lines(done: Reissue) -> list[str]:
    rows = [in_words(row) for row in done.survey.rows()]
    unasked = [f"not asked: exchange {each.seq}, {each.operation}: {each.why}" for each in done.unasked]
    return [*rows, *unasked, *(f"left in the sandbox: {each}" for each in done.left)]
