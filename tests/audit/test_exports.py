"""Records as other systems want them."""

from __future__ import annotations

import json

from gateway.audit.exports import FORMS, cts, native, ocsf
from tests.audit.records import AT_MS, DISK, PROJECT, denied, ended, merged

PLACE = {"chain": "gw-1", "seq": 7, "prev": "p", "hash": "h"}


def test_a_native_record_is_as_it_is() -> None:
    assert native(ended()) == ended()


def test_a_read_is_a_normal_trace() -> None:
    assert cts({**ended(), **PLACE}) == {
        "trace_id": "gw-1-7",
        "trace_name": "cinder_show_volume",
        "trace_type": "ApiCall",
        "time": AT_MS + 988,
        "record_time": AT_MS + 1000,
        "service_type": "EVS",
        "request_id": "req-1",
        "user": json.dumps({"name": "alice", "id": "u1", "domain": {"id": "d1"}}),
        "resource_type": "cinder",
        "resource_id": DISK,
        "source_ip": "10.0.0.7",
        "trace_rating": "normal",
        "code": "200",
        "project_id": PROJECT,
    }


def test_a_denied_write_is_a_warning_with_its_body_as_text() -> None:
    trace = cts({**denied(validation=["reject size volume.size"]), **PLACE})
    assert trace is not None
    assert {name: trace[name] for name in ("trace_rating", "request", "message", "code")} == {
        "trace_rating": "warning",
        "request": '{"volume": {"name": "disk-12", "size": 40}}',
        "message": "reject size volume.size",
        "code": "403",
    }


def test_a_write_of_unknown_end_is_an_incident() -> None:
    trace = cts(ended(stage="aborted", outcome={"status": None}))
    assert trace is not None
    assert (trace["trace_rating"], "code" in trace) == ("incident", False)


def test_an_act_of_the_operator_is_an_action_of_the_system() -> None:
    record = {"stage": "admin", "ts_ms": AT_MS, "event": "reload", "facts": {"policies": "abc"}, **PLACE}
    assert cts(record) == {
        "trace_id": "gw-1-7",
        "trace_name": "reload",
        "trace_type": "SystemAction",
        "time": AT_MS,
        "record_time": AT_MS,
        "service_type": "EVS",
        "user": '{"name": "evs-gateway"}',
        "resource_type": "gateway",
        "trace_rating": "normal",
        "message": '{"policies": "abc"}',
    }


def test_the_rest_of_the_trail_has_no_other_form() -> None:
    others = [{"stage": stage, **PLACE} for stage in ("received", "anchor", "gap")]
    assert [(cts(each), ocsf(each)) for each in others] == [(None, None)] * 3
    assert ocsf({"stage": "admin"}) is None


def test_a_read_is_an_event_of_api_activity() -> None:
    event = ocsf({**ended(), **PLACE})
    assert event is not None
    assert event == {
        "class_uid": 6003,
        "category_uid": 6,
        "activity_id": 2,
        "type_uid": 600302,
        "time": AT_MS + 1000,
        "start_time": AT_MS + 988,
        "metadata": {
            "version": "1.3.0",
            "product": {"name": "EVS Gateway", "vendor_name": "EVS Gateway"},
            "profiles": ["security_control"],
            "uid": "gw-1-7",
            "sequence": 7,
            "correlation_uid": "req-1",
            "log_name": "audit",
            "log_provider": "gw-1",
        },
        "actor": {"user": {"name": "alice", "uid": "u1", "account": {"uid": "d1"}}},
        "api": {
            "operation": "cinder_show_volume",
            "service": {"name": "EVS"},
            "request": {"uid": "req-1"},
            "response": {"code": 200},
        },
        "src_endpoint": {"ip": "10.0.0.7", "port": 40123},
        "http_request": {
            "http_method": "GET",
            "url": {"path": f"/v2/{PROJECT}/volumes/{DISK}", "query_string": "limit=1"},
            "user_agent": "openstacksdk/4.0",
            "uid": "req-1",
        },
        "resources": [{"uid": DISK}],
        "action_id": 1,
        "status_id": 1,
        "status_code": "200",
        "http_response": {"code": 200},
        "severity_id": 1,
        "duration": 12,
        "unmapped": {
            "decision": ended()["decision"],
            "mode": "passthrough",
            "upstream": {"service": "evs", "us": 9000, "status": 200},
            "redactions": ["header:x-auth-token"],
            "hash": "h",
            "prev": "p",
        },
    }


def test_a_denial_is_denied_and_failed() -> None:
    event = ocsf(denied())
    assert event is not None
    verdicts = [event[name] for name in ("activity_id", "action_id", "status_id", "status_code", "severity_id")]
    assert verdicts == [1, 2, 2, "403", 2]


def test_an_end_nobody_knows_is_unknown_and_grave() -> None:
    record = merged(ended(stage="aborted", who=None), {"outcome": {"status": None, "us": None}})
    event = ocsf({**record, "what": {"method": "PURGE"}})
    assert event is not None
    assert [event[name] for name in ("activity_id", "status_id", "severity_id")] == [99, 0, 3]
    assert (event["actor"], "http_response" in event) == ({"user": {"name": "unknown"}}, False)


def test_forms_have_names() -> None:
    assert {"native": native, "cts": cts, "ocsf": ocsf} == FORMS
