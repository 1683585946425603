"""Snapshots: sections 7.3 and 6.2.1."""

from gateway.contract import faults
from tests.cases.case import (
    ABSENT,
    BYTES_255,
    BYTES_256,
    NOT_BOOLEAN,
    NOT_OBJECT,
    NOT_TEXT,
    NOT_UUIDS,
    UUID,
    UUIDS,
    WARN,
    Case,
    cases,
)
from tests.cases.volumes import MEGABYTE, PAIRS_255, UNDER_A_MEGABYTE

ROLLBACK, CREATE, UPDATE = "evs_rollback_snapshot", "cinder_create_snapshot", "cinder_update_snapshot"
PUTS = "cinder_create_snapshot_metadata cinder_update_snapshot_metadata"
ITEM = "cinder_update_snapshot_metadata_item"
LISTS = "cinder_list_snapshots cinder_list_snapshots_detail"
BY_ID = (
    f"{ROLLBACK} cinder_delete_snapshot {UPDATE} cinder_show_snapshot {PUTS} cinder_list_snapshot_metadata {ITEM} "
    "cinder_show_snapshot_metadata_item cinder_delete_snapshot_metadata_item"
)

ROOTS: list[Case] = [
    case
    for operations, key, fault, content in (
        (ROLLBACK, "rollback", faults.TYPE_CONVERSION, {"volume_id": UUID}),
        (CREATE, "snapshot", faults.MALFORMED_BODY, {"volume_id": UUID}),
        (UPDATE, "snapshot", faults.MALFORMED_BODY, {}),
        (PUTS, "metadata", faults.MALFORMED_BODY, {}),
        (ITEM, "meta", faults.MALFORMED_BODY, {"key1": "b"}),
    )
    for case in (
        *cases(
            operations,
            "body",
            ("body-missing", faults.MALFORMED_BODY, [{key: content}], [ABSENT]),
            ("body-json-type", fault, [{key: content}], [[], "x", 7, None]),
        ),
        *cases(
            operations,
            f"/{key}",
            (f"{key}-missing", faults.MALFORMED_BODY, [content], [ABSENT]),
            (f"{key}-null", faults.MALFORMED_BODY, [content], [None]),
            (f"{key}-json-type", fault, [content], NOT_OBJECT),
        ),
    )
]

