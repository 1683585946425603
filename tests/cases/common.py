"""What holds for every operation: the form of a request, its headers, and names that nobody documents."""

from collections.abc import Iterator

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.constraints import Constraint, constraints_of
from tests.cases.case import ABSENT, WARN, Case, Row, cases
from tests.cases.requests import BODIES

A_BODY = {"body": {"a": 1}}
SIGNED = {"header:authorization": "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=0"}
# What only the operation itself decides, so that no request of it is free of it.
UNAVOIDABLE = frozenset({"deprecated-operation"})


def rows(constraint: Constraint) -> Iterator[Case]:
    """Yield the cases of a constraint that is not about one operation alone."""
    name, where = constraint.operation, constraint.where
    body = {} if name in BODIES else A_BODY
    match constraint.rule:
        case "head-method":
            yield from cases(name, where, ("head-method", WARN, ["GET"], ["HEAD"]))
        case "trailing-slash":
            yield from cases(name, where, ("trailing-slash", WARN, [""], ["/"]))
        case "deprecated-operation":
            yield from cases(name, where, ("deprecated-operation", WARN, [], [""]), at="path")
        case "project-header":
            yield from cases(name, where, ("project-header", WARN, [ABSENT, "p1"], ["p2", "P1", ""]))
        case "content-type-missing":
            yield from cases(name, where, ("content-type-missing", WARN, ["application/json"], [ABSENT]), beside=body)
        case "content-type-value":
            accepted = ["application/json", "Application/JSON; charset=utf-8", "application/vnd.openstack+json"]
            refused = ["text/plain", "", "application/xml", "application/jsonp"]
            yield from cases(name, where, ("content-type-value", WARN, accepted, refused), beside=body)
        case "signed-body-size":
            row: Row = ("signed-body-size", WARN, ["12582912"], ["12582913"])
            yield from cases(name, where, row, beside=body | SIGNED)
        case "body-unexpected":
            yield from cases(name, where, ("body-unexpected", WARN, [ABSENT], [{"a": 1}, [], None]))
        case "parameter-unknown":
            yield from cases(name, where, ("parameter-unknown", WARN, [ABSENT], ["1", "é"]), at="query:colour")
        case "parameter-repeated":
            twice: Row = ("parameter-repeated", WARN, ["1", ["1", "1"]], [["1", "2"]])
            yield from cases(name, where, twice, at="query:colour")
        case "member-unknown":
            at = where.replace("*", "colour")
            # Beside an action an object may be a second action, which is another operation's matter.
            is_beside_action = where == "/*" and bool(CATALOGUE.by_id[name].action_keys)
            unknown = ["1", None] if is_beside_action else ["1", None, {}]
            yield from cases(name, where, ("member-unknown", WARN, [ABSENT], unknown), at=at)


CASES = [case for operation in CATALOGUE.operations for each in constraints_of(operation) for case in rows(each)]
