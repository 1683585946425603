"""What the operator wants: flag > environment > file > default, read once into frozen sections.

Environment variables are `EVS_GATEWAY_<SECTION>__<NAME>`; the file is TOML with one table a section. A name nobody
knows is an error with a suggestion, wherever it stands. Each value remembers where it came from (`Origins`).
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, IPvAnyNetwork, ValidationError, model_validator

from gateway.errors import SettingsError
from gateway.faults.declared import FaultSettings, declared_in
from gateway.modes import SETTLED, Level, Mode, Undocumented

# Credentials in an address are a mistake, and are not repeated.
_USERINFO = re.compile(r"//[^/@]*@")
_PASSWORD = re.compile(r"(?<=password=)[^&]*")
ENVIRONMENT_PREFIX = "EVS_GATEWAY_"
DEFAULT_FILE = Path("evs-gateway.toml")

ModeName = Literal[
    "passthrough", "record", "replay", "once", "new-episodes", "fallback", "simulate", "verify", "rerecord"
]
ProgressName = Literal["count", "step", "time", "hybrid"]


def _web_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected an address like https://evs.example.com, with scheme and host")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("expected scheme, host, port and path only (credentials never stand in an address)")
    return text.rstrip("/")


def _place(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("expected HOST:PORT or [HOST]:PORT")
    return text


def _store_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "postgresql" or not parts.path.strip("/"):
        raise ValueError("expected an address like postgresql://evs@db.example.com/evs")
    if parts.password is not None or "password=" in parts.query:
        raise ValueError(
            "passwords never stand in an address; libpq reads them from the file in passfile or PGPASSFILE"
        )
    return text


WebUrl = Annotated[str, AfterValidator(_web_url)]
StoreUrl = Annotated[str, AfterValidator(_store_url)]
Place = Annotated[str, AfterValidator(_place)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ListenSettings(Section):
    """Where the gateway listens. Addresses are HOST:PORT; port 0 picks a free one."""

    public: str = "127.0.0.1:8776"
    admin: str = "127.0.0.1:8777"
    public_url: WebUrl | None = None
    workers: int = Field(default=1, ge=1, le=64)


class UpstreamSettings(Section):
    """The cloud behind the gateway. `origins`: further addresses that its answers name in links.
    `host`: whose Host header it gets, its own or the client's. `client`: what carries the messages; behind a proxy
    it is always aiohttp. `resolve`: addresses HOST:PORT to connect to instead of a HOST:PORT (client `direct`)."""

    url: WebUrl | None = None
    iam_url: WebUrl | None = None
    origins: tuple[WebUrl, ...] = ()
    host: Literal["upstream", "client"] = "upstream"
    ca_file: Path | None = None
    connect_timeout_s: float = Field(default=5.0, gt=0)
    total_timeout_s: float = Field(default=60.0, gt=0)
    answer_limit_mb: int = Field(default=64, ge=1)
    client: Literal["direct", "aiohttp"] = "direct"
    resolve: dict[Place, Place] = {}


class ForwardSettings(Section):
    """The other door: a proxy that looks into what it forwards. It listens where `listen` says, if anywhere.
    `hosts`: what clients may ask besides the upstreams, as HOST, HOST:PORT or URL. `networks`: those that their names
    may lead into, besides public addresses. `users_file`: who may use it; on loopback anybody may, unless given."""

    listen: str | None = None
    hosts: tuple[str, ...] = ()
    networks: tuple[IPvAnyNetwork, ...] = ()
    users_file: Path | None = None


class CassetteSettings(Section):
    """What is recorded where, and how it takes part. `modes`: exceptions by operation id. `max_age_days`: how long a
    recording is good for, from its first exchange on; `on_age`: what becomes of an older one."""

    path: Path | None = None
    mode: ModeName = "passthrough"
    modes: dict[str, ModeName] = {}
    max_age_days: float | None = Field(default=None, gt=0)
    on_age: Literal["warn", "fail"] = "warn"


class ScopeSettings(Section):
    """What is replayed apart. `by`: what tells scopes apart where neither a listener nor a header names one. `count`:
    how many scopes have listeners from the start. `report`: the file that is told at the end what was used."""

    by: Literal["project", "token", "user"] | None = None
    count: int = Field(default=0, ge=0, le=256)
    report: Path | None = None
    require_all_used: bool = False


class ReplaySettings(Section):
    """How a recording is replayed. `progress`: when a poll goes on to the next recorded state, with exceptions by
    operation id; `steps`: how often rule `step` gives each state. `speed`: how many recorded seconds pass in one.
    `times`: whether answers show the recorded times or as if all had begun now. `seed`: what ids are made from.
    `state`: the file in which several gateways share their scopes."""

    progress: ProgressName = "hybrid"
    progress_by_operation: dict[str, ProgressName] = {}
    steps: int = Field(default=1, ge=1)
    speed: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    times: Literal["recorded", "shifted"] = "recorded"
    seed: str = ""
    state: Path | None = None


class CheckSettings(Section):
    """How strictly requests are judged. `severities`: what becomes of single rules, by `rule` or `rule@operation`.
    `volume_types`: disk types of the region beyond the documented ones. `undocumented`: forward, unless policies are
    enforced."""

    validation: Level = Level.ENFORCE
    undocumented: Undocumented | None = None
    severities: dict[str, Literal["reject", "warn", "off"]] = {}
    volume_types: tuple[str, ...] = ()


class IdentitySettings(Section):
    """Who may come in. `accept`: the kinds of credentials that are verified here; none leaves it to the cloud.
    `iam_url`: who is asked about tokens, the IAM upstream unless given. `upstream_…_file`: the gateway's own
    credential, sent up in place of the client's signature or development token."""

    accept: tuple[Literal["token", "signature", "dev"], ...] = ()
    iam_url: WebUrl | None = None
    cache_s: float = Field(default=300, ge=0, le=300)
    timeout_s: float = Field(default=10, gt=0)
    keys_file: Path | None = None
    dev_tokens_file: Path | None = None
    upstream_key_file: Path | None = None
    upstream_token_file: Path | None = None


