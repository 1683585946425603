"""Disks: sections 6.1 (custom API) and 7.1 (OpenStack API)."""

from gateway.contract import faults
from tests.cases.case import (
    ABSENT,
    BYTES_255,
    BYTES_256,
    NOT_BOOLEAN,
    NOT_OBJECT,
    NOT_TEXT,
    NOT_UUIDS,
    NOT_WHOLE,
    UUID,
    UUIDS,
    WARN,
    Case,
    cases,
)

CUSTOM, CINDER = "evs_create_volumes", "cinder_create_volume"
BOTH = f"{CUSTOM} {CINDER}"
UPDATES = "evs_update_volume cinder_update_volume"
PUTS = "cinder_create_volume_metadata cinder_update_volume_metadata"
ITEM = "cinder_update_volume_metadata_item"
CUSTOM_LISTS = "evs_list_volumes_detail evs_list_volumes"
CINDER_LISTS = "cinder_list_volumes cinder_list_volumes_detail"
LISTS = f"{CUSTOM_LISTS} {CINDER_LISTS}"
BY_ID = (
    "evs_delete_volume evs_update_volume evs_show_volume cinder_delete_volume cinder_update_volume cinder_show_volume "
    "cinder_create_volume_metadata cinder_list_volume_metadata cinder_update_volume_metadata "
    "cinder_show_volume_metadata_item cinder_update_volume_metadata_item cinder_delete_volume_metadata_item"
)

FROM_SNAPSHOT = {"/volume/snapshot_id": UUID}
FROM_IMAGE = {"/volume/imageRef": "027cf713-45a6-45f0-ac1b-0ccc57ac12e2"}
PAIRS_255 = ["", *BYTES_255]
MEGABYTE = {f"{at:05}": "x" * 251 for at in range(4096)}
# 4096 pairs of 5 + 251 bytes are 1048576 bytes; one character less is one byte less.
UNDER_A_MEGABYTE = {**MEGABYTE, "00000": "x" * 250}

# The body of each creation as a whole, then the object in it.
BODIES: list[Case] = [
    *cases(
        CUSTOM,
        "body",
        (
            "body-missing",
            faults.CREATE_BODY,
            [{"volume": {"availability_zone": "a", "volume_type": "SSD", "size": 10}}],
            [ABSENT],
        ),
        (
            "body-json-type",
            faults.CREATE_BODY,
            [{"volume": {"availability_zone": "a", "volume_type": "SSD", "size": 10}}],
            [[], "x", 7, None],
        ),
    ),
    *cases(
        CINDER,
        "body",
        ("body-missing", faults.MALFORMED_BODY, [{"volume": {"availability_zone": "a", "size": 10}}], [ABSENT]),
        (
            "body-json-type",
            faults.MALFORMED_BODY,
            [{"volume": {"availability_zone": "a", "size": 10}}],
            [[], "x", 7, None],
        ),
    ),
    *cases(
        "evs_update_volume",
        "body",
        ("body-missing", faults.UPDATE_BODY, [{"volume": {"name": "a"}}], [ABSENT]),
        ("body-json-type", faults.UPDATE_BODY, [{"volume": {"name": "a"}}], [[], "x", 7, None]),
    ),
    *cases(
        "cinder_update_volume",
        "body",
        ("body-missing", faults.MALFORMED_BODY, [{"volume": {"name": "a"}}], [ABSENT]),
        ("body-json-type", faults.MALFORMED_BODY, [{"volume": {"name": "a"}}], [[], "x", 7, None]),
    ),
    *cases(
        PUTS,
        "body",
        ("body-missing", faults.MALFORMED_BODY, [{"metadata": {}}], [ABSENT]),
        ("body-json-type", faults.MALFORMED_BODY, [{"metadata": {"a": "b"}}], [[], "x", 7, None]),
    ),
    *cases(
        ITEM,
        "body",
        ("body-missing", faults.MALFORMED_BODY, [{"meta": {"key1": "b"}}], [ABSENT]),
        ("body-json-type", faults.MALFORMED_BODY, [{"meta": {"key1": "b"}}], [[], "x", 7, None]),
    ),
]