CASES = [
    *ROOTS,
    *cases(BY_ID, "path:snapshot_id", ("snapshot-id-format", WARN, UUIDS, ["7", "é", UUID[:-1]])),
    *(
        case
        for operation, where in ((ROLLBACK, "/rollback/volume_id"), (CREATE, "/snapshot/volume_id"))
        for case in cases(
            operation,
            where,
            ("volume-id-missing", faults.VOLUME_ID, UUIDS, [ABSENT]),
            ("volume-id-null", faults.VOLUME_ID, UUIDS, [None]),
            ("volume-id-json-type", faults.VOLUME_ID, UUIDS, NOT_TEXT),
            ("volume-id-empty", WARN, UUIDS, [""]),
            ("volume-id-format", WARN, UUIDS, NOT_UUIDS),
        )
    ),
    *cases(
        ROLLBACK,
        "/rollback/name",
        ("name-null", WARN, [ABSENT], [None]),
        ("name-json-type", faults.VOLUME_NAME, [""], NOT_TEXT),
        ("name-length", faults.VOLUME_NAME, ["", *BYTES_255], BYTES_256),
    ),
    *cases(
        CREATE,
        "/snapshot/force",
        ("force-null", WARN, [ABSENT], [None]),
        ("force-json-type", faults.MALFORMED_BODY, [True, False], NOT_BOOLEAN),
        ("force-converts", WARN, [True], ["true", "False"]),
    ),
    *cases(
        CREATE,
        "/snapshot/metadata",
        ("metadata-null", WARN, [ABSENT, {}], [None]),
        ("metadata-json-type", faults.MALFORMED_BODY, [{}], NOT_OBJECT),
        ("metadata-size", WARN, [UNDER_A_MEGABYTE], [MEGABYTE]),
    ),
    *cases(
        CREATE,
        "/snapshot/metadata/*",
        ("metadata-value-null", faults.MALFORMED_BODY, ["b"], [None]),
        ("metadata-value-type", faults.MALFORMED_BODY, ["b"], [[], {}]),
        ("metadata-value-converts", WARN, ["b"], [True, 7]),
        ("metadata-length", WARN, PAIRS_255, BYTES_256),
        at="/snapshot/metadata/a",
    ),
    *cases(
        f"{CREATE} {UPDATE}",
        "/snapshot/name",
        ("name-null", WARN, [ABSENT], [None]),
        ("name-json-type", faults.MALFORMED_BODY, [""], NOT_TEXT),
        ("name-length", faults.MALFORMED_BODY, ["", *BYTES_255], BYTES_256),
        ("name-prefix", WARN, ["autobk_snapshot", "x_autobk_snapshot_"], ["autobk_snapshot_", "autobk_snapshot_1"]),
    ),
    *cases(
        f"{CREATE} {UPDATE}",
        "/snapshot/description",
        ("description-json-type", faults.MALFORMED_BODY, [""], NOT_TEXT),
        ("description-length", faults.MALFORMED_BODY, ["", *BYTES_255], BYTES_256),
    ),
    *cases(CREATE, "/snapshot/description", ("description-json-type", faults.MALFORMED_BODY, [None], [])),
    *cases(UPDATE, "/snapshot/description", ("description-null", WARN, [ABSENT], [None])),
    *cases(PUTS, "/metadata", ("metadata-size", WARN, [UNDER_A_MEGABYTE], [MEGABYTE])),
    *cases(
        PUTS,
        "/metadata/*",
        ("metadata-value-null", WARN, ["b"], [None]),
        ("metadata-value-type", faults.MALFORMED_BODY, ["b"], [[], {}]),
        ("metadata-value-converts", WARN, ["b"], [True, 7]),
        ("metadata-length", WARN, PAIRS_255, BYTES_256),
        at="/metadata/key_val",
    ),
    *cases(
        ITEM,
        "/meta",
        ("meta-empty", WARN, [{"key1": ""}], [{}]),
        ("meta-size", WARN, [{"key1": "x" * 1048571}], [{"key1": "x" * 1048572}]),
        ("metadata-key", faults.BODY_MISMATCH, [{"key1": "x"}], [{"key2": "x"}, {"key1": "x", "key2": "y"}]),
    ),
    *cases(
        ITEM,
        "/meta/*",
        ("meta-value-null", WARN, ["b"], [None]),
        ("meta-value-type", faults.MALFORMED_BODY, ["b"], [[], {}]),
        ("meta-value-converts", WARN, ["b"], [True, 7]),
        ("meta-length", WARN, PAIRS_255, BYTES_256),
        at="/meta/key1",
    ),
    *cases(
        LISTS,
        "query:marker",
        ("marker-empty", WARN, [UUID], [""]),
        ("marker-format", WARN, UUIDS, NOT_UUIDS),
    ),
    *cases(
        LISTS,
        "query:offset",
        ("offset-integer", faults.OFFSET_INTEGER, ["0", "1"], ["", "x", "1.5"]),
        ("offset-negative", WARN, ["0", "11"], ["-1"]),
        ("offset-form", WARN, ["0"], ["+1", "00"]),
        ("offset-repeated", faults.OFFSET_INTEGER, ["1", ["1", "1"]], [["1", "2"]]),
    ),
    *cases(
        LISTS,
        "query:limit",
        ("limit-integer", faults.LIMIT_INTEGER, ["1"], ["", "x", "0x10", "1.5"]),
        ("limit-minimum", faults.LIMIT_POSITIVE, ["1"], ["0", "-1"]),
        ("limit-maximum", faults.LIMIT_TOO_GREAT, ["1000"], ["1001"]),
        ("limit-form", WARN, ["10"], ["+10", "010", "10.0"]),
        ("limit-repeated", faults.MALFORMED_URL, ["5", ["5", "5"]], [["5", "6"]]),
    ),
    *cases(LISTS, "query:name", ("name-length", faults.MALFORMED_URL, ["", *BYTES_255], BYTES_256)),
    *cases(
        LISTS,
        "query:status",
        ("status-value", WARN, ["available", "rollbacking", "backing-up"], ["in-use", "broken", ""]),
        ("status-case", WARN, ["error"], ["Error"]),
    ),
    *cases(
        LISTS,
        "query:volume_id",
        ("volume-id-empty", WARN, [UUID], [""]),
        ("volume-id-format", WARN, UUIDS, NOT_UUIDS),
    ),
]