class PolicySettings(Section):
    """Who may do what: a policy folder, how strictly it is held, and how much a denied client is told. `source`:
    whether the folder is the operator's, or holds what was published in the store."""

    path: Path | None = None
    source: Literal["folder", "store"] = "folder"
    level: Level = Level.ENFORCE
    detail: Literal["none", "action", "statement", "full"] = "action"


class VerifySettings(Section):
    """How a live service is held against a cassette. `sandbox`: writes are sent too. `values`: these count as well.
    `report`: the file that is told at the end what was found."""

    sandbox: bool = False
    values: bool = False
    report: Path | None = None


class AuditLevelSettings(Section):
    """How much the audit trail keeps of the requests that a rule fits. `operation` and `principal` are patterns with
    `*`; `writes` and `denied` fit both unless given."""

    keep: Literal["none", "metadata", "request", "request_response"]
    operation: str = "*"
    principal: str = "*"
    writes: bool | None = None
    denied: bool | None = None


class AuditSettings(Section):
    """The audit trail. `trail`: whether there is one; unless given, `serve` keeps one and an embedded gateway none.
    `path`: its folder, `audit` in the data folder unless given. `levels`: rules that come before the usual ones.
    `on_failure`: what becomes of reads that cannot be recorded, writes are refused then. `durability`: what a record
    outlives. `anchors`: where the signed heads of the chain are said: the log, stdout, syslog, or a file."""

    trail: Literal["on", "off"] | None = None
    path: Path | None = None
    levels: tuple[AuditLevelSettings, ...] = ()
    on_failure: Literal["block", "shed"] = "block"
    durability: Literal["process", "power"] = "process"
    anchors: str = Field(default="log", min_length=1)
    rotate_mb: int = Field(default=64, ge=1)


class InspectorTokenSettings(Section):
    """A token that lets somebody look at the inspector from elsewhere: whose it is, and what it lets see. It is told by
    its SHA-256 (`sha256`), by a file that holds it, or by an environment variable."""

    name: str = Field(min_length=1, max_length=128)
    rights: tuple[Literal["view", "bodies"], ...] = ("view",)
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    file: Path | None = None
    env: str | None = None

    @model_validator(mode="after")
    def _is_told_once(self) -> InspectorTokenSettings:
        if sum(each is not None for each in (self.sha256, self.file, self.env)) != 1:
            raise ValueError("expected one of sha256, file and env")
        return self


class InspectorSettings(Section):
    """The page on the admin listener. `listeners`: how many may follow the trail at once. `tokens`: who may look from
    elsewhere; on loopback anybody may."""

    enabled: bool = True
    listeners: int = Field(default=64, ge=1, le=1024)
    tokens: tuple[InspectorTokenSettings, ...] = ()


class TraceSettings(Section):
    """Traces. `export`: where spans go; how, OpenTelemetry takes from its own environment (`OTEL_…`)."""

    export: Literal["off", "otlp"] = "off"


class SimulatorSettings(Section):
    """The simulator behind mode `simulate`."""

    settle_ms: int = Field(default=500, ge=0)
    seed: str = "evs"


