"""Records as other systems want them: the traces of Huawei's Cloud Trace Service, and OCSF events.

Only what is the end of a request or an act of the operator has a form there; the rest of the trail has not. Nothing is
said that the record does not say.
Source: CTS user guide, trace structure; OCSF schema 1.3.0, API Activity (6003), https://schema.ocsf.io/1.3.0.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gateway.audit.entries import table_of, texts_of, verdict_of
from gateway.contract.model import JsonObject

OCSF_VERSION = "1.3.0"
_API_ACTIVITY, _APPLICATION = 6003, 6
_CREATE, _READ, _UPDATE, _DELETE, _OTHER = 1, 2, 3, 4, 99
_ACTIVITIES = {"POST": _CREATE, "GET": _READ, "HEAD": _READ, "PUT": _UPDATE, "PATCH": _UPDATE, "DELETE": _DELETE}
_INFORMATIONAL, _LOW, _MEDIUM = 1, 2, 3
_SUCCESS, _FAILURE, _UNKNOWN = 1, 2, 0
_ALLOWED, _DENIED = 1, 2
_ENDS = ("complete", "aborted")

Form = Callable[[JsonObject], JsonObject | None]


def native(record: JsonObject) -> JsonObject | None:
    """Return a record as it is."""
    return record


def cts(record: JsonObject) -> JsonObject | None:
    """Return a record as a trace of CTS, None for one that is no trace. Requests and answers travel as strings there;
    `incident` is for what has serious consequences: a write whose outcome nobody knows."""
    if record.get("stage") == "admin":
        return _system_trace(record)
    if record.get("stage") not in _ENDS:
        return None
    what, outcome, body = (table_of(record.get(name)) for name in ("what", "outcome", "body"))
    resources = texts_of(what.get("resources"))
    return _said(
        {
            **_trace(record, str(what.get("operation") or "unknown"), "ApiCall"),
            "user": json.dumps(_cts_user(table_of(record.get("who")))),
            "resource_type": str(what.get("family") or "evs"),
            "resource_id": resources[-1] if resources else None,
            "source_ip": table_of(record.get("from")).get("ip"),
            "trace_rating": _rating(record),
            "code": None if outcome.get("status") is None else str(outcome.get("status")),
            "request": body.get("request"),
            "response": body.get("response"),
            "project_id": what.get("project"),
            "message": "; ".join((*texts_of(record.get("validation")), *texts_of(record.get("remarks")))) or None,
        }
    )


def ocsf(record: JsonObject) -> JsonObject | None:
    """Return a record as an OCSF event of class API Activity, None for one that is no call of the API."""
    if record.get("stage") not in _ENDS:
        return None
    what = table_of(record.get("what"))
    activity = _ACTIVITIES.get(str(what.get("method")), _OTHER)
    return _said(
        {
            "class_uid": _API_ACTIVITY,
            "category_uid": _APPLICATION,
            "activity_id": activity,
            "type_uid": _API_ACTIVITY * 100 + activity,
            "time": record.get("ts_ms"),
            "start_time": record.get("recv_ms"),
            "metadata": _metadata(record),
            "actor": {"user": _ocsf_user(table_of(record.get("who")))},
            "api": _api(record),
            "src_endpoint": _said({name: table_of(record.get("from")).get(name) for name in ("ip", "port")}),
            "http_request": _http_request(record),
            "resources": [{"uid": uid} for uid in texts_of(what.get("resources"))],
            **_verdicts(record),
            "unmapped": _unmapped(record),
        }
    )


FORMS: dict[str, Form] = {"native": native, "cts": cts, "ocsf": ocsf}


def _trace(record: JsonObject, name: str, kind: str) -> JsonObject:
    return {
        "trace_id": f"{record.get('chain')}-{record.get('seq')}",
        "trace_name": name,
        "trace_type": kind,
        "time": record.get("recv_ms", record.get("ts_ms")),
        "record_time": record.get("ts_ms"),
        "service_type": "EVS",
        "request_id": record.get("id"),
    }


def _system_trace(record: JsonObject) -> JsonObject:
    return {
        **_said(_trace(record, str(record.get("event")), "SystemAction")),
        "user": json.dumps({"name": "evs-gateway"}),
        "resource_type": "gateway",
        "trace_rating": "normal",
        "message": json.dumps(table_of(record.get("facts")), ensure_ascii=False, sort_keys=True),
    }


def _rating(record: JsonObject) -> str:
    status = table_of(record.get("outcome")).get("status")
    if not isinstance(status, int):
        return "incident"
    return "normal" if status < 400 else "warning"


def _cts_user(who: JsonObject) -> JsonObject:
    domain = _said({"id": who.get("domain_id")})
    return _said({"name": _name_of(who), "id": who.get("user_id"), "domain": domain})


def _ocsf_user(who: JsonObject) -> JsonObject:
    return _said(
        {
            "name": _name_of(who) or "unknown",
            "uid": who.get("user_id"),
            "credential_uid": who.get("ak"),
            "account": _said({"uid": who.get("domain_id")}),
        }
    )


def _name_of(who: JsonObject) -> Any:
    return next((who[name] for name in ("user_name", "dev", "agency", "ak", "user_id") if who.get(name)), None)


def _metadata(record: JsonObject) -> JsonObject:
    return _said(
        {
            "version": OCSF_VERSION,
            "product": {"name": "EVS Gateway", "vendor_name": "EVS Gateway"},
            "profiles": ["security_control"],
            "uid": f"{record.get('chain')}-{record.get('seq')}",
            "sequence": record.get("seq"),
            "correlation_uid": record.get("id"),
            "log_name": "audit",
            "log_provider": record.get("chain"),
        }
    )


def _api(record: JsonObject) -> JsonObject:
    what, status = table_of(record.get("what")), table_of(record.get("outcome")).get("status")
    return {
        "operation": str(what.get("operation") or "unknown"),
        "service": {"name": "EVS"},
        "request": {"uid": str(record.get("id"))},
        "response": _said({"code": status}),
    }


def _http_request(record: JsonObject) -> JsonObject:
    what = table_of(record.get("what"))
    path, _, query = str(what.get("target") or "").partition("?")
    url = _said({"path": path, "query_string": query or None})
    agent = table_of(record.get("from")).get("ua")
    return _said({"http_method": what.get("method"), "url": url, "user_agent": agent, "uid": record.get("id")})


def _verdicts(record: JsonObject) -> JsonObject:
    outcome, denied = table_of(record.get("outcome")), verdict_of(record) == "deny"
    status = outcome.get("status")
    status_id = _UNKNOWN if not isinstance(status, int) else _SUCCESS if status < 400 else _FAILURE
    us = outcome.get("us")
    return {
        "action_id": _DENIED if denied else _ALLOWED,
        "status_id": status_id,
        "status_code": None if status is None else str(status),
        "http_response": {"code": status} if isinstance(status, int) else None,
        "severity_id": _MEDIUM if status_id == _UNKNOWN else _LOW if denied else _INFORMATIONAL,
        "duration": us // 1000 if isinstance(us, int) else None,
    }


def _unmapped(record: JsonObject) -> JsonObject:
    names = ("decision", "mode", "scope", "cassette", "upstream", "validation", "redactions", "hash", "prev")
    return {name: record[name] for name in names if record.get(name) not in (None, "", [])}


def _said(members: JsonObject) -> JsonObject:
    """Return the members that say something."""
    return {name: value for name, value in members.items() if value is not None and value != {}}
