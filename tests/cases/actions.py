"""Actions on a disk: sections 7.2 and 6.1.7."""

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

EXTENSIONS = "evs_extend_volume cinder_extend_volume"
IMAGE, ATTACH = "cinder_upload_image", "cinder_attach_volume"
ALL = (
    f"{EXTENSIONS} cinder_set_bootable cinder_set_readonly {IMAGE} {ATTACH} cinder_detach_volume "
    "cinder_reserve_volume cinder_unreserve_volume"
)
AT_IMAGE, AT_ATTACH = "/os-volume_upload_image", "/os-attach"
SERVER = {"instance_uuid": UUID, "mountpoint": "/dev/vdb"}

ROOTS: list[Case] = [
    case
    for operation, key, fault, content in (
        ("evs_extend_volume", "os-extend", faults.EXTEND_BODY, {"new_size": 50}),
        ("cinder_extend_volume", "os-extend", faults.MALFORMED_BODY, {"new_size": 50}),
        ("cinder_set_bootable", "os-set_bootable", faults.MALFORMED_BODY, {"bootable": False}),
        ("cinder_set_readonly", "os-update_readonly_flag", faults.MALFORMED_BODY, {"readonly": False}),
        (IMAGE, "os-volume_upload_image", faults.MALFORMED_BODY, {"image_name": "a"}),
        (ATTACH, "os-attach", faults.MALFORMED_BODY, SERVER),
    )
    for name in (key.replace("_", "-"),)
    for case in cases(
        operation,
        f"/{key}",
        (f"{name}-null", fault, [content], [None]),
        (f"{name}-json-type", fault, [content], NOT_OBJECT),
    )
]