class Settings(Section):
    """All settings of one gateway. `store` is the PostgreSQL that it shares with others, if any. `faults` are declared
    in tables, or in a file of them that is named."""

    data: Path = Path("evs-gateway-data")
    store: StoreUrl | None = None
    listen: ListenSettings = ListenSettings()
    upstream: UpstreamSettings = UpstreamSettings()
    forward: ForwardSettings = ForwardSettings()
    cassette: CassetteSettings = CassetteSettings()
    scopes: ScopeSettings = ScopeSettings()
    replay: ReplaySettings = ReplaySettings()
    checks: CheckSettings = CheckSettings()
    identity: IdentitySettings = IdentitySettings()
    policies: PolicySettings = PolicySettings()
    simulator: SimulatorSettings = SimulatorSettings()
    verify: VerifySettings = VerifySettings()
    audit: AuditSettings = AuditSettings()
    inspector: InspectorSettings = InspectorSettings()
    traces: TraceSettings = TraceSettings()
    faults: tuple[FaultSettings, ...] = ()

    @property
    def mode(self) -> Mode:
        return SETTLED[self.cassette.mode]

    @property
    def undocumented(self) -> Undocumented:
        """What becomes of undocumented operations: where policies are enforced nobody may walk around them."""
        if self.checks.undocumented is not None:
            return self.checks.undocumented
        enforced = self.policies.path is not None and self.policies.level is Level.ENFORCE
        return Undocumented.REFUSE if enforced else Undocumented.FORWARD

    @property
    def trail_folder(self) -> Path:
        return self.audit.path or self.data / "audit"

    @property
    def modes(self) -> Mapping[str, Mode]:
        return {operation: SETTLED[name] for operation, name in self.cassette.modes.items()}


@dataclass(frozen=True, slots=True)
class Origins:
    """Settings with the place each given value came from, by dotted name; names not listed are defaults."""

    settings: Settings
    places: Mapping[str, str]


Given = tuple[str, str, Any]
"""A value with the place it was given at and the dotted name of its setting: (place, name, value)."""


def load(
    flags: Iterable[Given] = (), file: Path | None = None, environment: Mapping[str, str] | None = None
) -> Origins:
    """Read the settings. A flag whose value is None was not given; a named `file` must exist.

    Errors: SettingsError that names the place, the setting, what was found and what was expected.
    """
    layers = (
        *_file_layer(file),
        *_environment_layer(os.environ if environment is None else environment),
        *(flag for flag in flags if flag[2] is not None),
    )
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for place, name, value in layers:
        _check_known(place, name)
        _put(values, name.split("."), _read(name, value))
        places[name] = place
    return Origins(_validated(values, places), places)


def _file_layer(file: Path | None) -> Iterator[Given]:
    path = file or DEFAULT_FILE
    if file is None and not path.exists():
        return
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); expected a settings file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not a TOML file ({error})") from error
    for name, value in _flattened(document):
        yield str(path), name, value


def _flattened(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and name not in FREE_TABLES:
            yield from _flattened(value, f"{name}.")
        else:
            yield name, value


def _environment_layer(environment: Mapping[str, str]) -> Iterator[Given]:
    for variable, value in sorted(environment.items()):
        if variable.startswith(ENVIRONMENT_PREFIX):
            name = variable.removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", ".")
            yield f"environment variable {variable}", name, _listed(name, value)


def _listed(name: str, value: str) -> Any:
    return tuple(value.split()) if name in LISTS else value


def _names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from _names(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


NAMES = tuple(_names(Settings))
FREE_TABLES = frozenset({"upstream.resolve", "cassette.modes", "replay.progress_by_operation", "checks.severities"})
LISTS = frozenset({"upstream.origins", "forward.hosts", "forward.networks", "checks.volume_types", "identity.accept"})


def _check_known(place: str, name: str) -> None:
    if name in NAMES:
        return
    near = difflib.get_close_matches(name, NAMES, 1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(NAMES)}"
    raise SettingsError(f"{place}: unknown setting {name!r}{hint}")


def _read(name: str, value: Any) -> Any:
    """Return a value as it is, or what the file says that it names."""
    return declared_in(Path(value)) if name == "faults" and isinstance(value, str | Path) else value


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    for key in path[:-1]:
        values = values.setdefault(key, {})
    values[path[-1]] = value


def _validated(values: Mapping[str, Any], places: Mapping[str, str]) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError("\n".join(_explained(error, places))) from error


def _explained(error: ValidationError, places: Mapping[str, str]) -> Iterator[str]:
    for fault in error.errors(include_url=False):
        name = ".".join(str(part) for part in fault["loc"])
        known = next((known for known in places if name == known or name.startswith(f"{known}.")), name)
        message = fault["msg"].removeprefix("Value error, ")
        found = _PASSWORD.sub("…", _USERINFO.sub("//…@", str(fault["input"])))[:80]
        yield f"{places.get(known, 'settings')}: {name} is {found!r}: {message}"
