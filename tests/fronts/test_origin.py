from pathlib import Path

import pytest
from yarl import URL

from gateway.errors import SettingsError
from gateway.fronts.origin import credentials_of, origin_of, proxy_for, trusting


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_an_address_has_scheme_host_and_maybe_a_prefix() -> None:
    assert origin_of("https://evs.example.com:8443/a%2fb").raw_path == "/a%2fb"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("evs.example.com", "expected http"),
        ("ftp://evs.example.com", "expected http"),
        ("http://", "expected http"),
        ("http://evs?x", "expected http"),
        ("http://evs#x", "expected http"),
        ("http://evs:port", "upstream 'http://evs:port': expected http"),
        ("http://me:secret@evs", "credentials do not belong"),
    ],
)
def test_anything_else_is_no_upstream(url: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as error:
        origin_of(url)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_that_is_no_ca_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingsError, match=r"ca\.pem: no readable file of CA certificates"):
        trusting(file)


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, "https://evs", None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "https://evs", "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http://evs", None),
        ({"http_proxy": "proxy:3128"}, "http://evs", "http://proxy:3128"),
        ({"ALL_PROXY": "http://proxy"}, "https://evs", "http://proxy"),
        ({"https_proxy": "http://proxy", "no_proxy": "example.com,evs:8443"}, "https://evs:8443", None),
        ({"https_proxy": "http://proxy", "no_proxy": "example.com"}, "https://a.example.com", None),
        ({"https_proxy": "http://proxy", "no_proxy": "*"}, "https://evs", None),
    ],
)
def test_the_environment_names_the_proxy(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str, proxy: str | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(URL(url)) == (URL(proxy) if proxy else None)


@pytest.mark.parametrize("proxy", ["socks5://user:secret@proxy", "http://user:secret@proxy:port"])
def test_a_proxy_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(SettingsError, match="expected http://HOST:PORT") as error:
        proxy_for(URL("https://evs"))
    assert "secret" not in str(error.value)


def test_credentials_are_basic() -> None:
    assert credentials_of(URL("http://user@proxy")) == b"Basic dXNlcjo="