CASES = [
    *ROOTS,
    *cases(ALL, "path:volume_id", ("volume-id-format", WARN, UUIDS, ["7", "é", UUID[:-1]])),
    *cases(
        "cinder_detach_volume",
        "/os-detach",
        ("os-detach-null", WARN, [{}, {"attachment_id": UUID}], [None]),
        ("os-detach-json-type", faults.MALFORMED_BODY, [{}], NOT_OBJECT),
    ),
    *(
        case
        for action in ("reserve", "unreserve")
        for case in cases(
            f"cinder_{action}_volume",
            f"/os-{action}",
            (f"os-{action}-null", WARN, [{}], [None]),
            (f"os-{action}-filled", WARN, [{}], [{"a": 1}]),
            (f"os-{action}-json-type", faults.MALFORMED_BODY, [{}], ["", "x", 7, True, False, []]),
        )
    ),
    *cases(
        EXTENSIONS,
        "/os-extend/new_size",
        ("new-size-missing", faults.NEW_SIZE, [10], [ABSENT]),
        ("new-size-null", faults.NEW_SIZE, [10], [None]),
        ("new-size-json-type", faults.NEW_SIZE, [10], NOT_WHOLE),
        ("new-size-converts", WARN, [40], ["40"]),
        ("new-size-range", faults.NEW_SIZE, [1, 1.9, 1024, 1025, 32768, 32768.9], [0, 0.9, -1, 32769]),
    ),
    *cases("evs_extend_volume", "/os-extend/new_size", ("new-size-range", faults.NEW_SIZE, [40.9], [])),
    *cases("cinder_extend_volume", "/os-extend/new_size", ("new-size-fraction", WARN, [40], [40.5, 40.0])),
    *cases(
        "cinder_set_bootable",
        "/os-set_bootable/bootable",
        ("bootable-missing", faults.MALFORMED_BODY, [True], [ABSENT]),
        ("bootable-null", faults.MALFORMED_BODY, [True], [None]),
        ("bootable-json-type", faults.MALFORMED_BODY, [True, False], NOT_BOOLEAN),
        ("bootable-converts", WARN, [True, False], ["true", "False", "0"]),
    ),
    *cases(
        "cinder_set_readonly",
        "/os-update_readonly_flag/readonly",
        ("readonly-missing", faults.MALFORMED_BODY, [True], [ABSENT]),
        ("readonly-null", faults.MALFORMED_BODY, [True], [None]),
        ("readonly-json-type", faults.MALFORMED_BODY, [True, False], NOT_BOOLEAN),
        ("readonly-converts", WARN, [True, False], ["true", "False"]),
    ),
    *cases(
        IMAGE,
        f"{AT_IMAGE}/image_name",
        ("image-name-missing", faults.MALFORMED_BODY, ["a"], [ABSENT]),
        ("image-name-null", faults.MALFORMED_BODY, ["a"], [None]),
        ("image-name-json-type", faults.MALFORMED_BODY, ["a"], NOT_TEXT),
        ("image-name-length", faults.MALFORMED_BODY, ["a", "x" * 128, "镜" * 128], ["", "x" * 129, "镜" * 129]),
        ("image-name-space", faults.MALFORMED_BODY, ["a b"], [" a", "a ", " "]),
        ("image-name-characters", WARN, ["A-z 0.9_镜像"], ["a/b", "é", "😀", "a\tb"]),
    ),
    *cases(
        IMAGE,
        f"{AT_IMAGE}/disk_format",
        ("disk-format-null", WARN, [ABSENT], [None]),
        ("disk-format-json-type", faults.MALFORMED_BODY, ["vhd"], NOT_TEXT),
        ("disk-format-value", faults.MALFORMED_BODY, ["vhd", "zvhd", "zvhd2", "raw", "qcow2"], ["iso", "", "zvh2"]),
        ("disk-format-case", WARN, ["raw"], ["QCOW2"]),
    ),
    *cases(
        IMAGE,
        f"{AT_IMAGE}/container_format",
        ("container-format-null", WARN, [ABSENT], [None]),
        ("container-format-json-type", faults.MALFORMED_BODY, ["bare"], NOT_TEXT),
        ("container-format-value", faults.MALFORMED_BODY, ["ami", "ari", "aki", "ovf", "bare"], ["docker", ""]),
        ("container-format-case", WARN, ["bare"], ["Bare"]),
    ),
    *cases(
        IMAGE,
        f"{AT_IMAGE}/__os_type",
        ("os-type-null", WARN, [ABSENT], [None]),
        ("os-type-json-type", faults.MALFORMED_BODY, ["linux"], NOT_TEXT),
        ("os-type-value", faults.MALFORMED_BODY, ["linux", "windows"], ["bsd", ""]),
        ("os-type-case", WARN, ["linux"], ["Linux"]),
    ),
    *cases(
        IMAGE,
        f"{AT_IMAGE}/force",
        ("force-null", WARN, [ABSENT], [None]),
        ("force-json-type", faults.MALFORMED_BODY, [True, False], NOT_BOOLEAN),
        ("force-converts", WARN, [True], ["true"]),
    ),
    *cases(
        ATTACH,
        f"{AT_ATTACH}/instance_uuid",
        ("instance-uuid-missing", faults.MALFORMED_BODY, UUIDS, [ABSENT]),
        ("instance-uuid-null", faults.MALFORMED_BODY, UUIDS, [None]),
        ("instance-uuid-json-type", faults.MALFORMED_BODY, UUIDS, NOT_TEXT),
        ("instance-uuid-empty", WARN, UUIDS, [""]),
        ("instance-uuid-format", WARN, UUIDS, NOT_UUIDS),
    ),
    *cases(
        ATTACH,
        f"{AT_ATTACH}/mountpoint",
        ("mountpoint-missing", faults.MALFORMED_BODY, ["/dev/vdc"], [ABSENT]),
        ("mountpoint-null", faults.MALFORMED_BODY, ["/dev/vdc"], [None]),
        ("mountpoint-json-type", faults.MALFORMED_BODY, ["/dev/vdc"], NOT_TEXT),
        ("mountpoint-empty", WARN, ["/dev/vdc"], [""]),
    ),
    *cases(
        ATTACH,
        f"{AT_ATTACH}/host_name",
        ("host-name-null", WARN, [ABSENT], [None]),
        ("host-name-json-type", faults.MALFORMED_BODY, [""], NOT_TEXT),
        ("host-name-length", faults.MALFORMED_BODY, ["", *BYTES_255], BYTES_256),
    ),
    *cases(
        ATTACH,
        f"{AT_ATTACH}/mode",
        ("mode-null", WARN, [ABSENT], [None]),
        ("mode-json-type", faults.MALFORMED_BODY, ["rw"], NOT_TEXT),
        ("mode-value", faults.MALFORMED_BODY, ["rw", "ro"], ["r", ""]),
        ("mode-case", WARN, ["rw"], ["RW"]),
    ),
    *cases(
        "cinder_detach_volume",
        "/os-detach/attachment_id",
        ("attachment-id-null", WARN, [ABSENT], [None]),
        ("attachment-id-json-type", faults.MALFORMED_BODY, [UUID, "a"], NOT_TEXT),
        ("attachment-id-empty", WARN, [UUID], [""]),
    ),
]
