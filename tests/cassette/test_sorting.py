"""Lists sorted by a chosen word."""

import json

import pytest

from gateway.cassette.exchange import CredentialClass
from gateway.cassette.key import keyed
from gateway.cassette.sorting import is_paged, resorted, sorted_by
from gateway.http.messages import Request, Response
from tests.cassette.recordings import identify


def asked(query):
    request = Request("GET", f"/v2/p/volumes?{query}".encode())
    return keyed(request, identify(request), CredentialClass.TOKEN, str, ())


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("sort=name:asc", ("name", False)),
        ("sort=name", ("name", True)),
        ("sort=name:desc,id:asc", ("name", True)),
        ("sort_key=display_name&sort_dir=asc", ("display_name", False)),
        ("sort_key=created_at", None),
        ("", None),
    ],
)
def test_the_order_is_read_from_the_query(query, order):
    assert sorted_by(asked(query)) == order


def test_pages_are_told_by_their_parameters():
    assert [is_paged(asked(each)) for each in ("limit=1", "marker=x", "offset=1", "sort=name")] == [True] * 3 + [False]


def test_a_list_is_sorted_and_the_rest_stays():
    body = {"n": [1], "volumes": [{"name": "b"}, {"name": None}, {"name": "c"}], "links": []}
    made = resorted(Response(200, (), json.dumps(body).encode()), "name", True)
    assert json.loads(made.body) == {"n": [1], "volumes": [{"name": "c"}, {"name": "b"}, {"name": None}], "links": []}


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"volumes": {}}'])
def test_an_answer_without_a_list_stays(body):
    response = Response(200, (), body)
    assert resorted(response, "name", False) is response
