import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http import places
from gateway.http.links import Links
from gateway.http.messages import Response
from gateway.http.places import Places

from .test_links import ANSWERS, BASE, BASES, HOSTS, JSON, ORIGINS, SPELLINGS

KNOWN = {b"127.0.0.1:9000": [b""], b"evs.example.com": [b"/volume"]}
HOST = b"https://volume.example.com:8776"
ITEM = b'{"links": [{"rel": "self", "href": "%b/v2/p/volumes/%d"}, {"rel": "bookmark", "href": "%b/p/volumes/%d"}]}'


def listed(*numbers: int) -> bytes:
    return b'{"volumes": [' + b", ".join(ITEM % (HOST, number, HOST, number) for number in numbers) + b"]}"


def cut(body: bytes, *bases: bytes, known: Places | None = None) -> bytes | None:
    """Return the body with a mark where bases belong, None where it is not cut."""
    found = (known or Places(KNOWN)).cut(body, *(bases or (b"http://gw",)))
    return None if found is None else (found[0] + b"<>").join(found[1])


def test_a_body_is_cut_where_its_links_lead_back() -> None:
    known = Places(KNOWN)
    for numbers in ((1, 2, 3), (4,)):
        assert cut(listed(*numbers), known=known) == listed(*numbers).replace(HOST, b"<>")


def test_all_paths_of_a_known_origin_lead_back() -> None:
    assert cut(b'{"href": "http://127.0.0.1:9000?x"}') == b'{"href": "<>?x"}'
    assert cut(b'{"href": "http://127.0.0.2:9000?x"}') is None


@pytest.mark.parametrize(
    "more",
    [
        b'"href": "http://another/v2/p"',
        b'"href": "%b/other/p"' % HOST,
        b'"href" : "%b/v2/p"' % HOST,
        b'"href": "%b//v2/p"' % HOST,
        b'"href": "%b/v2/p//q/r"' % HOST,
        b'"href": "%b' % HOST,
        b'"self": "%b/v2/p"' % HOST,
        b'"url": "//elsewhere"',
        b'"name": "a\\"b"',
    ],
)
def test_what_may_be_another_url_is_left_to_a_closer_look(more: bytes) -> None:
    for body in (listed(1) + more, more + listed(1)):
        assert cut(body) is None


@pytest.mark.parametrize(
    "body", [b"", b'{"href": 1}', b'{"href": "ftp://x"}', b'{"href": "http://evs.example.com/v2"}']
)
def test_what_has_no_such_link_is_not_cut(body: bytes) -> None:
    assert cut(body) is None


def test_links_that_may_lead_to_a_base_already_are_left_to_a_closer_look() -> None:
    assert cut(listed(1), b"http://gw", HOST + b"/p") is None
    assert cut(listed(1), b"http://back\\slash") is None


def test_an_origin_whose_name_begins_as_another_is_told_from_it() -> None:
    known = Places(KNOWN)
    body = b'{"href": "http://a.b%b/v2/p"}'
    assert [cut(body % port, known=known) for port in (b"", b":8776", b"")] == [
        b'{"href": "<>/v2/p"}',
        b'{"href": "<>/v2/p"}',
        b'{"href": "<>/v2/p"}',
    ]


def test_what_was_seen_is_forgotten_when_there_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_MOST_ORIGINS", 2)
    monkeypatch.setattr(places, "_MOST_DIRECTORIES", 2)
    known = Places(KNOWN)
    for number in (*range(5), *range(5)):
        body = b'{"href": "http://h%d/v2/%d/volumes"}' % (number % 3, number)
        assert cut(body, known=known) == b'{"href": "<>/v2/%d/volumes"}' % number
    projects = b", ".join(b'{"href": "http://h/v2/%d/volumes/1"}' % number for number in range(5))
    assert cut(projects, known=known) == projects.replace(b"http://h", b"<>")


REST = st.sampled_from(["/v2/p/volumes/1", "/v2/p/volumes/2", "/p/volumes/2", "/v2/q", "/v3?a=1"])
USUAL = st.builds('"href": "https://{}{}"'.format, st.just("a.b:8776"), REST)
ODD = st.builds(
    '{}"{}": "{}://{}{}"'.format,
    st.sampled_from(["", " ", "\\"]),
    st.sampled_from(["href", "href", "href", "url", "self"]),
    st.sampled_from(["https", "https", "http", "HTTP"]),
    st.sampled_from(["a.b:8776", "A.b:8776", *HOSTS]),
    REST | st.sampled_from(["/v2", "/else", "", "/p/volumes//1", "?a=//"]),
)
# Mostly links that are all alike, and now and then one that is not.
ALIKE = (st.lists(USUAL, min_size=1, max_size=6) | st.lists(USUAL | ODD, max_size=6)).map(
    lambda links: "[{" + "}, {".join(links) + "}]"
)


class Closely(Links):
    """Looks at every link by itself."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        super().__init__(origins)
        self._places = NOWHERE


class _Nowhere(Places):
    def cut(self, body: bytes, *bases: bytes) -> None:
        return None


NOWHERE = _Nowhere({})


@given(ALIKE | ANSWERS.map(json.dumps), BASES)
def test_a_body_that_is_cut_says_what_a_closer_look_would_make_of_it(body: str, base_url: str) -> None:
    response = Response(200, (*JSON, (b"content-length", b"1")), body.encode("utf-8", "replace"))
    assert Links(ORIGINS).rewrite(response, base_url) == Closely(ORIGINS).rewrite(response, base_url)


NEUTRAL = "https://neutral.invalid"


@given(ALIKE | ANSWERS.map(json.dumps), BASES, st.booleans())
def test_links_led_to_two_addresses_are_those_led_on_from_one_to_the_other(
    body: str, base_url: str, located: bool
) -> None:
    headers = (*JSON, (b"location", b"http://a.b/v2/x")) if located else JSON
    response = Response(200, headers, body.encode("utf-8", "replace"))
    origins = (NEUTRAL, *ORIGINS)
    found = Links(origins).rewrite_twice(response, NEUTRAL, base_url)
    assert found == Closely(origins).rewrite_twice(response, NEUTRAL, base_url)
    assert found[0] == Links(origins).rewrite(response, NEUTRAL)


@given(SPELLINGS, st.integers(1, 4))
def test_links_of_a_list_lead_to_the_gateway(separators: tuple[str, str], count: int) -> None:
    href = f"{HOST.decode()}/v2/p/volumes/"
    volumes = [{"id": str(number), "links": [{"href": f"{href}{number}"}]} for number in range(count)]
    body = json.dumps({"volumes": volumes}, separators=separators)
    led = Links(ORIGINS).rewrite(Response(200, JSON, body.encode()), BASE)
    assert led.body == body.replace(HOST.decode(), BASE).encode()
