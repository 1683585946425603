"""One exchange, its HAR, and what a look at a body leaves in the trail."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from gateway.auditing import administrative
from gateway.cassette.exchange import Exchange
from gateway.contract.model import JsonObject
from gateway.fronts.inspector.guard import COOKIE
from gateway.http.messages import Request, Response
from gateway.stores.copying import write_cassette
from tests.audit.records import AT_MS, PROJECT, denied, ended
from tests.fronts.inspector.visiting import AWAY, ELSEWHERE, VIEWER, Looked, looking

POLICIES = Path(__file__).parents[3] / "policies"
PATH = "/inspector/exchange/req-1"


def page_of(looked: Looked, path: str = PATH) -> str:
    answer = looked.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def texts(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_request_answer_decision_and_time_stand_on_one_page(tmp_path: Path) -> None:
    with looking(tmp_path, [ended()]) as looked:
        said = texts(page_of(looked))
    for text in (
        "cinder_show_volume 200",
        "alice may do this because of readers/1",
        "Documented as Querying Details About a Disk, section 7.1.6",
        "Nothing was found against this request.",
        "Upstream 0.00 9.00",
        "It had 300 bytes. The audit trail keeps none of it (level metadata), and it was not recorded.",
        "curl -i -X GET &#39;http://127.0.0.1:8776/v2/",
    ):
        assert text in said, text
    assert looked.noted == []


def test_a_look_at_a_body_is_a_record(tmp_path: Path) -> None:
    with looking(tmp_path, [denied()]) as looked:
        page = page_of(looked)
        har = looked.get(re.findall(r'id="har" href="([^"]+)"', page)[0])
    assert "&#34;name&#34;: &#34;disk-12&#34;" in page
    facts = {"principal": "loopback", "ip": "127.0.0.1", "id": "req-1", "record": "gw-1:1"}
    assert looked.noted == [
        ("inspector:bodies:read", {**facts, "form": "page"}),
        ("inspector:bodies:read", {**facts, "form": "har"}),
    ]
    document = json.loads(har.content)
    assert document["log"]["entries"][0]["request"]["postData"]["text"].startswith('{"volume"')
    assert har.headers["content-disposition"] == 'attachment; filename="exchange.har"'


def test_without_the_right_no_body_is_shown(tmp_path: Path) -> None:
    tokens = [{"name": "bob", "sha256": hashlib.sha256(VIEWER.encode()).hexdigest()}]
    with looking(tmp_path, [denied()], inspector={"tokens": tokens}) as looked:
        form = re.findall(r'name="form" value="([^"]+)"', looked.get("/inspector/login", AWAY, ELSEWHERE).text)[0]
        login = looked.post("/inspector/login", {"form": form, "token": VIEWER}, AWAY, ELSEWHERE)
        cookie = login.headers["set-cookie"].partition(";")[0]
        page = looked.get(PATH, AWAY, ELSEWHERE, cookie=cookie)
        har = looked.get(f"{PATH}/har", AWAY, ELSEWHERE, cookie=cookie)
    assert cookie.startswith(COOKIE)
    assert (page.status_code, har.status_code) == (200, 403)
    assert ("disk-12" in page.text, "does not give the right to see bodies" in page.text) == (False, True)
    assert "# the trail does not hold the body of this request" in page.text
    assert [event for event, _ in looked.noted] == ["inspector:login"]


def policed(tmp_path: Path, **decision: Any) -> tuple[dict[str, Any], JsonObject]:
    tokens = tmp_path / "dev-tokens.toml"
    tokens.write_text("")
    tokens.chmod(0o600)
    sections = {
        "identity": {"accept": ("dev",), "dev_tokens_file": tokens},
        "policies": {"path": POLICIES},
    }
    who = {"project_id": PROJECT, "roles": ["evs-reader"], "user_name": "bob"}
    said = {"kind": "implicit", "action": "evs:volumes:create", "statements": [], **decision}
    return sections, denied(who=who, decision=said)


def test_a_decision_is_traced_statement_by_statement(tmp_path: Path) -> None:
    sections, record = policed(tmp_path)
    with looking(tmp_path, [record], **sections) as looked:
        page = page_of(looked)
    trace = page.partition('<div id="trace"')[2].partition("</section>")[0]
    assert 'data-verdict="deny"' in trace
    assert "by the policies in force now" in trace
    said = texts(trace)
    assert "size-limits#BigDisk Deny does not apply NumberGreaterThan evs:VolumeSize: 2048 : found 40 , fails" in said
    assert "encryption#PlainDisk Deny applies, under report only" in said


@pytest.mark.parametrize(
    ("event", "facts", "says"),
    [
        ("start", {"policies": "other"}, "The policies have changed since then"),
        ("policies", {"digest": None}, "by the policies in force now"),
    ],
    ids=["other", "none"],
)
def test_policies_of_then_are_told_from_those_of_now(tmp_path: Path, event: str, facts: Any, says: str) -> None:
    sections, record = policed(tmp_path)
    before = administrative(event, AT_MS / 1000, **facts)
    with looking(tmp_path, [before, record], **sections) as looked:
        assert says in page_of(looked)


def test_the_same_policies_as_then_are_said(tmp_path: Path) -> None:
    sections, record = policed(tmp_path)
    with looking(tmp_path / "first", [record], **sections) as looked:
        authority = looked.session.authority
        assert authority is not None
        digest = authority.policies.digest
    before = administrative("policies", AT_MS / 1000, digest=digest)
    later = administrative("policies", AT_MS / 1000 + 60, digest="later")
    with looking(tmp_path / "second", [before, record, later], **sections) as looked:
        assert "by the same policies as then" in page_of(looked)


def test_bodies_that_were_recorded_are_shown_from_the_cassette(tmp_path: Path) -> None:
    record = ended(cassette={"status": "evs-gateway; fwd=bypass; stored", "kept": True})
    at = (AT_MS + 988) / 1000
    answer = Response(200, ((b"content-type", b"application/json"),), b'{"volume":{"id":"x"}}')
    kept = Exchange("cinder_show_volume", Request("GET", b"/v2/p/volumes/x"), answer, at, at + 0.01)
    other = Exchange("cinder_show_volume", Request("GET", b"/v2/p/volumes/x"), Response(200), at - 5, at)
    write_cassette(tmp_path / "life.sqlite", [other, kept])
    with looking(tmp_path, [record], cassette={"mode": "simulate", "path": tmp_path / "life.sqlite"}) as looked:
        page = page_of(looked)
        har = json.loads(looked.get(f"{PATH}/har").content)
    assert "From the cassette, redacted." in page
    assert "&#34;id&#34;: &#34;x&#34;" in page
    assert har["log"]["entries"][0]["response"]["content"]["text"] == '{"volume":{"id":"x"}}'
    assert [facts["form"] for _, facts in looked.noted] == ["page", "har"]


@pytest.mark.parametrize("content", [b"", b"no cassette at all, but of some length"], ids=["gone", "broken"])
def test_a_cassette_that_cannot_be_read_leaves_the_rest(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "life.sqlite"
    record = ended(cassette={"status": "stored", "kept": True})
    with looking(tmp_path, [record], cassette={"mode": "simulate", "path": path}) as looked:
        for each in tmp_path.glob("life.sqlite*"):
            each.unlink()
        path.write_bytes(content)
        assert "and it was not recorded" in page_of(looked)


def test_records_that_share_an_id_are_told_apart(tmp_path: Path) -> None:
    records = [ended(1, stage="received", outcome=None), ended(1), ended(1, outcome={"status": 404})]
    with looking(tmp_path, records) as looked:
        newest = page_of(looked)
        named = page_of(looked, f"{PATH}?record=gw-1:2")
    assert ("3 records have this id" in newest, "cinder_show_volume 404" in texts(newest)) == (True, True)
    assert "cinder_show_volume 200" in texts(named)
    assert 'href="/inspector/exchange/req-1?record=gw-1:1"' in newest


def test_a_write_whose_end_is_not_known_is_shown(tmp_path: Path) -> None:
    received = {name: said for name, said in ended(stage="received").items() if name not in ("outcome", "body")}
    with looking(tmp_path, [received]) as looked:
        said = texts(page_of(looked))
    assert "cinder_show_volume open" in said
    assert "It is not known how long this took." in said
    assert "Nobody knows whether there was one." in said


def test_an_id_of_no_request_is_not_found(tmp_path: Path) -> None:
    with looking(
        tmp_path, [ended(), {"stage": "admin", "id": "boot", "event": "x", "facts": {}, "ts_ms": 1}]
    ) as looked:
        statuses = [looked.get(f"/inspector/exchange/{id_}") for id_ in ("nothing", "boot", "%3Cb%3E")]
    assert [answer.status_code for answer in statuses] == [404, 404, 404]
    assert "the id &lt;b&gt;" in statuses[2].text


@pytest.mark.parametrize(
    ("listen", "base"),
    [
        ({"public": "10.0.0.1:80"}, "http://10.0.0.1:80/v2/"),
        ({"public": "127.0.0.1:0"}, "http://127.0.0.1:8776/v2/"),
        ({"public_url": "https://evs.example.com"}, "https://evs.example.com/v2/"),
    ],
    ids=["address", "any port", "url"],
)
def test_curl_asks_the_gateway(tmp_path: Path, listen: dict[str, str], base: str) -> None:
    with looking(tmp_path, [ended()], listen=listen) as looked:
        assert f"curl -i -X GET &#39;{base}" in page_of(looked)


def test_what_a_client_sent_stays_text(tmp_path: Path) -> None:
    hostile = "</pre><script>alert(1)</script>\u202e"
    record = denied(
        who={"user_name": hostile, "roles": [hostile]},
        **{"from": {"ua": hostile}},
        what={"target": f"/{hostile}"},
        remarks=[hostile],
        validation=[f"reject {hostile}"],
        body={"request": hostile, "request_sha256": hashlib.sha256(hostile.encode()).hexdigest()},
    )
    with looking(tmp_path, [record]) as looked:
        page = page_of(looked)
    assert "<script>alert" not in page
    assert ("\u202e" in page, "\\u202e" in page) == (False, True)
