"""The calls to IAM: a token with its catalogue, what it stands for, its end, and the list of projects.

Any user and password are accepted unless they begin with `sim-bad-`. A project's id follows from its name.
Source: 3.1, 3.3 and A.6, examples; for the two calls about a token, which the reference does not show, the IAM's own.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.contract.model import JsonObject, JsonValue
from gateway.http.messages import Headers
from gateway.simulator.calls import Answer, Call, Outcome
from gateway.simulator.faults import CREDENTIALS, UNKNOWN_TOKEN
from gateway.simulator.reading import member, text
from gateway.simulator.state import State
from gateway.simulator.things import Token
from gateway.simulator.times import of_token
from gateway.simulator.trouble import BAD_CREDENTIAL, lifetime_s

LIFETIME_S = 24 * 3600
REGION = "az-01"
DEFAULT_PROJECT = "simulated"


def create_token(state: State, call: Call) -> Outcome:
    """Issue a token for the project of the scope, by id or by name. Errors: 401 for the credentials refused."""
    auth = call.body("auth")
    user = member(member(member(auth, "identity"), "password"), "user")
    name = text(user, "name") or text(user, "id") or ""
    if name.startswith(BAD_CREDENTIAL) or (text(user, "password") or "").startswith(BAD_CREDENTIAL):
        return CREDENTIALS
    project = _project_of(state, member(auth, "scope"))
    value = state.mint.token()
    expires_at = call.now + lifetime_s(name, LIFETIME_S)
    token = Token(state.mint.named("user", name), project, expires_at, name, call.now)
    state.tokens[value] = token
    return Answer({"token": _token_view(state, call, token)}, _naming(value))


def show_token(state: State, call: Call) -> Outcome:
    """Show what an issued token stands for, without the catalogue if that is asked. Errors: 404 for any other one."""
    token = _living(state, call)
    if token is None:
        return UNKNOWN_TOKEN
    return Answer({"token": _token_view(state, call, token)}, _naming(call.subject))


def revoke_token(state: State, call: Call) -> Outcome:
    """End an issued token now. Errors: 404 for any other one."""
    token = _living(state, call)
    if token is None:
        return UNKNOWN_TOKEN
    state.tokens[call.subject] = replace(token, expires_at=call.now)
    return Answer()


def _living(state: State, call: Call) -> Token | None:
    token = state.tokens.get(call.subject)
    return token if token is not None and call.now < token.expires_at else None


def _naming(value: str) -> Headers:
    return ((b"x-subject-token", value.encode("latin-1")),)


def _project_of(state: State, scope: JsonObject) -> str | None:
    project = member(scope, "project")
    name, project_id = text(project, "name"), text(project, "id")
    if project_id:
        state.projects.setdefault(project_id, name or project_id)
        return project_id
    return state.project_named(name) if name else None


def _token_view(state: State, call: Call, token: Token) -> JsonObject:
    domain: JsonObject = {"id": state.mint.named("domain", ""), "name": "simulated"}
    shown: JsonObject = {
        "expires_at": of_token(token.expires_at),
        "issued_at": of_token(token.issued_at),
        "methods": ["password"],
        **({} if call.asked("nocatalog") is not None else {"catalog": _catalogue(state, call, token)}),
        "roles": [{"id": "0", "name": "te_admin"}],
        "user": {"id": token.user, "name": token.name, "domain": domain, "password_expires_at": ""},
    }
    if token.project is None:
        return {**shown, "domain": domain}
    return {**shown, "project": {"id": token.project, "name": state.projects[token.project], "domain": domain}}


def _catalogue(state: State, call: Call, token: Token) -> list[JsonValue]:
    """Return the services a token leads to; a token without a project leads only to IAM."""
    paths = {"iam": "/v3"}
    if token.project:
        paths |= {"evs": f"/v2/{token.project}", "volumev2": f"/v2/{token.project}"}
    return [_service(state, kind, f"{call.origin}{path}") for kind, path in sorted(paths.items())]


def _service(state: State, kind: str, url: str) -> JsonObject:
    endpoint: JsonObject = {
        "id": state.mint.named("endpoint", kind),
        "interface": "public",
        "region": REGION,
        "region_id": REGION,
        "url": url,
    }
    return {"id": state.mint.named("service", kind), "name": kind, "type": kind, "endpoints": [endpoint]}


def list_projects(state: State, call: Call) -> Outcome:
    """List the project of the name asked for, or all that are known."""
    state.project_named(call.asked("name") or DEFAULT_PROJECT)
    wanted = call.asked("name")
    shown = [
        _project_view(state, call, project, name) for project, name in state.projects.items() if wanted in (None, name)
    ]
    return Answer({"projects": [*shown], "links": _links(f"{call.origin}{call.path}")})


def _project_view(state: State, call: Call, project: str, name: str) -> JsonObject:
    domain = state.mint.named("domain", "")
    return {
        "domain_id": domain,
        "is_domain": False,
        "parent_id": domain,
        "name": name,
        "description": "",
        "links": _links(f"{call.origin}{call.path}/{project}"),
        "id": project,
        "enabled": True,
    }


def _links(here: str) -> JsonObject:
    return {"next": None, "previous": None, "self": here}
