"""Where an upstream is and how it is reached: its address, the proxy in between, the certificates that are trusted."""

from __future__ import annotations

import base64
import ssl
import urllib.request
from pathlib import Path

from yarl import URL

from gateway.errors import SettingsError


def origin_of(url: str) -> URL:
    """Return an upstream's address. Errors: SettingsError for anything but http(s)://HOST[:PORT][/PREFIX]."""
    if "@" in url:
        raise SettingsError("upstream: credentials do not belong into its address")
    origin = _web_address(url)
    if origin is None or origin.raw_query_string or origin.raw_fragment:
        raise SettingsError(f"upstream {url!r}: expected http(s)://HOST[:PORT][/PREFIX]")
    return origin


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that verifies names and certificates, against a CA file or what the machine trusts.

    Errors: SettingsError when the file cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise SettingsError(f"{ca_file}: no readable file of CA certificates in PEM form ({error})") from error


def proxy_for(origin: URL) -> URL | None:
    """Return the proxy that the environment names for this upstream (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY).

    Read here and not by aiohttp, which would also take credentials from a .netrc file and put them into requests.
    """
    proxies = urllib.request.getproxies()
    proxy = proxies.get(origin.scheme) or proxies.get("all")
    if not proxy or urllib.request.proxy_bypass(f"{origin.host}:{origin.port}"):
        return None
    address = _web_address(proxy if "://" in proxy else f"http://{proxy}")
    if address is None:
        raise SettingsError(f"proxy for {origin.scheme}: expected http://HOST:PORT in the environment")
    return address


def credentials_of(proxy: URL) -> bytes:
    """Return the value of Proxy-Authorization for the credentials in a proxy's address."""
    credentials = f"{proxy.user}:{proxy.password or ''}".encode()
    return b"Basic " + base64.b64encode(credentials)


def _web_address(text: str) -> URL | None:
    """Return a text as address, or None when it is none of the web's. Nothing in it is quoted anew."""
    try:
        url = URL(text, encoded=True)
        return url if url.scheme in ("http", "https") and url.raw_host and url.port else None
    except ValueError:
        return None