ROOTS: list[Case] = [
    case
    for operation, fault, content in (
        (CUSTOM, faults.CREATE_BODY, {"availability_zone": "a", "volume_type": "SSD", "size": 10}),
        (CINDER, faults.MALFORMED_BODY, {"availability_zone": "a", "size": 10}),
        ("evs_update_volume", faults.UPDATE_BODY, {"name": "a"}),
        ("cinder_update_volume", faults.MALFORMED_BODY, {"name": "a"}),
    )
    for case in cases(
        operation,
        "/volume",
        ("volume-missing", fault, [content], [ABSENT]),
        ("volume-null", fault, [content], [None]),
        ("volume-json-type", fault, [content], NOT_OBJECT),
    )
]

CREATION: list[Case] = [
    *cases(
        CUSTOM,
        "/volume/backup_id",
        ("backup-id-json-type", faults.BACKUP_ID, [None, ABSENT, "b-1", UUID], NOT_TEXT),
        ("backup-id-empty", WARN, ["b-1"], [""]),
    ),
    *cases(
        CUSTOM,
        "/volume/*",
        ("one-source", faults.ONE_SOURCE, [ABSENT, None], [UUID]),
        at="/volume/backup_id",
        beside=FROM_IMAGE,
    ),
    *cases(
        BOTH,
        "/volume/*",
        ("one-source", faults.ONE_SOURCE, [ABSENT, None, ""], [UUID]),
        at="/volume/snapshot_id",
        beside=FROM_IMAGE,
    ),
    *cases(
        CUSTOM,
        "/volume/*",
        ("one-source", faults.ONE_SOURCE, [ABSENT, None], [UUID]),
        at="/volume/backup_id",
        beside=FROM_SNAPSHOT,
    ),
    *cases(
        CINDER,
        "/volume/*",
        ("one-source", faults.ONE_SOURCE, [ABSENT, None], [UUID]),
        at="/volume/backup_id",
        beside=FROM_SNAPSHOT,
    ),
    *cases(
        CINDER,
        "/volume/*",
        ("one-source", faults.ONE_SOURCE, [ABSENT, None], [UUID]),
        at="/volume/source_volid",
        beside=FROM_IMAGE,
    ),
    *cases(
        CINDER,
        "/volume/*",
        ("one-source", faults.ONE_SOURCE, [ABSENT, None], [UUID]),
        at="/volume/source_replica",
        beside=FROM_IMAGE,
    ),
    *cases(
        BOTH,
        "/volume/availability_zone",
        ("availability-zone-missing", faults.AVAILABILITY_ZONE, ["az-dc-1"], [ABSENT]),
        ("availability-zone-null", faults.AVAILABILITY_ZONE, ["az-dc-1"], [None]),
        ("availability-zone-json-type", faults.AVAILABILITY_ZONE, ["kvmxen.dc1"], NOT_TEXT),
        ("availability-zone-empty", faults.AVAILABILITY_ZONE, [" ", "a"], [""]),
    ),
    *cases(
        BOTH,
        "/volume/description",
        ("description-null", WARN, ["", ABSENT], [None]),
        ("description-json-type", faults.VOLUME_DESCRIPTION, [""], NOT_TEXT),
        ("description-length", faults.VOLUME_DESCRIPTION, ["", *BYTES_255], BYTES_256),
    ),
    *cases(
        BOTH,
        "/volume/name",
        ("name-null", WARN, ["", ABSENT], [None]),
        ("name-json-type", faults.VOLUME_NAME, [""], NOT_TEXT),
        ("name-length", faults.VOLUME_NAME, ["", *BYTES_255], BYTES_256),
    ),
    *cases(
        CUSTOM,
        "/volume/name",
        ("batch-name-length", faults.VOLUME_NAME, ["x" * 250, "é" * 125, ""], ["x" * 251, "é" * 125 + "x", "日" * 84]),
        beside={"/volume/count": 2},
    ),
    *cases(
        CUSTOM,
        "/volume/name",
        ("batch-name-length", faults.VOLUME_NAME, ["x" * 255], []),
        beside={"/volume/count": 1.9},
    ),
    *cases(
        CUSTOM,
        "/volume/size",
        ("size-json-type", faults.VOLUME_SIZE, [10, 32768], NOT_WHOLE),
        ("size-converts", WARN, [40], ["40", "40.9"]),
        ("size-range", faults.VOLUME_SIZE, [1, 1.9, 10, 1024, 32768, 32768.9], [0, 0.9, -1, 32769, 32769.0]),
        ("size-missing", faults.VOLUME_SIZE, [10], [ABSENT, None]),
        ("data-disk-size", WARN, [10, 10.5], [1, 9, 9.9]),
    ),
    *cases(
        CUSTOM,
        "/volume/size",
        ("size-missing", faults.VOLUME_SIZE, [ABSENT, None], []),
        beside={"/volume/backup_id": UUID},
    ),
    *cases(CUSTOM, "/volume/size", ("size-null", WARN, [ABSENT], [None]), beside={"/volume/backup_id": UUID}),
    *cases(
        CINDER,
        "/volume/size",
        ("size-missing", faults.VOLUME_SIZE, [10], [ABSENT]),
        ("size-null", faults.VOLUME_SIZE, [10], [None]),
        ("size-json-type", faults.VOLUME_SIZE, [10, 32768], NOT_WHOLE),
        ("size-converts", WARN, [40], ["40"]),
        ("size-fraction", WARN, [40], [40.5, 40.0]),
        ("size-range", faults.VOLUME_SIZE, [1, 1.9, 10, 32768, 32768.9], [0, 0.9, -1, 32769]),
        ("data-disk-size", WARN, [10], [1, 9]),
    ),
    *cases(BOTH, "/volume/size", ("data-disk-size", WARN, [1, 9], []), beside=FROM_SNAPSHOT),
    *cases(BOTH, "/volume/size", ("system-disk-size", WARN, [1, 1024, 1024.9], [1025, 32768]), beside=FROM_IMAGE),
    *cases(BOTH, "/volume/size", ("system-disk-size", WARN, [1025, 32768], []), beside=FROM_SNAPSHOT),
    *cases(
        BOTH,
        "/volume/snapshot_id",
        ("snapshot-id-json-type", faults.SNAPSHOT_ID, [None, ABSENT, UUID], NOT_TEXT),
        ("snapshot-id-empty", WARN, [UUID], [""]),
        ("snapshot-id-format", WARN, UUIDS, NOT_UUIDS),
    ),
    *cases(
        BOTH,
        "/volume/imageRef",
        ("image-ref-json-type", faults.IMAGE_REF, [None, ABSENT, UUID, "i-1"], NOT_TEXT),
        ("image-ref-empty", WARN, [UUID], [""]),
    ),
    *cases(
        CUSTOM,
        "/volume/volume_type",
        ("volume-type-missing", faults.VOLUME_TYPE, ["SAS"], [ABSENT]),
        ("volume-type-null", faults.VOLUME_TYPE, ["SAS"], [None]),
    ),
    *cases(CINDER, "/volume/volume_type", ("volume-type-null", WARN, [ABSENT], [None])),
    *cases(
        BOTH,
        "/volume/volume_type",
        ("volume-type-json-type", faults.VOLUME_TYPE, ["SAS"], NOT_TEXT),
        ("volume-type-empty", faults.VOLUME_TYPE, ["SSD"], [""]),
        ("volume-type-value", faults.VOLUME_TYPE, ["SSD", "SAS"], ["GPSSD", "SSD ", "ssd1"]),
        ("volume-type-case", WARN, ["SSD", "SAS"], ["ssd", "Sas", "sata"]),
        ("volume-type-tolerated", WARN, ["SSD", "SAS"], ["SATA"]),
    ),
    *cases(
        CUSTOM,
        "/volume/count",
        ("count-null", WARN, [ABSENT], [None]),
        ("count-json-type", faults.VOLUME_COUNT, [1], NOT_WHOLE),
        ("count-converts", WARN, [2], ["2"]),
        ("count-range", faults.VOLUME_COUNT, [1, 1.9, 100, 100.9], [0, 0.9, -1, 101]),
    ),
    *cases(
        CUSTOM,
        "/volume/count",
        ("backup-batch", faults.BACKUP_BATCH, [ABSENT, 1, 1.9], [2, 100]),
        beside={"/volume/backup_id": UUID},
    ),
    *cases(
        BOTH,
        "/volume/shareable",
        ("shareable-null", WARN, [ABSENT], [None]),
        ("shareable-value", faults.SHAREABLE, ["true", "false"], ["yes", "", 1, [], {}]),
        ("shareable-converts", WARN, ["true"], [True, False]),
        ("shareable-case", WARN, ["false"], ["True", "FALSE"]),
    ),
    *cases(
        BOTH,
        "/volume/multiattach",
        ("multiattach-null", WARN, [ABSENT, False], [None]),
        ("multiattach-converts", WARN, [True, False], ["true", "False", "1"]),
    ),
    *cases(CUSTOM, "/volume/multiattach", ("multiattach-json-type", faults.TYPE_CONVERSION, [True], NOT_BOOLEAN)),
    *cases(CINDER, "/volume/multiattach", ("multiattach-json-type", faults.MALFORMED_BODY, [True], NOT_BOOLEAN)),
    *cases(
        CINDER,
        "/volume/source_volid",
        ("source-volid-json-type", faults.MALFORMED_BODY, [None, ABSENT], NOT_TEXT),
        ("source-volid-unsupported", WARN, [None], [UUID]),
    ),
    *cases(
        CINDER,
        "/volume/source_replica",
        ("source-replica-json-type", faults.MALFORMED_BODY, [None, ABSENT], NOT_TEXT),
        ("source-replica-unsupported", WARN, [None], [UUID]),
    ),
    *cases(
        CINDER,
        "/volume/consistency_group_id",
        ("consistency-group-id-null", WARN, [ABSENT], [None]),
        ("consistency-group-id-json-type", faults.MALFORMED_BODY, ["g"], NOT_TEXT),
        ("consistency-group-id-empty", WARN, ["g"], [""]),
    ),
]


