"""A record as the exchange it is about: for HAR, and as the curl command that asks the same again.

The trail holds no credentials, and of a body no more than its rules keep. What is not all of a body is not passed off
as one.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Iterator
from urllib.parse import quote

from gateway.audit.entries import table_of, texts_of
from gateway.cassette.exchange import UNDOCUMENTED, CredentialClass, Exchange
from gateway.cassette.har import written
from gateway.contract.model import JsonObject
from gateway.http.messages import Headers, Request, Response

_JSON = (b"content-type", b"application/json")
_ESCAPE = re.compile(r"\\u(00(?:[01][0-9a-f]|[7-9][0-9a-f])|06[0-9a-f]{2}|20[0-9a-f]{2}|feff)")
_AUTHENTICATED = {"signature": CredentialClass.SIGNATURE, "token": CredentialClass.TOKEN}
_SAFE = "/?&=%:@!$'()*+,;~-._"


def har_of(record: JsonObject, origin: str) -> bytes:
    """Return a HAR document of one entry. The id of the request is the answer's X-Request-Id."""
    return b"".join(written([exchange_of(record)], origin))


def exchange_of(record: JsonObject) -> Exchange:
    """Return the exchange of a record, bodies as far as they were kept."""
    what, outcome = table_of(record.get("what")), table_of(record.get("outcome"))
    ended = _seconds(record.get("ts_ms"))
    began = _seconds(record.get("recv_ms")) or ended
    answer = Response(_status(outcome), _answer_headers(record), body_of(record, "response") or b"")
    return Exchange(
        str(what.get("operation") or UNDOCUMENTED),
        Request(method_of(what), target_of(what), _headers(record), body_of(record, "request") or b""),
        answer,
        began,
        max(ended, began),
        _AUTHENTICATED.get(str(table_of(record.get("who")).get("auth")), CredentialClass.NONE),
        redactions=texts_of(record.get("redactions")),
        findings=texts_of(record.get("validation")),
    )


def curl_of(record: JsonObject, base: str) -> Iterator[str]:
    """Yield the lines of a command that asks the same again, with the reader's own token."""
    what, body = table_of(record.get("what")), body_of(record, "request")
    words = ["curl", "-i", "-X", method_of(what), base.rstrip("/") + target_of(what).decode("ascii")]
    yield f'{shlex.join(words)} -H "X-Auth-Token: $TOKEN"' + (" \\" if body else "")
    if body:
        yield f"  -H 'Content-Type: application/json' --data-binary {shlex.quote(body.decode())}"
    elif body is None:
        yield "# the trail does not hold the body of this request"
    if body and any(not rule.startswith("header:") for rule in texts_of(record.get("redactions"))):
        yield "# what was redacted is a placeholder: put in what belongs there"


def body_of(record: JsonObject, name: str) -> bytes | None:
    """Return a body as it was redacted, None when the trail holds none of it, or not all."""
    body = table_of(record.get("body"))
    text, digest = body.get(name), body.get(f"{name}_sha256")
    if not isinstance(text, str):
        return None if name == "request" and table_of(record.get("outcome")).get("bytes_in") else b""
    spellings = (text, _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))
    candidates = (each.encode("utf-8", "surrogatepass") for each in spellings)
    return next((each for each in candidates if hashlib.sha256(each).hexdigest() == digest), None)


def _headers(record: JsonObject) -> Headers:
    agent = table_of(record.get("from")).get("ua")
    kind = (_JSON,) if table_of(record.get("body")).get("request") else ()
    return (*(((b"user-agent", str(agent).encode()),) if agent else ()), *kind)


def _answer_headers(record: JsonObject) -> Headers:
    return (_JSON, (b"x-request-id", str(record.get("id")).encode("ascii", "replace")))


def method_of(what: JsonObject) -> str:
    """Return the method, GET for what is none."""
    method = str(what.get("method") or "GET")
    return method if method.isalnum() and method.isascii() else "GET"


def target_of(what: JsonObject) -> bytes:
    """Return the target; what a record had to escape is percent-encoded, so that it is one again."""
    target = str(what.get("target") or "/")
    return quote(target if target.startswith("/") else f"/{target}", safe=_SAFE).encode()


def _status(outcome: JsonObject) -> int:
    status = outcome.get("status")
    return status if isinstance(status, int) else 0


def _seconds(ms: object) -> float:
    return ms / 1000 if isinstance(ms, int) else 0.0
