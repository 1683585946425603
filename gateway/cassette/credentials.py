"""Which class of credentials a request carries. Never who, never with what.

A recorded answer may depend on whether there were credentials (401 without), never on their value: tokens are renewed
and signatures differ in every request, so a replay key holds the class alone (replay trial, point 7).
"""

from __future__ import annotations

from gateway.cassette.exchange import CredentialClass
from gateway.http.messages import Headers, Request, first_header


def credential_class(request: Request) -> CredentialClass:
    """Return the class of the first credential found; a signature beats a token, as the cloud reads it first."""
    return credential_in(request.headers)


def credential_in(headers: Headers) -> CredentialClass:
    """Return the same for header fields."""
    if first_header(headers, b"authorization"):
        return CredentialClass.SIGNATURE
    if first_header(headers, b"x-auth-token"):
        return CredentialClass.TOKEN
    return CredentialClass.NONE
