"""Everything else: versions (5), the region (7.1.7 to 7.1.9), transfers (7.4), tasks (8) and identity (3, A.6)."""

from gateway.contract import faults
from tests.cases.case import (
    ABSENT,
    BYTES_255,
    BYTES_256,
    NOT_OBJECT,
    NOT_TEXT,
    NOT_UUIDS,
    UUID,
    UUIDS,
    WARN,
    Case,
    cases,
)

TRANSFERS = "cinder_list_transfers cinder_list_transfers_detail"
CREATE, ACCEPT, TOKEN, QUOTA = (
    "cinder_create_transfer",
    "cinder_accept_transfer",
    "iam_create_token",
    "cinder_show_quota_set",
)

ROOTS: list[Case] = [
    case
    for operation, key, content in (
        (CREATE, "transfer", {"volume_id": UUID}),
        (ACCEPT, "accept", {"auth_key": "a"}),
        (TOKEN, "auth", {"identity": {}}),
    )
    for case in (
        *cases(
            operation,
            "body",
            ("body-missing", faults.MALFORMED_BODY, [{key: content}], [ABSENT]),
            ("body-json-type", faults.MALFORMED_BODY, [{key: content}], [[], "x", 7, None]),
        ),
        *cases(
            operation,
            f"/{key}",
            (f"{key}-missing", faults.MALFORMED_BODY, [content], [ABSENT]),
            (f"{key}-null", faults.MALFORMED_BODY, [content], [None]),
            (f"{key}-json-type", faults.MALFORMED_BODY, [content], NOT_OBJECT),
        ),
    )
]

CASES = [
    *ROOTS,
    *cases(
        "show_api_version",
        "path:api_version",
        ("api-version-value", faults.MALFORMED_URL, ["v1", "v2"], ["v4", "v2.0", "v0"]),
        ("api-version-tolerated", WARN, ["v1", "v2"], ["v3"]),
    ),
    *cases(
        QUOTA,
        "query:usage",
        ("usage-missing", faults.MALFORMED_URL, ["true"], [ABSENT]),
        ("usage-value", faults.MALFORMED_URL, ["true", "True"], ["false", "False", "", "1"]),
        ("usage-case", WARN, ["true", "True"], ["TRUE", "tRUE"]),
        ("usage-repeated", faults.MALFORMED_URL, ["true", ["true", "true"]], [["true", "True"]]),
    ),
    *cases(QUOTA, "path:target_project_id", ("target-project", faults.PROJECT_ID, ["p1"], ["p2", "P1", "p1 "])),
    *cases(
        CREATE,
        "/transfer/volume_id",
        ("volume-id-missing", faults.VOLUME_ID, UUIDS, [ABSENT]),
        ("volume-id-null", faults.VOLUME_ID, UUIDS, [None]),
        ("volume-id-json-type", faults.VOLUME_ID, UUIDS, NOT_TEXT),
        ("volume-id-empty", WARN, UUIDS, [""]),
        ("volume-id-format", WARN, UUIDS, NOT_UUIDS),
    ),
    *cases(
        CREATE,
        "/transfer/name",
        ("name-null", WARN, [ABSENT], [None]),
        ("name-json-type", faults.MALFORMED_BODY, [""], NOT_TEXT),
        ("name-length", faults.MALFORMED_BODY, ["", *BYTES_255], BYTES_256),
    ),
    *cases(
        ACCEPT,
        "/accept/auth_key",
        ("auth-key-missing", faults.MALFORMED_BODY, ["9266c59563c84664"], [ABSENT]),
        ("auth-key-null", faults.MALFORMED_BODY, ["9266c59563c84664"], [None]),
        ("auth-key-json-type", faults.MALFORMED_BODY, ["9266c59563c84664"], NOT_TEXT),
        ("auth-key-empty", WARN, ["a"], [""]),
    ),
    *cases(
        TRANSFERS,
        "query:limit",
        ("limit-integer", faults.LIMIT_INTEGER, ["1"], ["", "x", "0x10", "1.5"]),
        ("limit-minimum", faults.LIMIT_POSITIVE, ["1"], ["0", "-1"]),
        ("limit-maximum", faults.LIMIT_TOO_GREAT, ["50", "1000"], ["1001"]),
        ("limit-form", WARN, ["10"], ["+10", "010", "10.0"]),
        ("limit-repeated", faults.MALFORMED_URL, ["5", ["5", "5"]], [["5", "6"]]),
    ),
    *cases(
        TRANSFERS,
        "query:offset",
        ("offset-integer", faults.OFFSET_INTEGER, ["1"], ["", "x", "1.5"]),
        ("offset-negative", faults.OFFSET_INTEGER, ["1"], ["-1"]),
        ("offset-zero", WARN, ["1"], ["0"]),
        ("offset-form", WARN, ["1"], ["+1", "01"]),
        ("offset-repeated", faults.OFFSET_INTEGER, ["1", ["1", "1"]], [["1", "2"]]),
    ),
    *cases("v1_show_job", "path:job_id", ("job-id-format", WARN, [*UUIDS, UUID.replace("-", "")], ["7", UUID[:-1]])),
    *cases("v1_show_volume", "path:volume_id", ("volume-id-format", WARN, UUIDS, ["7"])),
    *cases(
        TOKEN,
        "/auth/identity",
        ("identity-missing", WARN, [{}], [ABSENT]),
        ("identity-null", WARN, [{}], [None]),
        ("identity-json-type", WARN, [{"methods": ["token"]}], ["x", 7, []]),
    ),
    *cases(
        TOKEN,
        "/auth/scope",
        ("scope-null", WARN, [ABSENT], [None]),
        ("scope-json-type", WARN, [{"domain": {"name": "d"}}], ["x", 7, []]),
    ),
]
