"""Hits, and what goes out of them."""

from gateway.cassette.hit import MOST_ADDRESSES, Hit
from gateway.http.messages import Response

ANSWER = Response(200, (), b"{}")


def test_what_goes_out_is_remembered_by_address_and_makes_no_other_hit_of_it():
    hit = Hit(ANSWER, "key", 1)
    shown = hit.show("http://one", Response(200, (), b"{} "))
    assert hit.shown == {"http://one": shown}
    assert hit == Hit(ANSWER, "key", 1)


def test_clients_choose_addresses_so_few_are_remembered():
    hit = Hit(ANSWER, "key", 1)
    for number in range(MOST_ADDRESSES + 1):
        hit.show(f"http://{number}", ANSWER)
    assert list(hit.shown) == [f"http://{MOST_ADDRESSES}"]
