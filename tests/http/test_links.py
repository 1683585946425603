import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http.links import OUR_SERVICES, Links
from gateway.http.messages import Response

BASE = "http://gateway:8776"
JSON = ((b"content-type", b"application/json"),)
ORIGINS = ("https://evs.example.com/volume", "http://127.0.0.1:9000")


def rewritten(body: object, base_url: str = BASE, origins: tuple[str, ...] = ORIGINS) -> object:
    response = Links(origins).rewrite(Response(200, JSON, json.dumps(body).encode()), base_url)
    return json.loads(response.body)


def led_back(url: str, base_url: str = BASE) -> object:
    body = rewritten({"links": [{"rel": "self", "href": url}]}, base_url)
    assert isinstance(body, dict)
    return body["links"][0]["href"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://volume.localdomain.com:8776/v2/p/volumes?limit=3&marker=m", "/v2/p/volumes?limit=3&marker=m"),
        ("https://volume.localdomain.com:8776/p/volumes/id", "/p/volumes/id"),
        ("https://localhost/p/os-volume-transfer/3", "/p/os-volume-transfer/3"),
        ("https://evs.localdomain.com/v2", "/v2"),
        ("https://evs.localdomain.com/v2/", "/v2/"),
        ("http://other/v2.1/p/cloudvolumes", "/v2.1/p/cloudvolumes"),
        ("http://user:secret@other/v3", "/v3"),
        ("https://evs.example.com/volume/v2/p/volumes", "/v2/p/volumes"),
        ("http://evs.example.com:80/volume/anything", "/anything"),
        ("https://EVS.example.com:443/volume", ""),
        ("http://127.0.0.1:9000/elsewhere?a=b", "/elsewhere?a=b"),
    ],
)
def test_links_of_the_api_lead_back(url: str, path: str) -> None:
    assert led_back(url) == BASE + path


@pytest.mark.parametrize(
    "url",
    [
        "http://docs.openstack.org/",
        "http://docs.openstack.org/api/v2",
        "http://example.com/v2x/other",
        "https://evs.example.com/volumes-of-another-kind",
        "/v2/p/volumes",
        "not a url",
    ],
)
def test_other_urls_stay(url: str) -> None:
    assert led_back(url) == url


def test_the_gateways_path_prefix_is_kept() -> None:
    assert (
        led_back("http://evs/v2/p/volumes", "https://gw.example.com/evs/") == "https://gw.example.com/evs/v2/p/volumes"
    )


def test_links_as_an_object_lead_back() -> None:
    body = {"links": {"next": None, "self": "https://www.example.com/v3/projects"}, "self": "http://x/v3"}
    assert rewritten(body) == {"links": {"next": None, "self": BASE + "/v3/projects"}, "self": "http://x/v3"}


def test_endpoints_of_our_services_lead_back_and_others_stay() -> None:
    def catalogue(evs: str, iam: str, known: str) -> object:
        services = [
            {"type": "volumev2", "endpoints": [{"url": evs, "region": "r"}]},
            {"type": "iam", "endpoints": [{"url": iam}, {}]},
            {"type": "ecs", "endpoints": [{"url": "https://ecs.example.com/v2/p"}]},
            {"type": "mine", "endpoints": [{"url": known}]},
            {"type": "vpc"},
        ]
        return {"token": {"catalog": services}}

    before = catalogue("https://evs.x/v2/p", "https://iam.x:443/v3", "http://127.0.0.1:9000/v9")
    assert rewritten(before) == catalogue(BASE + "/v2/p", BASE + "/v3", BASE + "/v9")


def test_a_bare_catalogue_is_read_too() -> None:
    body = {"catalog": [{"type": "evs", "endpoints": [{"url": "http://evs.x/v2/p"}]}]}
    assert rewritten(body) == {"catalog": [{"type": "evs", "endpoints": [{"url": BASE + "/v2/p"}]}]}


@pytest.mark.parametrize(
    "body",
    [
        b'{"catalog": "http://x/v2", "url": "http://x/v2"',
        b'{"catalog": 1, "url": "http://x/v2"}',
        b'["catalog", {"catalog" : 1, "url": "http://x/v2"}]',
        b'{"href": "http:\\/\\/x\\q"}',
        b'{"href": "http://x/v2',
    ],
)
def test_an_answer_of_another_shape_stays_byte_for_byte(body: bytes) -> None:
    response = Response(200, JSON, body)
    assert Links(()).rewrite(response, BASE).body == body or body.endswith(b"v2")


def test_a_string_that_only_looks_like_a_member_stays() -> None:
    body = {"name": '"href": "http://x/v2"', 'a"href': "http://x/v2", "description": "http://x/v2"}
    assert rewritten(body) == body


def test_escaped_slashes_are_read() -> None:
    response = Response(200, JSON, rb'{"href": "http:\/\/x\/v2\/p"}')
    assert json.loads(Links(()).rewrite(response, BASE).body) == {"href": BASE + "/v2/p"}


def test_everything_but_the_urls_stays_byte_for_byte_and_the_length_follows() -> None:
    headers = (*JSON, (b"content-length", b"47"), (b"x-a", b"\xe9"))
    body = b'{ "a" :1.0,\n"href":\t"https://elsewhere/v2?a"}\n'
    assert Links(()).rewrite(Response(300, headers, body), "http://g") == Response(
        300,
        (*JSON, (b"content-length", b"37"), (b"x-a", b"\xe9")),
        b'{ "a" :1.0,\n"href":\t"http://g/v2?a"}\n',
    )