def new_metadata(operation: str, fault: faults.Fault) -> list[Case]:
    at, anything = "/volume/metadata", "/volume/metadata/*"
    key = "/volume/metadata/hw:passthrough"
    return [
        *cases(
            operation,
            at,
            ("metadata-null", WARN, [ABSENT, {}], [None]),
            ("metadata-json-type", fault, [{}], NOT_OBJECT),
        ),
        *cases(
            operation,
            anything,
            ("metadata-value-null", fault, ["true"], [None]),
            ("metadata-value-type", fault, ["true"], [[], {}]),
            ("metadata-value-converts", WARN, ["true"], [True]),
            at=key,
        ),
        *cases(
            operation,
            key,
            ("metadata-hw-passthrough-value", faults.PASSTHROUGH, ["true", "false"], ["yes", "", 1]),
            ("metadata-hw-passthrough-converts", WARN, ["true"], [True]),
            ("metadata-hw-passthrough-case", WARN, ["true"], ["True"]),
        ),
        *cases(
            operation,
            "/volume/metadata/full_clone",
            ("metadata-full-clone-value", faults.FULL_CLONE, ["0"], ["2", "", 1, "true", False]),
            ("metadata-full-clone-tolerated", WARN, ["0"], ["1", 0]),
            beside=FROM_SNAPSHOT,
        ),
        *cases(operation, "/volume/metadata/full_clone", ("full-clone-source", WARN, [ABSENT], ["0"])),
        *cases(
            operation, "/volume/metadata/full_clone", ("full-clone-source", WARN, [ABSENT], ["0"]), beside=FROM_IMAGE
        ),
        *cases(
            operation,
            anything,
            ("source-metadata", faults.SOURCE_METADATA, [ABSENT], ["true", "false"]),
            at=key,
            beside=FROM_IMAGE,
        ),
        *cases(
            operation,
            anything,
            ("source-metadata", faults.SOURCE_METADATA, [ABSENT], ["true"]),
            at=key,
            beside=FROM_SNAPSHOT,
        ),
        *cases(
            operation,
            anything,
            ("source-metadata", faults.SOURCE_METADATA, [ABSENT], ["1"]),
            at="/volume/metadata/__system__encrypted",
            beside=FROM_IMAGE,
        ),
        *cases(
            operation,
            anything,
            ("source-metadata", faults.SOURCE_METADATA, [ABSENT], ["c"]),
            at="/volume/metadata/__system__cmkid",
            beside=FROM_SNAPSHOT,
        ),
    ]


