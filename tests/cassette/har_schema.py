"""The structure of HAR 1.2 as a JSON Schema: what the specification demands, types and members alike.

Source: HAR 1.2 Spec, http://www.softwareishard.com/blog/har-12-spec/. Custom members begin with an underscore.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
NUMBER = {"type": "number", "minimum": -1}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional, "comment": TEXT},
        "required": list(required),
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


PAIR = _object({"name": TEXT, "value": TEXT})
HEAD = {"httpVersion": TEXT, "cookies": _list(PAIR), "headers": _list(PAIR), "headersSize": NUMBER, "bodySize": NUMBER}
REQUEST = _object(
    {"method": TEXT, "url": {"type": "string", "format": "uri"}, "queryString": _list(PAIR), **HEAD},
    postData=_object({"mimeType": TEXT}, text=TEXT, params=_list(PAIR)),
)
RESPONSE = _object(
    {
        "status": {"type": "integer"},
        "statusText": TEXT,
        "content": _object({"size": {"type": "integer"}, "mimeType": TEXT}, text=TEXT, encoding=TEXT),
        "redirectURL": TEXT,
        **HEAD,
    }
)
ENTRY = _object(
    {
        "startedDateTime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
        "time": {"type": "number", "minimum": 0},
        "request": REQUEST,
        "response": RESPONSE,
        "cache": {"type": "object"},
        "timings": _object({"send": NUMBER, "wait": NUMBER, "receive": NUMBER}),
    },
    connection=TEXT,
    serverIPAddress=TEXT,
)
HAR = {
    "type": "object",
    "properties": {
        "log": _object(
            {
                "version": {"const": "1.2"},
                "creator": _object({"name": TEXT, "version": TEXT}),
                "entries": _list(ENTRY),
            },
            pages=_list({"type": "object"}),
        )
    },
    "required": ["log"],
    "additionalProperties": False,
}
