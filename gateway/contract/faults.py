"""The documented faults: the 125 rows of appendix A.1, each declared once, in the order of the table.

A fault is told by code and message together, never by the code alone (reference-notes 53). Rows that the gateway or
the simulator name have a constant; the others stand in the table only, for comparing what the service says.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of A.1: what the service answers in one case."""

    code: str
    message: str
    status: int


PROJECT_ID = Fault("EVS.0001", "invalid tenant id!", 400)
UPDATE_BODY = Fault("EVS.1001", "null volume!", 400)
VOLUME_ID = Fault("EVS.1002", "invalid volume id!", 400)
VOLUME_NAME = Fault("EVS.1003", "invalid volume name!", 400)
VOLUME_DESCRIPTION = Fault("EVS.1004", "invalid volume description!", 400)
METADATA_SIZE = Fault("EVS.1005", "size of metadata is too large!", 400)
BACKUP_ID = Fault("EVS.1006", "invalid backup id!", 400)
NAME_AND_DESCRIPTION = Fault("EVS.1007", "volume name and description can not both be empty!", 400)
CREATE_BODY = Fault("EVS.1008", "null createVolumeReq!", 400)
CREATE_VOLUME = Fault("EVS.1009", "invalid volumeForCreate !", 400)
VOLUME_SIZE = Fault("EVS.1010", "invalid volume size!", 400)
EXTEND_BODY = Fault("EVS.1011", "null extendVolumeReq!", 400)
NEW_SIZE = Fault("EVS.1015", "new volume Size must be greater than old Size!", 400)
ONE_SOURCE = Fault("EVS.1016", "Invalid input received: May specify only one of imageRef, snapshot_id, backup_id!", 400)
TYPE_CONVERSION = Fault("EVS.1018", "Type conversion error , parameter type is unexpected", 400)
VOLUME_TYPE = Fault("EVS.1020", "invalid volume type!", 400)
VOLUME_COUNT = Fault("EVS.1021", "the quantity of volume is invalid!", 400)
FILTER_LIMIT = Fault("EVS.1023", "invalid filter limit!", 400)
FILTER_MARKER = Fault("EVS.1024", "invalid filter marker!", 400)
ROLE_NOT_ALLOWED = Fault("EVS.1027", "user role is not allowed for this action!", 403)
COUNT_QUOTA = Fault("EVS.1034", "volume count exceeded volume count quota!", 400)
AVAILABILITY_ZONE = Fault("EVS.1036", "invalid availability zone!", 400)
SORT_KEY = Fault("EVS.1039", "invalid sort_key!", 400)
SORT_DIR = Fault("EVS.1040", "invalid sort_dir!", 400)
FILTER_ZONE = Fault("EVS.1041", "invalid filter availability-zone!", 400)
CAPACITY_QUOTA = Fault("EVS.1042", "volume gigabytes exceeded volume gigabytes quota!", 400)
SOURCE_METADATA = Fault(
    "EVS.1043",
    "encrypt and cmk and passthrough in metadata is not support when create volume from snapshot or image!",
    400,
)
DELETE_STATUS = Fault(
    "EVS.1046",
    "volume status must be available, error, error_extending, error_restoring, error_rollbacking when delete volume!",
    400,
)
SNAPSHOT_DELETE_STATUS = Fault("EVS.1047", "snapshot status must be available or error when delete snapshot!", 400)
BACKUP_BATCH = Fault("EVS.1051", "can not batch create volume from backup!", 400)
HTTP_BODY = Fault("EVS.1052", "invalid http body!", 400)
SHAREABLE = Fault("EVS.1054", "invalid shareable parameter!", 400)
PASSTHROUGH = Fault("EVS.1057", "invalid hw:passthrough in metadata!", 400)
METADATA_FILTER = Fault("EVS.1058", "invalid metadata filter!", 400)
FULL_CLONE = Fault("EVS.1063", "invalid full_clone in metadata!", 400)
EXTEND_STATUS = Fault("EVS.1064", "volume status must be available or in-use when extending!", 400)
SHARED_EXTEND_STATUS = Fault("EVS.1065", "multiattach volume status must be available when extending!", 400)
SNAPSHOT_ID = Fault("EVS.2045", "invalid snapshot_id!", 400)
IMAGE_REF = Fault("EVS.2046", "invalid imageRef!", 400)
UNKNOWN_TYPE = Fault("EVS.2070", "VolumeTypes are not supported !", 400)
LIMIT_TOO_GREAT = Fault("EVS.2142", "invalid filter limit, can not greater than 1000.", 400)
MALFORMED_BODY = Fault("EVS.5400", "Malformed request body.", 400)
MALFORMED_URL = Fault("EVS.5400", "Malformed request url.", 400)
BODY_MISMATCH = Fault("EVS.5400", "Request body and URI mismatch.", 400)
IMAGE_UNAVAILABLE = Fault("EVS.5400", "Invalid imageRef provided.", 400)
VOLUME_STATUS = Fault("EVS.5400", "Must specify a valid status.", 400)
OFFSET_INTEGER = Fault("EVS.5400", "offset param must be an integer.", 400)
LIMIT_INTEGER = Fault("EVS.5400", "limit param must be an integer.", 400)
LIMIT_POSITIVE = Fault("EVS.5400", "limit param must be positive.", 400)
UNAUTHENTICATED = Fault("EVS.5401", "Authentication required.", 401)
POLICY_FAILED = Fault("EVS.5403", "Policy check failed.", 403)
METADATA_FORBIDDEN = Fault("EVS.5403", "metadata can not be operated.", 403)
NOT_FOUND = Fault("EVS.5404", "Resource(Volume, Snapshot, Backup .etc) could not be found.", 404)
VOLUME_QUOTA = Fault("EVS.5413", "Insufficient volume quota.", 413)
INTERNAL_ERROR = Fault("EVS.5500", "Internal server error.", 500)
UNAVAILABLE = Fault("EVS.5503", "Service unavailable.", 503)
NO_JOBS = Fault("Common.0011", "No jobs found.", 400)
JOB_QUERY = Fault("Common.0011", "query job fail.", 400)
JOB_PROJECT = Fault("Common.0018", "Invalid token in the header", 400)

