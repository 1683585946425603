"""The two calls to IAM: a token with its catalogue, and the list of projects.

Any user and password are accepted unless they begin with `sim-bad-`. A project's id follows from its name.
Source: 3.1, 3.3 and A.6, examples.
"""

from __future__ import annotations

from gateway.contract.model import JsonObject, JsonValue
from gateway.simulator.calls import Answer, Call, Outcome
from gateway.simulator.faults import CREDENTIALS
from gateway.simulator.reading import member, text
from gateway.simulator.state import State
from gateway.simulator.things import Token
from gateway.simulator.times import of_token
from gateway.simulator.trouble import BAD_CREDENTIAL

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
    token = Token(state.mint.named("user", name), project, call.now + LIFETIME_S)
    state.tokens[value] = token
    body: JsonObject = {"token": _token_view(state, call, token, name)}
    return Answer(body, ((b"x-subject-token", value.encode()),))


def _project_of(state: State, scope: JsonObject) -> str | None:
    project = member(scope, "project")
    name, project_id = text(project, "name"), text(project, "id")
    if project_id:
        state.projects.setdefault(project_id, name or project_id)
        return project_id
    return state.project_named(name) if name else None


def _token_view(state: State, call: Call, token: Token, user: str) -> JsonObject:
    domain: JsonObject = {"id": state.mint.named("domain", ""), "name": "simulated"}
    shown: JsonObject = {
        "expires_at": of_token(token.expires_at),
        "issued_at": of_token(call.now),
        "methods": ["password"],
        "catalog": _catalogue(state, call, token),
        "roles": [{"id": "0", "name": "te_admin"}],
        "user": {"id": token.user, "name": user, "domain": domain, "password_expires_at": ""},
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
