import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http.target import MAX_TARGET_BYTES, Inadmissible, judge_target


@pytest.mark.parametrize(
    "target",
    [
        b"/",
        b"/v2",
        b"/v2/",
        b"/?",
        b"/v2.1/p/cloudvolumes",
        b"/v2/p/volumes/%64etail",
        b"/v2/p/volumes/detail?limit=1&marker=&name=a%20b+c;d",
        b"/v2/p/volumes?",
        b"/v2/p/volumes/id/metadata/a%20b",
        b"/v2/p/volumes/id/metadata/%E4%BD%A0",
        b"/v2/p/volumes/id/metadata/a:b,c@d(e)!$&'*+=~",
        b"/v2/p/volumes/id/metadata/100%25",
        b"/v2/p/volumes/id/metadata/100%25ab",
        b"/v2/p/volumes/id/metadata/.hidden",
        b"/v2/p/volumes/...",
        b"/v2/p/volumes/id/metadata/cinder.csi.openstack.org%2Fcluster",
        b"/v2/p/snapshots/id/metadata/a%2fb%2F%20c/",
        b"/v2/p/volumes?name=../..//%2f%5c\\;%ff",
        b"/v2/p/volumes?metadata={'a':'b'}",
        b"/v2?next=http://elsewhere/",
    ],
)
def test_a_target_of_one_reading_passes(target: bytes) -> None:
    assert judge_target(target) is None


SLASH = "The request target must be a path that begins with a slash."
BAD_CHARACTER = "The request target holds a character that must be percent-encoded."
BAD_PATH = "The request path holds a character that must be percent-encoded."
BROKEN = "The request target holds a broken percent-encoding."
NUL = "The request target holds an encoded NUL."
DOTS = "The request path holds a dot segment."
HIDDEN = "The request path holds an ambiguous percent-encoding."
NO_UTF8 = "The request path is not UTF-8 when decoded."


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (b"", SLASH),
        (b"*", SLASH),
        (b"gw:443", SLASH),
        (b"http://host/v2", SLASH),
        (b"?a=b", SLASH),
        (b"/v2/p%", BROKEN),
        (b"/v2?a=%4", BROKEN),
        (b"/v2?a=%zz", BROKEN),
        (b"/v2/%00", NUL),
        (b"/v2?a=%00", NUL),
        (b"/v2/\x00", BAD_CHARACTER),
        (b"/v2/\xe9", BAD_CHARACTER),
        (b"/v2?a=\xe9", BAD_CHARACTER),
        (b"/v2/a b", BAD_CHARACTER),
        (b"/v2#a", BAD_CHARACTER),
        (b"/v2?a#b", BAD_CHARACTER),
        (b"/v2/p\\q", BAD_PATH),
        (b"/v2/p;a=b/volumes", BAD_PATH),
        (b'/v2/"p"', BAD_PATH),
        (b"/v2/{p}", BAD_PATH),
        (b"/v2/a|b", BAD_PATH),
        (b"/v2/../v3", DOTS),
        (b"/v2/..", DOTS),
        (b"/v2/.", DOTS),
        (b"/.", DOTS),
        (b"/v2/%2e%2E/v3", DOTS),
        (b"/v2/.%2e", DOTS),
        (b"/v2/./p?x=1", DOTS),
        (b"/v2/p%2Fvolumes", HIDDEN),
        (b"/v2/p%2fvolumes", HIDDEN),
        (b"/v2/p/volumes/id%2Fmetadata/key", HIDDEN),
        (b"/v2/p/metadata/volumes%2Fid", HIDDEN),
        (b"/v2/p/volumes/id/other/a%2Fb", HIDDEN),
        (b"/v2/p/volumes/id/metadata/a%2Fb/c", HIDDEN),
        (b"/v2/p/volumes/id/metadata/%2Fb", HIDDEN),
        (b"/v2/p/volumes/id/metadata/a%2F", HIDDEN),
        (b"/v2/p/volumes/id/metadata/a%2F%2fb", HIDDEN),
        (b"/v2/p/volumes/id/metadata/a%252Fb", HIDDEN),
        (b"/v2/p/volumes/id/metadata/a%2F..%2F..%2Faction", DOTS),
        (b"/v2/p/volumes/id/metadata/%2e%2F", DOTS),
        (b"/v2/p%5Cvolumes", HIDDEN),
        (b"/v2/p%0d%0aX:y", HIDDEN),
        (b"/v2/p%7f", HIDDEN),
        (b"/v2/%252e%252e/v3", HIDDEN),
        (b"/v2/p%252Fvolumes", HIDDEN),
        (b"/v2/p%255cvolumes", HIDDEN),
        (b"/v2/p%2500", HIDDEN),
        (b"/v2/%c0%ae%c0%ae/v3", NO_UTF8),
        (b"/v2/%ff", NO_UTF8),
        (b"/v2/%ed%a0%80", NO_UTF8),
    ],
)
def test_a_target_with_two_readings_is_refused(target: bytes, message: str) -> None:
    assert judge_target(target) == Inadmissible(400, message)


@pytest.mark.parametrize("target", [b"//", b"//v2//p/", b"/v2//p", b"/v2/p//", b"//host/v2"])
def test_an_empty_segment_is_nowhere(target: bytes) -> None:
    assert judge_target(target) == Inadmissible(404, "The request path holds an empty segment.")


def test_a_long_target_is_refused() -> None:
    assert judge_target(b"/" + b"a" * (MAX_TARGET_BYTES - 1)) is None
    assert judge_target(b"/" + b"a" * MAX_TARGET_BYTES) == Inadmissible(
        414, "The request target is longer than 16384 bytes."
    )


@given(st.binary())
def test_any_bytes_are_judged(target: bytes) -> None:
    assert isinstance(judge_target(b"/" + target), Inadmissible | None)