TABLE: tuple[Fault, ...] = (
    PROJECT_ID,
    Fault("EVS.0002", "invalid token!", 400),
    Fault("EVS.0003", "invalid token roles!", 403),
    UPDATE_BODY,
    VOLUME_ID,
    VOLUME_NAME,
    VOLUME_DESCRIPTION,
    METADATA_SIZE,
    BACKUP_ID,
    NAME_AND_DESCRIPTION,
    CREATE_BODY,
    CREATE_VOLUME,
    VOLUME_SIZE,
    EXTEND_BODY,
    Fault("EVS.1012", "temporary volume!", 400),
    Fault("EVS.1013", "request transforming failed!", 400),
    Fault("EVS.1014", "volume can not be extended!", 400),
    NEW_SIZE,
    ONE_SOURCE,
    TYPE_CONVERSION,
    VOLUME_TYPE,
    VOLUME_COUNT,
    Fault("EVS.1022", "the size param is less than backup size!", 400),
    FILTER_LIMIT,
    FILTER_MARKER,
    Fault("EVS.1025", "url encoding failed!", 400),
    ROLE_NOT_ALLOWED,
    Fault("EVS.1031", "invalid resources status!", 400),
    Fault("EVS.1032", "invalid resources ID!", 400),
    Fault("EVS.1033", "query quota failed!", 400),
    COUNT_QUOTA,
    AVAILABILITY_ZONE,
    SORT_KEY,
    SORT_DIR,
    FILTER_ZONE,
    CAPACITY_QUOTA,
    SOURCE_METADATA,
    Fault("EVS.1044", "backup status must be available when create a volume from it!", 400),
    Fault("EVS.1045", "backupDetail returned by FSP is null!", 400),
    DELETE_STATUS,
    SNAPSHOT_DELETE_STATUS,
    Fault("EVS.1048", "volume status must be available when extend volume!", 400),
    Fault("EVS.1049", "available-zone is not equal to backup available-zone!", 400),
    BACKUP_BATCH,
    HTTP_BODY,
    Fault("EVS.1053", "the size of volumes to be deleted is too large!", 400),
    SHAREABLE,
    PASSTHROUGH,
    METADATA_FILTER,
    FULL_CLONE,
    EXTEND_STATUS,
    SHARED_EXTEND_STATUS,
    Fault("EVS.1066", "status of ECS or BMS does not support volume online extension!", 400),
    Fault("EVS.1070", "invalid request.", 400),
    Fault("EVS.2001", "submit job failed!", 500),
    Fault("EVS.2002", "internal error!", 500),
    Fault("EVS.2005", "client exception!", 500),
    Fault("EVS.2007", "update volume timeout!", 500),
    Fault("EVS.2010", "exchange token failed!", 500),
    Fault("EVS.2011", "delete orderId and productId timeout!", 500),
    Fault("EVS.2013", "assume role error!", 500),
    Fault("EVS.2014", "thread is interrupted when sleep!", 500),
    Fault("EVS.2019", "snapshot is error_deleting!", 500),
    Fault("EVS.2020", "volume is error_deleting!", 500),
    Fault("EVS.2021", "volume is error_detaching!", 500),
    Fault("EVS.2023", "ConnectException happened!", 500),
    Fault("EVS.2024", "volume is error!", 500),
    Fault("EVS.2025", "volume is error_restoring!", 500),
    Fault("EVS.2026", "volume is error_extending!", 500),
    Fault("EVS.2029", "The size of joldList and resultList are mismatched!", 500),
    Fault("EVS.2030", "query context based on parent jobId exception!", 500),
    Fault("EVS.2031", "result queried from context is null!", 500),
    Fault("EVS.2032", "some volume count quota usage params are null!", 500),
    Fault("EVS.2033", "some volume gigabytes quota usage params are null!", 500),
    Fault("EVS.2034", "domainId decoded from token is null or empty!", 500),
    Fault("EVS.2035", "domainName decoded from token is null or empty!", 500),
    Fault("EVS.2036", "the result of decode token is null!", 500),
    Fault("EVS.2043", "The status of snapshot is not available or backing-up.", 400),
    Fault("EVS.2044", "Failed to check the role of kms.", 404),
    SNAPSHOT_ID,
    IMAGE_REF,
    Fault("EVS.2047", "the metadata Param is not allowed to be updated!", 400),
    Fault("EVS.2050", "set volume Qos failed!", 500),
    Fault("EVS.2052", "the job result using order id to query is invalid!", 400),
    Fault("EVS.2053", "The az information from request is invalid!", 400),
    Fault("EVS.2054", "Cannot create volume from snapshot as the az is invalid!", 400),
    Fault("EVS.2068", "operation failed because of volume be locked", 400),
    UNKNOWN_TYPE,
    Fault("EVS.2071", "Invalid input received: Availability zone [%s] do not have volume type [%s]", 400),
    Fault("EVS.2072", "Volume type [SSD] in availability zone [AZ1] is sold out !", 400),
    Fault("EVS.2078", "checkQuotaCapacity request body is invalid.", 400),
    Fault("EVS.2083", "AZ and volume type must not be empty or null!", 400),
    Fault("EVS.2084", "resource size must greater than zero!", 400),
    Fault("EVS.2085", "when operation type is SPEC_CHG, resource id must not be empty or null!", 400),
    Fault(
        "EVS.2087", "retry failed. please make sure that type is supported and the new one is higher than origin", 400
    ),
    Fault("EVS.2093", "operation failed because the volume is not EVS", 400),
    Fault("EVS.2094", "system image is not support to create Multiattach/shareable volume !", 400),
    Fault("EVS.2096", "Target volumeType[%s] is not matched with snapshot[%s] !", 400),
    Fault("EVS.2108", "Request body is invalid.", 400),
    Fault("EVS.2130", "Volume is backing-up, forbidden deleting!", 400),
    Fault("EVS.2131", "Query server info from ecs fail", 400),
    Fault("EVS.2134", "call ecs api - attach volume fail.", 400),
    LIMIT_TOO_GREAT,
    Fault("EVS.2144", "Your account is frozen and resources cannot be used.", 403),
    Fault("EVS.2145", "Your account is suspended and resources cannot be used.", 403),
    MALFORMED_BODY,
    MALFORMED_URL,
    BODY_MISMATCH,
    IMAGE_UNAVAILABLE,
    VOLUME_STATUS,
    OFFSET_INTEGER,
    LIMIT_INTEGER,
    LIMIT_POSITIVE,
    UNAUTHENTICATED,
    POLICY_FAILED,
    METADATA_FORBIDDEN,
    NOT_FOUND,
    VOLUME_QUOTA,
    INTERNAL_ERROR,
    UNAVAILABLE,
    Fault("Common.0011", "query job fail.", 400),
    NO_JOBS,
    JOB_QUERY,
    Fault("Common.0013", "Invalid token in the header.", 400),
    JOB_PROJECT,
)
