"""Answers are cut into pieces once and filled for each client; what is not filled stays byte for byte."""

import json

from gateway.cassette.answers import AskedHole, EchoHole, IdHole, TokenHole, template
from gateway.cassette.echoes import Echo
from gateway.http.messages import Response


def cut(body, echoes=None, asked=(), headers=(), issues_token=False):
    return template(Response(200, headers, body), echoes or {}, asked, issues_token)


def fill(hole):
    if isinstance(hole, IdHole):
        return f"[{hole.alias[1:-1]}]".encode()
    if isinstance(hole, EchoHole):
        return b'"echo"'
    if isinstance(hole, AskedHole):
        return hole.encode("a b/ü").encode()
    assert isinstance(hole, TokenHole)
    return b"token"


def test_an_answer_without_holes_is_the_recorded_one():
    response = Response(200, ((b"content-length", b"5"),), b"\xff\x00 <x")
    assert template(response, {}, (), False).render(fill) is response


def test_ids_are_filled_in_bodies_and_headers_and_the_length_follows():
    made = cut(
        b'{"id": "<volume:1>", "x": "<volume:1>/<project:2>"}',
        headers=((b"location", b"/v2/<project:2>"), (b"content-length", b"51"), (b"x", b"")),
    ).render(fill)
    assert made.body == b'{"id": "[volume:1]", "x": "[volume:1]/[project:2]"}'
    assert made.headers == (
        (b"location", b"/v2/[project:2]"),
        (b"content-length", str(len(made.body)).encode()),
        (b"x", b""),
    )


def test_a_body_that_is_wholly_one_hole_gets_its_length():
    assert cut(b"<volume:1>", headers=((b"content-length", b"10"),)).render(fill).headers == (
        (b"content-length", b"10"),
    )


def test_the_length_of_an_answer_to_head_stays():
    made = cut(b"", headers=((b"content-length", b"77"), (b"location", b"<volume:1>")))
    assert made.render(fill).headers == ((b"content-length", b"77"), (b"location", b"[volume:1]"))


def test_an_echo_is_filled_where_it_stands_and_nowhere_else():
    body = '{"volume": {"name": "<volume:1>", "note": "ü", "id": "<volume:1>"}}'.encode()
    made = cut(body, {("volume", "name"): Echo(0, ("volume", "name"))}).render(fill)
    assert made.body == '{"volume": {"name": "echo", "note": "ü", "id": "[volume:1]"}}'.encode()


def test_an_asked_name_is_filled_in_messages_and_links_as_a_word_of_its_own():
    body = {
        "itemNotFound": {"message": "Volume v of volumes v2, v-3 (v)"},
        "volumes_links": [{"href": "http://h/v2/volumes?name=v&v=v", "rel": "v"}],
        "name": "v",
    }
    made = json.loads(cut(json.dumps(body).encode(), asked=(("query.name", "v"),)).render(fill).body)
    assert made == {
        "itemNotFound": {"message": "Volume a b/ü of volumes v2, v-3 (a b/ü)"},
        "volumes_links": [
            {"href": "http://h/v2/volumes?name=a%20b%2F%C3%BC&a%20b%2F%C3%BC=a%20b%2F%C3%BC", "rel": "v"}
        ],
        "name": "v",
    }


def test_every_spelling_of_an_asked_name_is_found():
    body = '{"message": "ü \\u00fc", "links": {"href": "?a=%C3%BC&b=ü&c=x+y"}}'.encode()
    made = cut(body, asked=(("path.volume_id", "ü"), ("query.name", "x y"))).render(fill).body.decode()
    assert made == '{"message": "a b/ü a b/\\u00fc", "links": {"href": "?a=a%20b%2F%C3%BC&b=ü&c=a+b%2F%C3%BC"}}'


def test_an_empty_name_is_filled_nowhere():
    assert cut(b'{"message": "x"}', asked=(("query.name", ""),)).render(fill).body == b'{"message": "x"}'


def test_a_token_is_filled_where_one_was_issued():
    redacted = ((b"x-subject-token", b"redacted"), (b"a", b"b"))
    assert cut(b"{}", headers=redacted, issues_token=True).render(fill).headers == (
        (b"a", b"b"),
        (b"x-subject-token", b"token"),
    )
    assert cut(b"{}", issues_token=True).render(fill).headers == ((b"x-subject-token", b"token"),)
    assert cut(b"{}").render(fill).headers == ()


def test_a_body_that_is_no_text_keeps_its_bytes_around_ids():
    assert cut(b"\xff<volume:1>\xfe").render(fill).body == b"\xff[volume:1]\xfe"
