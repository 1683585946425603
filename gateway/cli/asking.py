"""Asking a running gateway on its admin listener."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import click

from gateway.errors import RunError

TIMEOUT_S = 90

admin_option = click.option(
    "--admin", metavar="URL", default="http://127.0.0.1:8777", show_default=True, help="The admin listener."
)


def ask(method: str, url: str, body: dict[str, Any] | None = None) -> Any:
    """Return what the gateway says, as JSON. No proxy stands between.

    Errors: RunError in the gateway's words when it did not do it, or when it did not answer.
    """
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, sent, {"content-type": "application/json"}, method=method)  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            raise RunError(f"{url}: the gateway did not do it ({_said(refused)})") from refused
    except (OSError, ValueError) as error:
        raise RunError(f"{url}: no gateway answers there ({error})") from error


def _said(refused: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(refused)["error"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {refused.code}"
