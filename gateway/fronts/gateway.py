"""The gateway as processes: listeners, workers, upstreams and a session, put together until a signal ends them."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from functools import partial

from gateway.authorities import reload
from gateway.cassette.departures import Survey
from gateway.errors import SettingsError
from gateway.fronts.admin import admin
from gateway.fronts.aging import check_age
from gateway.fronts.asgi import Gateway
from gateway.fronts.core import Core
from gateway.fronts.cores import leave_no_core
from gateway.fronts.direct import DirectUpstream
from gateway.fronts.doors import Doors, Served, Server
from gateway.fronts.ending import check_reports, tell
from gateway.fronts.eviction import Evictions, Forgetting, eviction_route
from gateway.fronts.garbage import look_seldom
from gateway.fronts.health import Health
from gateway.fronts.identity import Introspection, Tokens
from gateway.fronts.inprocess import AsgiUpstream
from gateway.fronts.inspector.mount import inspector
from gateway.fronts.listeners import Listeners, listening
from gateway.fronts.logs import configure
from gateway.fronts.metrics.meter import Meter
from gateway.fronts.metrics.route import metrics_route
from gateway.fronts.metrics.tallies import Memory, Place
from gateway.fronts.noting import Note, unnoted
from gateway.fronts.origin import origin_of, proxy_for
from gateway.fronts.pool import Bounds
from gateway.fronts.proxying import ProxyDoor, Ways, authority_of, check_forward, check_no_loop, proxy_door
from gateway.fronts.published import listening_of
from gateway.fronts.refreshing import Refreshing
from gateway.fronts.reloading import Reloading
from gateway.fronts.renewal import Renewal
from gateway.fronts.request_ids import RequestIds
from gateway.fronts.resolving import Resolve, as_named, instead
from gateway.fronts.scopes import Scopes
from gateway.fronts.scopes_admin import scope_routes
from gateway.fronts.serving import Build, Running, serve
from gateway.fronts.shipping import shipping_of
from gateway.fronts.supervision import say_ready
from gateway.fronts.surveying import conclude
from gateway.fronts.targets import Targets
from gateway.fronts.tracing import tracing_of
from gateway.fronts.trails import audited, trail_of
from gateway.fronts.upstream import AiohttpUpstream
from gateway.fronts.watcher import Watcher
from gateway.fronts.wire import Host
from gateway.fronts.workers import serve_with_workers
from gateway.identities import credential_files, iam_url, renew
from gateway.modes import SIMULATE
from gateway.pipeline import Pipeline
from gateway.seams import Service, Upstream
from gateway.session import Session, open_session
from gateway.settings import Settings
from gateway.simulator.app import simulator

Clock = Callable[[], float]
"""Gives seconds since the epoch."""

log = logging.getLogger(__name__)

# A token document, also one with a catalogue that was not asked for.
_IAM_ANSWER_BYTES = 4 * 1024 * 1024

Ready = Mapping[str, str | int | Mapping[str, str]]
"""The ready line: event, addresses of the listeners, mode, process id."""

Hook = Callable[[Scopes], None]
"""Told of the scopes of a process."""


def ignored(_: object) -> None:
    """Do nothing."""


def run(settings: Settings, say: Callable[[Ready], None], clock: Clock = time.time) -> None:
    """Serve until SIGTERM; the log goes to stderr, and `say` gets the ready line when every listener answers.

    Errors: ListenError, what opening a session raises, and at the end DifferenceError where all had to be used.
    """
    configure()
    leave_no_core()
    settings = audited(settings)
    check_forward(settings)
    check_reports(settings)
    check_age(settings, clock(), log.warning)
    evictions = Evictions()
    with listening(settings) as listeners:

        def ready() -> None:
            look_seldom()
            say({"event": "ready", **listeners.addresses, "mode": settings.mode.name, "pid": os.getpid()})
            say_ready()

        if settings.listen.workers == 1:
            serve(builder(settings, listeners, evictions, clock, ended=partial(tell, settings)), ready)
        else:
            _serve_with_workers(settings, listeners, evictions, ready, clock)


def _serve_with_workers(
    settings: Settings, listeners: Listeners, evictions: Evictions, ready: Callable[[], None], clock: Clock
) -> None:
    memory = Memory(settings.listen.workers)

    def build(number: int) -> Build:
        return builder(settings, listeners.of(number), evictions, clock, counts=Place(memory, number))

    serve_with_workers(build, settings.listen.workers, tuple(listeners), ready)
    if any(mode.plays for mode in (settings.mode, *settings.modes.values())):
        _tell_of_all(settings)


def _tell_of_all(settings: Settings) -> None:
    """Say what became of the recording in all workers, once none of them adds to it."""
    session = open_session(settings)
    try:
        tell(settings, Scopes(session.player, Doors(), ignored, {}, is_shared=True))
    finally:
        session.close()


def builder(
    settings: Settings,
    listeners: Listeners,
    evictions: Evictions,
    clock: Clock = time.time,
    begun: Hook = ignored,
    ended: Hook = ignored,
    counts: Place | None = None,
) -> Build:
    """Return what builds one process of the gateway inside its own loop, from settled settings. `clock` times the
    requests, and the simulator's cloud; `begun` and `ended` are called with its scopes, inside the loop; `counts` is
    where it counts, unless it is alone."""

    async def build() -> Running:
        session = open_session(settings)
        place = counts or Place()
        meter = Meter(place.tally())
        upstreams = _upstreams(settings, clock)
        survey = Survey()
        watcher = Watcher(session.pipeline.scrub, survey)
        tokens = _tokens(session, settings, upstreams, evictions)
        targets = Targets(upstreams, time.monotonic)
        trail = trail_of(settings, session, clock)
        note = unnoted if trail is None else trail.note
        shipping, listening_in = shipping_of(settings), listening_of(settings)
        health = Health(settings, session, trail, clock)
        keeper, counted = meter.over_keeper(session.keeper), meter.over_trail(trail)
        tracing = tracing_of(settings)
        ids = RequestIds()

        def cored(pipeline: Pipeline, upstreams: Mapping[Service, Upstream]) -> Core:
            return tracing.core(pipeline, upstreams, keeper, clock, ids, watcher, tokens, targets, counted)

        core = cored(session.pipeline, upstreams)
        ways = Ways(settings, upstreams, upstream_to)
        door = partial(Gateway, core)
        doors = Doors()
        is_shared = settings.listen.workers > 1
        scopes = Scopes(
            session.player,
            doors,
            lambda name: door(scope=name),
            listeners.scopes,
            is_shared=is_shared,
            forgotten=ignored if session.overlay is None else session.overlay.forget,
        )
        reloading = _reloading(session, settings, health.look, note)
        renewal = _renewal(session, settings, note)
        refreshing = None if session.index is None else Refreshing(session.index.refresh)

        page = None if listeners.private is None else inspector(settings, session, note, clock)

        async def close() -> None:
            if page is not None:
                page.close()
            if listening_in is not None:
                await listening_in.close()
            if reloading is not None:
                await reloading.close()
            if renewal is not None:
                await renewal.close()
            if refreshing is not None:
                refreshing.close()
            for upstream in upstreams.values():
                await upstream.close()
            await ways.close()
            if tokens is not None:
                await tokens.introspection.close()
            if trail is not None:
                await trail.close()
            if shipping is not None:
                await shipping.close()
            await tracing.close()
            try:
                ended(scopes)
                conclude(settings, survey)
            finally:
                session.close()

        def proxy() -> ProxyDoor:
            return proxy_door(settings, core, lambda each: cored(session.pipeline.along(each.url), ways.to(each)))

        served = [] if listeners.public is None else [Served(door(), listeners.public)]
        served += [Served(door(scope=name), listener) for name, listener in listeners.scopes.items()]
        if listeners.private is not None:
            evicting = [eviction_route(tokens.forgetting, note)] if tokens is not None else []
            paged = () if page is None else page.routes
            routes = [*scope_routes(scopes, note), *evicting, metrics_route(place.memory, health.standing), *paged]
            served.append(Served(admin(health.checks, routes), listeners.private))
        begun(scopes)
        forwarding = () if listeners.forward is None else (forward_server(settings, proxy(), listeners.forward),)
        also = forwarding if page is None else (*forwarding, page.hub)
        return Running(tuple(served), close, doors, also, proxy)

    return build


def _tokens(
    session: Session, settings: Settings, upstreams: Mapping[Service, Upstream], evictions: Evictions
) -> Tokens | None:
    """Return what tells tokens apart, where they count: the IAM has connections of its own, and no other address."""
    if session.identity is None or "token" not in settings.identity.accept:
        return None
    url, cache = iam_url(settings), session.identity.cache
    iam = upstreams[Service.IAM] if url is None else _iam(url, settings)
    return Tokens(Introspection(iam, cache, time.time), Forgetting(cache, evictions))


def _iam(url: str, settings: Settings) -> AiohttpUpstream:
    timeout_s = settings.identity.timeout_s
    bounds = Bounds(min(settings.upstream.connect_timeout_s, timeout_s), timeout_s, _IAM_ANSWER_BYTES)
    return AiohttpUpstream(url, ca_file=settings.upstream.ca_file, bounds=bounds)


def _upstreams(settings: Settings, clock: Clock) -> Mapping[Service, Upstream]:
    """Return the upstreams that the modes of this gateway may ask; none at all in a pure replay."""
    modes = (settings.mode, *settings.modes.values())
    if any(mode is SIMULATE for mode in modes):
        cloud = settings.simulator
        app = AsgiUpstream(simulator(settle_ms=cloud.settle_ms, seed=cloud.seed, clock=clock))
        return dict.fromkeys(Service, app)
    if not any(mode.forwards for mode in modes):
        return {}
    urls = {Service.EVS: settings.upstream.url, Service.IAM: settings.upstream.iam_url}
    return {service: upstream_to(url, settings) for service, url in urls.items() if url is not None}


def upstream_to(url: str, settings: Settings, resolve: Resolve = as_named) -> AiohttpUpstream | DirectUpstream:
    """Return the way to an upstream, as the settings have it. Behind a proxy it is the proxy that resolves names."""
    upstream = settings.upstream
    bounds = Bounds(upstream.connect_timeout_s, upstream.total_timeout_s, upstream.answer_limit_mb * 1024 * 1024)
    is_direct = upstream.client == "direct" and proxy_for(origin_of(url)) is None
    host = Host(upstream.host)
    if is_direct:
        known = instead(upstream.resolve, resolve)
        return DirectUpstream(url, ca_file=upstream.ca_file, host=host, bounds=bounds, resolve=known)
    return AiohttpUpstream(url, ca_file=upstream.ca_file, host=host, bounds=bounds)


def forward_server(settings: Settings, door: ProxyDoor, listener: socket.socket) -> Server:
    """Return what serves the forward door. mitmproxy is loaded here, and nowhere before.

    Errors: SettingsError without it, StoreError for an authority that cannot be used.
    """
    check_no_loop(settings, listener.getsockname()[1])
    folder = authority_of(settings)
    try:
        from gateway.fronts.forward_server import ForwardServer
    except ModuleNotFoundError as error:
        raise SettingsError(f"forward.listen: {error.name} is missing; pip install 'evs-gateway[forward]'") from error
    return ForwardServer(door, listener, folder)


def _reloading(session: Session, settings: Settings, reloaded: Callable[[], None], note: Note) -> Reloading | None:
    authority, folder = session.authority, settings.policies.path
    if authority is None or folder is None:
        return None

    def reload_now() -> None:
        reload(authority, settings)
        note("policies", digest=authority.policies.digest, fault=authority.fault)
        reloaded()

    return Reloading(folder, reload_now)


def _renewal(session: Session, settings: Settings, note: Note) -> Renewal | None:
    files = credential_files(settings)

    def renew_now() -> None:
        note("credentials", fault=renew(settings, session.identity, session.broker))

    return Renewal(files, renew_now) if files else None