METADATA: list[Case] = [
    *new_metadata(CUSTOM, faults.CREATE_VOLUME),
    *new_metadata(CINDER, faults.MALFORMED_BODY),
    # The custom API takes listed keys only, so that a megabyte of pairs is refused for being unlisted too.
    *cases(
        CUSTOM,
        "/volume/metadata/*",
        ("metadata-length", faults.CREATE_VOLUME, ["1", *BYTES_255], BYTES_256),
        at="/volume/metadata/__system__cmkid",
    ),
    *cases(
        CUSTOM,
        "/volume/metadata",
        ("metadata-size", faults.METADATA_SIZE, [{"full_clone": "0"}], [MEGABYTE]),
        beside=FROM_SNAPSHOT,
    ),
    *cases(
        CUSTOM,
        "/volume/metadata/*",
        ("metadata-unlisted", faults.CREATE_VOLUME, [ABSENT], ["openapi"]),
        at="/volume/metadata/volume_owner",
    ),
    *cases(
        CUSTOM,
        "/volume/metadata/*",
        ("metadata-tolerated", WARN, [ABSENT], ["1"]),
        at="/volume/metadata/__system__encrypted",
    ),
    *cases(
        CUSTOM,
        "/volume/metadata/*",
        ("metadata-tolerated", WARN, [ABSENT], ["c"]),
        at="/volume/metadata/__system__cmkid",
    ),
    *cases(
        CINDER,
        "/volume/metadata/*",
        ("metadata-length", faults.MALFORMED_BODY, PAIRS_255, BYTES_256),
        at="/volume/metadata/a",
    ),
    *cases(
        CINDER,
        "/volume/metadata/*",
        (
            "metadata-length",
            faults.MALFORMED_BODY,
            [{"x" * 255: "", "é" * 127: ""}],
            [{"x" * 256: ""}, {"é" * 128: ""}],
        ),
        at="/volume/metadata",
    ),
    *cases(CINDER, "/volume/metadata", ("metadata-size", faults.METADATA_SIZE, [UNDER_A_MEGABYTE], [MEGABYTE])),
    *cases(
        "cinder_update_volume",
        "/volume/metadata",
        ("metadata-null", WARN, [ABSENT, {}], [None]),
        ("metadata-json-type", faults.MALFORMED_BODY, [{}], NOT_OBJECT),
        ("metadata-size", WARN, [UNDER_A_MEGABYTE], [MEGABYTE]),
    ),
    *cases(
        "cinder_update_volume",
        "/volume/metadata/*",
        ("metadata-value-null", WARN, ["b"], [None]),
        ("metadata-value-type", faults.MALFORMED_BODY, ["b"], [[], {}]),
        ("metadata-value-converts", WARN, ["b"], [True, 7, 1.5]),
        ("metadata-length", faults.MALFORMED_BODY, PAIRS_255, BYTES_256),
        at="/volume/metadata/a",
    ),
    *cases(
        PUTS,
        "/metadata",
        ("metadata-missing", faults.MALFORMED_BODY, [{}], [ABSENT]),
        ("metadata-null", faults.MALFORMED_BODY, [{}], [None]),
        ("metadata-json-type", faults.MALFORMED_BODY, [{}], NOT_OBJECT),
        ("metadata-size", WARN, [UNDER_A_MEGABYTE], [MEGABYTE]),
    ),
    *cases(
        PUTS,
        "/metadata/*",
        ("metadata-value-null", WARN, ["b"], [None]),
        ("metadata-value-type", faults.MALFORMED_BODY, ["b"], [[], {}]),
        ("metadata-value-converts", WARN, ["b"], [True, 7, 1.5]),
        ("metadata-length", faults.MALFORMED_BODY, PAIRS_255, BYTES_256),
        at="/metadata/key_val",
    ),
    *cases(
        ITEM,
        "/meta",
        ("meta-missing", faults.MALFORMED_BODY, [{"key1": ""}], [ABSENT]),
        ("meta-null", faults.MALFORMED_BODY, [{"key1": ""}], [None]),
        ("meta-json-type", faults.MALFORMED_BODY, [{"key1": ""}], NOT_OBJECT),
        ("meta-empty", WARN, [{"key1": ""}], [{}]),
        (
            "metadata-key",
            faults.BODY_MISMATCH,
            [{"key1": "x"}],
            [{"key2": "x"}, {"key1": "x", "key2": "y"}, {"KEY1": "x"}],
        ),
    ),
    *cases(
        ITEM,
        "/meta",
        ("metadata-key", faults.BODY_MISMATCH, [{"a/é": "x"}], [{"key1": "x"}]),
        beside={"path:key": "a/é"},
    ),
    *cases(ITEM, "/meta", ("meta-size", WARN, [{"key1": "x" * 1048571}], [{"key1": "x" * 1048572}])),
    *cases(
        ITEM,
        "/meta/*",
        ("meta-value-null", WARN, ["b"], [None]),
        ("meta-value-type", faults.MALFORMED_BODY, ["b"], [[], {}]),
        ("meta-value-converts", WARN, ["b"], [True, 7]),
        ("meta-length", WARN, PAIRS_255, BYTES_256),
        at="/meta/key1",
    ),
]

