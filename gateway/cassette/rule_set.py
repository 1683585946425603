"""By which rules secrets were removed, as one short name; and what was removed by others, removed again.

A cassette outlives the version that recorded it. One whose rules are not these is redacted again before anything else
reads it, so that a rule that was added since holds for old recordings too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

from gateway.cassette import secrets as rules
from gateway.cassette.exchange import Exchange
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE

# Raised when the way secrets are looked for changes and the tables do not tell.
_REVISION = 1


def rule_set(revision: int = _REVISION) -> str:
    """Return the name of the rules as they stand in the tables."""
    tables = {
        "revision": revision,
        "request": {name.decode(): each.name for name, each in rules.REQUEST_HEADERS.items()},
        "response": {name.decode(): each.name for name, each in rules.RESPONSE_HEADERS.items()},
        "names": dict(rules.SECRET_NAMES),
        "exact": dict(rules.EXACT_NAMES),
        "within": {"/".join(names): word for names, word in rules.NAMES_WITHIN.items()},
        "stems": sorted(stem.decode() for stem in rules.STEMS),
        "vocabulary": sorted(word.decode() for word in rules.VOCABULARY),
    }
    return f"{revision}-{hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:12]}"


RULE_SET = rule_set()


def redacted_again(exchanges: Iterable[Exchange], key: bytes) -> list[Exchange]:
    """Return exchanges redacted by these rules. What was removed already stays as it is."""
    redactor = Redactor(key)
    return [redacted(redactor, exchange) for exchange in exchanges]


def redacted(redactor: Redactor, exchange: Exchange) -> Exchange:
    """Return one exchange redacted once more, the rules that removed something added to those that did before."""
    again = redactor.redact(exchange.request, exchange.response, CATALOGUE.by_id.get(exchange.operation))
    names = tuple(sorted({*exchange.redactions, *again.rules}))
    return replace(exchange, request=again.request, response=again.response, redactions=names)
