"""Which hosts may be asked through the proxy: upstreams and listed ones, as they are written."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import SettingsError
from gateway.fronts.destinations import Destination, destinations
from gateway.settings import Settings

EVS = Destination("https", "evs.example.com", 443, "/cloud", is_upstream=True)
IAM = Destination("http", "iam.example.com", 8080, is_upstream=True)


def settings(*hosts: str, **upstream: Any) -> Settings:
    return Settings(upstream=upstream, forward={"hosts": hosts})


def test_the_upstreams_may_be_asked() -> None:
    found = destinations(settings(url="https://EVS.example.com/cloud", iam_url="http://iam.example.com:8080"))
    assert found == (IAM, EVS)
    assert [each.url for each in found] == ["http://iam.example.com:8080", "https://evs.example.com/cloud"]


def test_further_hosts_are_listed() -> None:
    found = destinations(settings("A.example.com", "b.example.com:8443", "http://c.example.com", "[2001:db8::1]"))
    assert [each.url for each in found] == [
        "https://a.example.com",
        "https://b.example.com:8443",
        "http://c.example.com",
        "https://[2001:db8::1]",
    ]
    assert [each.is_address for each in found] == [False, False, False, True]


def test_an_upstream_that_is_listed_too_is_the_upstream() -> None:
    assert destinations(settings("evs.example.com", url="https://evs.example.com/cloud")) == (EVS,)


@pytest.mark.parametrize("text", ["", "a/b", "ftp://a", "a:port", "a:99999", "user@a", "https://a?b=c", "https://a#b"])
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"forward\.hosts: .*: expected HOST, HOST:PORT or a URL"):
        destinations(settings(text))


def test_nothing_to_ask_is_refused() -> None:
    with pytest.raises(SettingsError, match="no host may be asked"):
        destinations(settings())


@pytest.mark.parametrize(
    ("authority", "is_it"),
    [
        ("evs.example.com", True),
        ("EVS.example.com:443", True),
        ("evs.example.com:8443", False),
        ("evs.example.com.", False),
        ("evs.example.com:443:443", False),
        ("other.example.com", False),
    ],
)
def test_a_host_header_names_a_destination_or_not(authority: str, is_it: bool) -> None:
    assert EVS.is_named_by(authority) is is_it


@pytest.mark.parametrize(
    ("authority", "is_it"), [("[2001:db8::1]", True), ("[2001:db8::1]:443", True), ("[2001:db8::1]443x", False)]
)
def test_an_address_is_named_in_brackets(authority: str, is_it: bool) -> None:
    assert Destination("https", "2001:db8::1", 443).is_named_by(authority) is is_it
