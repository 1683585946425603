"""What can be said of any operation: the remarks that belong to the form of a request and not to one declared rule.

Source: reference-notes 6, 38, 82, 85, 86 and 88. What belongs to a member is the end of a rule id (`size-missing`).
"""

from __future__ import annotations

from typing import Final

from gateway.contract.model import Oddity, Remark, Severity

HEAD: Final = Remark("head-method", Severity.WARN, "a documented method")
TRAILING_SLASH: Final = Remark("trailing-slash", Severity.WARN, "no slash at the end")
DEPRECATED: Final = Remark("deprecated-operation", Severity.WARN, "an operation that is not deprecated")

UNKNOWN_PARAMETER: Final = Remark("parameter-unknown", Severity.WARN, "a documented parameter")
REPEATED: Final = Remark("parameter-repeated", Severity.WARN, "given once")

BODY_UNEXPECTED: Final = Remark("body-unexpected", Severity.WARN, "no body")
BODY_MISSING: Final = Remark("body-missing", Severity.REJECT, "a JSON object")
BODY_TYPE: Final = Remark("body-json-type", Severity.REJECT, "an object")
UNKNOWN_MEMBER: Final = Remark("member-unknown", Severity.WARN, "a documented member")

# Of a member.
MISSING: Final = Remark("missing", Severity.REJECT, "given")
NULL_REFUSED: Final = Remark("null", Severity.REJECT, "not null")
NULL_WARNED: Final = Remark("null", Severity.WARN, "not null")
OBJECT: Final = Remark("json-type", Severity.REJECT, "an object")
REPEATED_DECISIVE: Final = Remark("repeated", Severity.REJECT, "given once")

ODDITIES: Final = {Oddity.HEAD: HEAD, Oddity.TRAILING_SLASH: TRAILING_SLASH}
