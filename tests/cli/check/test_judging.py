"""One request judged as the gateway would judge it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.redaction import Redactor
from gateway.cli.check.judging import Judgement, Verdict, as_json, as_words, judge
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.openapi.examples import PATH_EXAMPLES
from gateway.http.links import Links
from gateway.http.messages import Request
from gateway.modes import PASSTHROUGH, Level, Undocumented
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Reply

JSON = ((b"content-type", b"application/json"),)
EXAMPLES = json.loads((Path(__file__).parents[2] / "cases" / "example_requests.json").read_text(encoding="utf-8"))
STRICT = Rules(mode=PASSTHROUGH, validation=Level.ENFORCE, undocumented=Undocumented.REFUSE)
UUID = PATH_EXAMPLES["volume_id"]


def request(operation: str, body: Any = None, query: str = "", method: str | None = None) -> Request:
    row = CATALOGUE.by_id[operation]
    target = row.path.format_map(PATH_EXAMPLES | {"key": "key1"}) + (f"?{query}" if query else "")
    content = b"" if body is None else json.dumps(body).encode()
    return Request(method or row.method, target.encode(), JSON if content else (), content)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["operation"])
def test_every_example_of_the_reference_passes(example: dict[str, Any]) -> None:
    judgement = judge(request(example["operation"], example["body"]))
    assert judgement.verdict is not Verdict.REJECT
    assert (judgement.operation, judgement.status) == (CATALOGUE.by_id[example["operation"]], None)


def test_a_pass_has_nothing_against_it() -> None:
    body = {"volume": {"size": 40, "availability_zone": "az", "imageRef": "i"}}
    operation = CATALOGUE.by_id["cinder_create_volume"]
    actions = ("evs:volumes:create", "ims:images:get", "evs:volumes:get")
    assert judge(request("cinder_create_volume", body)) == Judgement(
        operation, Verdict.PASS, None, None, None, actions, ()
    )


def test_a_warning_does_not_refuse() -> None:
    judgement = judge(request("cinder_list_volumes", query="flavour=x"))
    assert (judgement.verdict, judgement.status, len(judgement.findings)) == (Verdict.WARN, None, 1)


def test_a_refusal_has_the_code_of_the_first_finding_and_all_findings() -> None:
    body = {"volume": {"size": 0, "volume_type": "tape", "availability_zone": "az"}}
    told = as_json("x", judge(request("evs_create_volumes", body)))
    assert told | {"findings": None} == {
        "id": "x",
        "operation": "evs_create_volumes",
        "section": "6.1.1",
        "verdict": "reject",
        "status": 400,
        "code": "EVS.1010",
        "required": ["evs:volumes:create"],
        "findings": None,
    }
    assert told["findings"] == [
        {
            "rule": "size-range",
            "severity": "reject",
            "where": "/volume/size",
            "limit": "1 to 32768 GB",
            "found": "0",
            "code": "EVS.1010",
            "message": "invalid volume size!",
            "source": "6.1.1",
        },
        {
            "rule": "volume-type-value",
            "severity": "reject",
            "where": "/volume/volume_type",
            "limit": "one of SSD, SAS",
            "found": '"tape"',
            "code": "EVS.1020",
            "message": "invalid volume type!",
            "source": "6.1.1",
        },
    ]


def test_what_is_no_documented_operation_is_refused_as_a_whole() -> None:
    told = as_json(1, judge(request("cinder_list_volumes", method="PATCH")))
    assert (told["operation"], told["section"], told["required"]) == (None, None, None)
    assert (told["verdict"], told["status"], told["code"]) == ("reject", 405, "EVSGateway.0405")
    why = "The path has no such method; it has GET, HEAD, POST."
    assert told["findings"] == [
        {
            "rule": "request",
            "severity": "reject",
            "where": "request",
            "limit": why,
            "found": "",
            "code": "EVSGateway.0405",
            "message": why,
            "source": "",
        }
    ]


def test_two_actions_in_one_body_are_told_with_their_keys() -> None:
    judgement = judge(request("cinder_attach_volume", {"os-attach": {}, "os-detach": {}}))
    (finding,) = judgement.findings
    assert (judgement.status, judgement.code) == (400, "EVS.5400")
    assert (finding["rule"], finding["where"]) == ("several-actions", "body")
    assert finding["found"] == "os-attach, os-detach"


def test_what_may_not_come_in_is_refused_with_its_status() -> None:
    assert judge(Request("GET", b"/v2/p/%2e%2e/x")).status == 400
    broken = Request("POST", b"/v2/p/volumes", JSON, b'{"a": 1, "a": 2}')
    assert (judge(broken).code, judge(broken).required) == ("EVS.5400", None)


def test_words_say_the_same_for_people() -> None:
    body = {"volume": {"size": 0, "availability_zone": "az"}}
    assert as_words("x", judge(request("cinder_create_volume", body))).splitlines() == [
        "x: reject: cinder_create_volume (7.1.1), answered 400 EVS.1010 'invalid volume size!'",
        "  reject: /volume/size: 1 to 32768 GB; found 0 [size-range]",
        "  needs: evs:volumes:create, evs:volumes:get",
    ]
    assert as_words(1, judge(request("v1_show_job"))).splitlines() == [
        "1: pass: v1_show_job (8.1.1)",
        "  needs: not said by the reference",
    ]
    assert as_words(2, judge(request("cinder_list_extensions"))).endswith("  needs: no action")
    assert as_words(3, judge(Request("GET", b"/x/y/z"))).startswith("3: reject: no documented operation, answered 404")


SECRET = "s3cret-that-nobody-may-see"


@pytest.mark.parametrize(
    "asked",
    [
        Request("GET", b"/v2/p/volumes", ((b"x-auth-token", SECRET.encode()),)),
        request("cinder_accept_transfer", {"accept": {"auth_key": SECRET}}),
        request("cinder_accept_transfer", {"accept": {"auth_key": [SECRET]}}),
        request("cinder_accept_transfer", {"accept": {"auth_key": "k", "more": {"x": SECRET}}}),
        request("iam_create_token", {"auth": {"identity": SECRET, "scope": {}}}),
        request("iam_create_token", {"auth": {"password": {"user": {"password": SECRET}}}}),
    ],
)
def test_secrets_never_come_out(asked: Request) -> None:
    judgement = judge(asked)
    assert SECRET not in json.dumps(as_json(1, judgement)) + as_words(1, judgement)


TARGETS = st.sampled_from([b"/v2/p/volumes", b"/v2/p/cloudvolumes", b"/v3/auth/tokens", b"/", b"/v2/p/types"])


@given(st.sampled_from(["GET", "POST", "PUT"]), st.binary(max_size=20) | TARGETS, st.binary(max_size=30))
def test_the_gateway_would_do_the_same(method: str, target: bytes, body: bytes) -> None:
    asked = Request(method, target, JSON if body else (), body)
    pipeline = Pipeline(CATALOGUE, STRICT, Redactor(b"k" * 32), Links(()))
    answer, judgement = pipeline.on_request(asked, 0.0), judge(asked)
    assert isinstance(answer, Reply) is (judgement.verdict is Verdict.REJECT)
    if isinstance(answer, Reply):
        assert answer.response.status == judgement.status