UPDATING: list[Case] = [
    *cases(
        UPDATES,
        "/volume/name",
        ("name-null", WARN, ["a"], [None]),
        ("name-json-type", faults.VOLUME_NAME, ["a"], NOT_TEXT),
        ("name-length", faults.VOLUME_NAME, BYTES_255, BYTES_256),
        beside={"/volume/description": "d"},
    ),
    *cases(
        UPDATES,
        "/volume/description",
        ("description-null", WARN, ["", ABSENT], [None]),
        ("description-json-type", faults.VOLUME_DESCRIPTION, [""], NOT_TEXT),
        ("description-length", faults.VOLUME_DESCRIPTION, ["", *BYTES_255], BYTES_256),
    ),
    *cases(
        "evs_update_volume",
        "/volume",
        (
            "name-or-description-missing",
            faults.NAME_AND_DESCRIPTION,
            [{"name": "a"}, {"description": "a"}, {"name": "", "description": None}],
            [{}, {"name": None}, {"name": None, "description": None}],
        ),
        (
            "name-or-description-empty",
            WARN,
            [{"name": "a", "description": ""}],
            [{"name": "", "description": ""}, {"name": ""}],
        ),
    ),
    *cases("cinder_update_volume", "/volume", ("volume-empty", WARN, [{"name": ""}], [{}])),
    *cases(
        "cinder_update_volume",
        "/volume/display_name",
        ("display-name-null", WARN, [ABSENT], [None]),
        ("display-name-json-type", faults.VOLUME_NAME, [""], NOT_TEXT),
        ("display-name-length", faults.VOLUME_NAME, BYTES_255, BYTES_256),
        ("display-name-unused", WARN, [ABSENT], ["b"]),
    ),
    *cases(
        "cinder_update_volume",
        "/volume/display_description",
        ("display-description-null", WARN, [ABSENT], [None]),
        ("display-description-json-type", faults.VOLUME_DESCRIPTION, [""], NOT_TEXT),
        ("display-description-length", faults.VOLUME_DESCRIPTION, BYTES_255, BYTES_256),
        ("display-description-unused", WARN, [ABSENT], ["b"]),
        beside={"/volume/description": "d"},
    ),
]

