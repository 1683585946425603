"""Drafts say what the clerk says, byte for byte: of any request that ended any way, and in any order."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.access.decisions import Decision, Kind
from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.audit.chain import START, Head, linked
from gateway.audit.drafts import Draft
from gateway.audit.levels import Depth, LevelRule, Levels
from gateway.auditing import Clerk
from gateway.cassette.comparing import Departure, Weight
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.faults import SHAREABLE
from gateway.drafting.drafter import Drafter
from gateway.faults.overlay import Mishap
from gateway.http.links import Links
from gateway.http.messages import Request, Response
from gateway.modes import PASSTHROUGH, RECORD
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Compared, Ending, FailureKind, Forward, Reply, UpstreamFailure
from gateway.validation import Finding, Severity
from tests.test_auditing import ALICE, ANSWER, CREATION, PROJECT, SHOW, TOKEN, ask

LEVELS = (
    LevelRule(Depth.NONE, "cinder_list_*"),
    LevelRule(Depth.REQUEST_RESPONSE, "cinder_create_*", principal="alice"),
)
TRACE = (b"traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
SIGNATURE = b"SDK-HMAC-SHA256 Access=AK1, SignedHeaders=host, Signature=" + b"0f" * 32
TARGETS = st.sampled_from(
    (
        SHOW,
        f"/v2/{PROJECT}/volumes",
        f"/v2/{PROJECT}/volumes/detail?limit=10&name=a%22b",
        f"/v2/{PROJECT}/volumes/detail?token={TOKEN}",
        f"/v2/{PROJECT}/volumes/{TOKEN}",
        f"/v2/{PROJECT}/types",
        "/v2/a%22b%5C%C3%BC/volumes/%E2%80%AE",
        f"/v3/{PROJECT}/nothing/known",
        f"/v2/{PROJECT}/volumes/" + "0" * 3000,
    )
)
AGENTS = st.sampled_from(("python-cinderclient", "", f"agent of {TOKEN}", 'quoted "\\\u202e', "a" * 300))
MANY = tuple((b"x-%d-token" % number, b"secret-number-%d" % number) for number in range(10))
MORE = st.sampled_from(
    ((), (TRACE,), ((b"x-auth-token", b"other-secret-4711"),), (TRACE, (b"authorization", SIGNATURE)), MANY)
)
REQUESTS = st.builds(
    lambda method, target, agent, more, connection: replace(
        (request := ask(method, target, CREATION if method == "POST" else None, agent)),
        headers=(*request.headers, *more),
        connection=connection,
    ),
    st.sampled_from(("GET", "POST", "DELETE")),
    TARGETS,
    AGENTS,
    MORE,
    st.sampled_from(("192.0.2.7:4000", "[::1]:80", "unix", "")),
)
DENIED = Decision(Kind.EXPLICIT, "evs:volumes:get", f"EVS:*:volume:{TOKEN}", ("evs:volumes:get",), ("no",), ())
DECISIONS = st.sampled_from(
    (
        None,
        Decision(Kind.ALLOW, required=("evs:volumes:get",), statements=("yes",)),
        Decision(Kind.ALLOW, required=("evs:volumes:get",), statements=("yes",), missing=("gw:Tag",)),
        Decision(Kind.ALLOW, required=("evs:volumes:get",), statements=("yes",), would=DENIED),
        Decision(Kind.ALLOW, action="evs:volumes:get"),
        Decision(Kind.UNMAPPED),
        DENIED,
    )
) | st.builds(Decision, st.just(Kind.ALLOW), required=st.just(("evs:volumes:list",)), statements=st.just(("yes",)))
PRINCIPALS = st.sampled_from(
    (
        None,
        ALICE,
        Principal(user_name='b"ob', ak="AK1", auth_method=AuthMethod.SIGNATURE, assurance=Assurance.VERIFIED),
    )
)
FINDINGS = st.sampled_from(((), (Finding("unknown", Severity.WARN, f"/{TOKEN}", "", "", SHAREABLE, ""),)))
OUTCOMES = st.sampled_from(
    (
        ANSWER,
        Response(500),
        Response(202, ((b"cache-status", b'evs-gateway; hit; detail="x"'),)),
        Response(404, ((b"Proxy-Status".lower(), b"evs-gateway"), (b"x-request-id", b"clouds-own"))),
        UpstreamFailure(FailureKind.LATE, "late"),
    )
)
DETAILS = st.fixed_dictionaries(
    {},
    optional={
        "remarks": st.just(("undocumented: unknown-path", f"said {TOKEN}")),
        "mishap": st.just(Mishap(("slow",))),
        "compared": st.just(Compared(3, (Departure("status", Weight.WARN, "status", "200", TOKEN),))),
        "missed": st.just({"nearest": [{"target": f"/{TOKEN}"}]}),
    },
)


@st.composite
def steps(draw: st.DrawFn) -> tuple[Request, bool, dict[str, object], object, dict[str, object], tuple[float, ...]]:
    """Return a request, whether it is recorded, what was found about it, what came back, and how long it took."""
    arrived: dict[str, object] = {
        "decision": draw(DECISIONS),
        "principal": draw(PRINCIPALS),
        "findings": draw(FINDINGS),
        "scope": draw(st.sampled_from(("", "ci-1", f"scope of {TOKEN}"))),
    }
    times = draw(st.tuples(*[st.floats(0, 2e9)] * 3))
    return draw(REQUESTS), draw(st.booleans()), arrived, draw(OUTCOMES), draw(DETAILS), times


class Desk:
    """Somebody who writes records down: the same things come by two of them."""

    def __init__(self, writes: type[Clerk] | type[Drafter]) -> None:
        self._redactor = Redactor(bytes(32))
        self._writer = writes(self._redactor, Levels(LEVELS))
        self._pipelines = [
            Pipeline(CATALOGUE, Rules(mode=mode), self._redactor, Links(())) for mode in (PASSTHROUGH, RECORD)
        ]
        self.head: Head = START
        self.lines: list[bytes] = []

    def take(self, step) -> None:  # type: ignore[no-untyped-def]
        request, is_recorded, arrived, outcome, details, (began_at, took_s, upstream_s) = step
        pipeline = self._pipelines[is_recorded]
        decided = pipeline.on_request(request, began_at)
        if isinstance(decided, Forward):
            forward = replace(decided, arrival=replace(decided.arrival, **arrived))
            self._write(self._writer.received("id-1", forward))
            reply = replace(pipeline.on_outcome(forward, outcome, began_at + took_s), **details)
            times = began_at, took_s, upstream_s, len(self.lines), "given"
            self._write(self._writer.complete("id-1", Ending(request, reply, None, forward, outcome, *times)))
            self._write(self._writer.complete("id-2", Ending(request, reply, Response(200, body=b"here"))))
        else:
            assert isinstance(decided, Reply)
            self._write(self._writer.complete("id", Ending(request, decided, began_at=began_at, given_id="id")))

    def _write(self, record) -> None:  # type: ignore[no-untyped-def]
        if record is not None:
            line, self.head = linked("gw-1", self.head, record)
            self.lines.append(line)


@given(st.lists(steps(), min_size=1, max_size=3))
def test_drafts_are_what_the_clerk_writes(taken: list[object]) -> None:
    clerk, drafter = Desk(Clerk), Desk(Drafter)
    for step in (*taken, *taken):
        clerk.take(step)
        drafter.take(step)
        assert drafter.lines == clerk.lines


def test_the_ordinary_is_drafted() -> None:
    redactor = Redactor(bytes(32))
    pipeline = Pipeline(CATALOGUE, Rules(mode=PASSTHROUGH), redactor, Links(()))
    request = ask("GET", SHOW)
    forward = pipeline.on_request(request, 1000.0)
    assert isinstance(forward, Forward)
    reply = pipeline.on_outcome(forward, ANSWER, 1000.25)
    drafter = Drafter(redactor, Levels())
    assert isinstance(drafter.complete("id", Ending(request, reply, None, forward, ANSWER)), Draft)
    assert isinstance(drafter.received("id", forward), Draft)