def test_location_leads_back() -> None:
    headers = (
        (b"location", b"http://evs/v2/"),
        (b"content-location", b"http://x/else"),
        (b"x-location", b"http://x/v2"),
    )
    assert Links(()).rewrite(Response(302, headers), BASE).headers == (
        (b"location", BASE.encode() + b"/v2/"),
        (b"content-location", b"http://x/else"),
        (b"x-location", b"http://x/v2"),
    )


def test_a_location_without_host_stays() -> None:
    response = Response(302, ((b"location", b"/v2/"),))
    assert Links(ORIGINS).rewrite(response, BASE) == response


@pytest.mark.parametrize("media_type", [b"text/html", b"", b"application/xml"])
def test_other_bodies_stay(media_type: bytes) -> None:
    response = Response(404, ((b"content-type", media_type),), b'{"href": "http://x/v2"}')
    assert Links(ORIGINS).rewrite(response, BASE) is response


def test_an_answer_without_urls_is_the_same_object() -> None:
    response = Response(200, JSON, b'{"volume": {"href": ""}}')
    assert Links(ORIGINS).rewrite(response, BASE) is response


def test_an_answer_that_is_served_again_is_led_back_once_for_each_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.http.links.REMEMBERED", 2)
    links = Links(ORIGINS)
    answers = [Response(200, JSON, b'{"href": "http://x/v2/%d"}' % number) for number in range(3)]
    for _ in range(2):
        for base in (BASE, "http://other"):
            assert [links.rewrite_again(each, base) for each in answers] == [
                links.rewrite(each, base) for each in answers
            ]
    assert links.rewrite_again(answers[2], BASE) is links.rewrite_again(answers[2], BASE)


# The same decision, made slowly on the parsed answer.

COLLECTIONS = ("volumes", "snapshots", "types", "os-volume-transfer")
HOSTS = ["evs.example.com", "127.0.0.1:9000", "docs.openstack.org", "a.b:8776", "evs.example.com.eu", "gateway:8776"]
PATHS = [
    "",
    "/",
    "/v2",
    "/v2.1/p",
    "/v2x",
    "/volume",
    "/volume/v3/x",
    "/p/volumes/é",
    "/p/other",
    "/volumes",
    "/v3?a=1&b",
]
URLS = st.builds("{}://{}{}".format, st.sampled_from(["http", "https"]), st.sampled_from(HOSTS), st.sampled_from(PATHS))
TEXTS = URLS | st.text() | st.sampled_from(["href", '"href": "http://a/v2"', "links", 'x\\"href'])
NAMES = st.sampled_from(["href", "url", "name", "volumes_links", 'a"href', "self"]) | st.text(max_size=3)
LINK_OBJECTS = st.fixed_dictionaries({"links": st.dictionaries(st.sampled_from(["self", "next"]), URLS | st.none())})
ANSWERS = st.recursive(
    TEXTS | st.none() | st.integers() | LINK_OBJECTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def slow_url(url: str) -> str:
    parts = urlsplit(url)
    rest = url[len(f"{parts.scheme}://{parts.netloc}") :]
    if parts.netloc == "127.0.0.1:9000":
        return BASE + rest
    segments = parts.path.split("/")[1:]
    if parts.netloc == "evs.example.com" and segments[:1] == ["volume"]:
        return BASE + rest.removeprefix("/volume")
    version = segments[:1] in (["v2"], ["v2.1"], ["v3"])
    bookmark = len(segments) > 1 and bool(segments[0]) and segments[1] in COLLECTIONS
    return BASE + rest if version or bookmark else url


def slow(value: object, name: str = "") -> object:
    if isinstance(value, dict):
        return {key: slow(inner, "href" if name == "links" else key) for key, inner in value.items()}
    if isinstance(value, list):
        return [slow(inner) for inner in value]
    is_url = isinstance(value, str) and value.startswith(("http://", "https://"))
    return slow_url(value) if is_url and name == "href" and isinstance(value, str) else value


SPELLINGS = st.sampled_from([(", ", ": "), (",", ":"), (" ,", " : ")])


@given(ANSWERS, SPELLINGS, st.booleans(), st.booleans())
def test_the_bytes_say_what_the_parsed_answer_would(
    answer: object, separators: tuple[str, str], ascii_only: bool, escaped: bool
) -> None:
    body = json.dumps(answer, ensure_ascii=ascii_only, separators=separators).encode("utf-8", "replace")
    body = body.replace(b"/", b"\\/") if escaped else body
    once = Links(ORIGINS).rewrite(Response(200, JSON, body), BASE)
    assert json.loads(once.body) == slow(json.loads(body))
    assert Links(ORIGINS).rewrite(once, BASE) == once


@given(st.binary())
def test_any_bytes_pass(body: bytes) -> None:
    body = b'{"href": "http:\\/\\/' + body + b'://"catalog""links"'
    assert isinstance(Links(ORIGINS).rewrite(Response(200, JSON, body), BASE), Response)


LINKS = st.lists(st.fixed_dictionaries({"href": URLS | st.text(), "rel": st.just("self")}), max_size=6)
BASES = st.sampled_from([BASE, "https://evs.example.com/p", "http://a.b:8776/volume", "http://back\\\\slash"])


@given(LINKS, SPELLINGS, BASES)
def test_links_written_plainly_are_led_back_as_all_others(
    links: list[dict[str, str]], separators: tuple[str, str], base_url: str
) -> None:
    body = json.dumps({"volume_links": links, "links": []}, separators=separators)
    rare = body.replace('"href"', '"href" ')
    plain, slowly = (Links(ORIGINS).rewrite(Response(200, JSON, each.encode()), base_url) for each in (body, rare))
    assert plain.body == slowly.body.replace(b'"href" ', b'"href"')


def test_the_services_led_back_are_block_storage_and_identity() -> None:
    assert {"evs", "volumev2", "iam", "identity"} < OUR_SERVICES