LISTING: list[Case] = [
    *cases(BY_ID, "path:volume_id", ("volume-id-format", WARN, UUIDS, ["7", "é", UUID[:-1]])),
    *cases(
        LISTS,
        "query:marker",
        ("marker-empty", WARN, [UUID], [""]),
        ("marker-format", faults.FILTER_MARKER, UUIDS, NOT_UUIDS),
    ),
    *cases(LISTS, "query:name", ("name-length", faults.VOLUME_NAME, ["", *BYTES_255], BYTES_256)),
    *cases(
        LISTS,
        "query:status",
        ("status-value", WARN, ["available", "in-use", "error_rollbacking", "awaiting-transfer"], ["broken", ""]),
        ("status-case", WARN, ["error"], ["AVAILABLE"]),
    ),
    *cases(
        CUSTOM_LISTS,
        "query:limit",
        ("limit-integer", faults.FILTER_LIMIT, ["1"], ["", "x", "0x10", "1e2", "1.5", "1_0"]),
        ("limit-minimum", faults.FILTER_LIMIT, ["1"], ["0", "-1"]),
    ),
    *cases(
        CINDER_LISTS,
        "query:limit",
        ("limit-integer", faults.LIMIT_INTEGER, ["1"], ["", "x", "0x10", "1e2", "1.5", "1_0"]),
        ("limit-minimum", faults.LIMIT_POSITIVE, ["1"], ["0", "-1"]),
    ),
    *cases(
        LISTS,
        "query:limit",
        ("limit-maximum", faults.LIMIT_TOO_GREAT, ["1000"], ["1001", "9" * 400]),
        ("limit-form", WARN, ["10"], ["+10", "010", " 10", "\u0661\u0660", "10.0"]),
    ),
    *cases(LISTS, "query:limit", ("limit-repeated", faults.MALFORMED_URL, ["5", ["5", "5"]], [["5", "6"]])),
    *cases(LISTS, "query:availability_zone", ("availability-zone-empty", WARN, ["az-dc-1"], [""])),
    *cases(
        LISTS,
        "query:sort_key",
        ("sort-key-value", faults.SORT_KEY, ["id", "status", "size", "created_at"], ["name", "", "id,size"]),
        ("sort-key-case", WARN, ["size"], ["SIZE", "Created_At"]),
    ),
    *cases(
        LISTS,
        "query:sort_dir",
        ("sort-dir-value", faults.SORT_DIR, ["desc", "asc"], ["up", "", "descending"]),
        ("sort-dir-case", WARN, ["desc"], ["DESC", "Asc"]),
    ),
    *cases(
        CINDER_LISTS,
        "query:offset",
        ("offset-integer", faults.OFFSET_INTEGER, ["1"], ["", "x", "1.5", "0x1", "1e3"]),
        ("offset-negative", faults.OFFSET_INTEGER, ["1", "50"], ["-1"]),
        ("offset-zero", WARN, ["1"], ["0"]),
        ("offset-form", WARN, ["1"], ["+1", "01", "1.0"]),
        ("offset-repeated", faults.OFFSET_INTEGER, ["1", ["1", "1"]], [["1", "2"]]),
    ),
    *cases(
        CINDER_LISTS, "query:metadata", ("metadata-format", WARN, ["{}", '{"a": "b"}'], ["", "a", "[]", "{'a': 'b'}"])
    ),
    *cases(
        "cinder_delete_volume",
        "query:cascade",
        ("cascade-value", faults.MALFORMED_URL, ["true", "false"], ["yes", "", "1"]),
        ("cascade-case", WARN, ["true", "false"], ["True", "False", "TRUE"]),
        ("cascade-repeated", faults.MALFORMED_URL, ["true", ["true", "true"]], [["true", "false"]]),
    ),
]

CASES = [*BODIES, *ROOTS, *CREATION, *METADATA, *UPDATING, *LISTING]
