"""The rows of A.1 that no single request provokes at the gateway, with the reason: 125 rows less the provoked ones."""

from collections.abc import Mapping

# Row numbers of the table, from 1. The gateway sees one request and no state of the cloud.
STATE = "depends on the state of a disk, snapshot, backup, server or image, which only the service knows"
QUOTA = "depends on the quotas of the tenant"
REGION = "depends on what the region offers and has left, which only the service knows"
INSIDE = "tells a failure inside the service"
ACCOUNT = "depends on the account or its token: it is for authentication and permissions, not for constraints"
ANOTHER = "belongs to an API that this reference does not document (reference-notes 60)"
SECOND = "says what another row says; the first named is answered (reference-notes 17 and 57)"
PROTECTED = "protects metadata without saying which (reference-notes 33)"
PATHLESS = "speaks of an empty task id, and a path without one is no documented operation"
DECODING = "speaks of a broken percent-encoding, which is refused as a malformed URL before anything is decoded"

REASONS: Mapping[str, tuple[int, ...]] = {
    STATE: (15, 17, 23, 38, 39, 40, 41, 42, 43, 51, 52, 53, 78, 86, 87, 96, 97, 98, 100, 101, 102, 109, 110),
    QUOTA: (30, 31, 36, 118),
    REGION: (88, 89, 90),
    INSIDE: (*range(55, 75), 119, 120),
    ACCOUNT: (2, 3, 27, 75, 76, 77, 104, 105, 114, 115, 124, 125),
    ANOTHER: (28, 29, 46, 79, 83, 84, 91, 94, 95),
    SECOND: (16, 45, 54, 85, 92, 93, 99),
    PROTECTED: (82, 116),
    PATHLESS: (122,),
    DECODING: (26,),
}

# Rows whose finding only warns, because the reference is not clear enough to refuse; the table of severities can.
WARNING_ONLY = {35: "FILTER_ZONE", 49: "METADATA_FILTER", 121: "JOB_QUERY", 123: "JOB_QUERY"}
# Answered before constraints are asked: the path is no operation's.
BY_PATH = (117,)
