"""What the files of a text cassette may hold. People edit them: a member that is wrong is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from gateway.cassette.exchange import CredentialClass
from gateway.cassette.text_body import Body
from gateway.errors import CassetteError


def is_latin(text: str) -> str:
    if any(ord(letter) > 255 for letter in text):
        raise ValueError("expected Latin-1 letters only")
    return text


def is_header(line: str) -> str:
    name, colon, _ = line.partition(": ")
    if not (name and colon):
        raise ValueError("expected 'name: value'")
    return is_latin(line)


OffsetMs = Annotated[float, Field(ge=0, le=1e12)]
HeaderLine = Annotated[str, AfterValidator(is_header)]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RequestForm(Form):
    method: str
    target: Annotated[str, AfterValidator(is_latin)]
    headers: list[HeaderLine] = Field(default_factory=list)
    body: Body | None = None


class ResponseForm(Form):
    status: Annotated[int, Field(ge=100, le=999)]
    headers: list[HeaderLine] = Field(default_factory=list)
    body: Body | None = None


class Question(Form):
    """What an exchange and a series have in common. `part` tells the parts of a recording whose clock went back."""

    part: Annotated[int, Field(ge=1)] = 1
    operation: str
    credential: CredentialClass
    redactions: list[str]
    findings: list[str] = Field(default_factory=list)
    request: RequestForm


class ExchangeForm(Question):
    """One exchange."""

    started_ms: OffsetMs
    completed_ms: OffsetMs
    connection: str
    response: ResponseForm


class MomentForm(Form):
    """When an exchange started and was complete, in milliseconds from the start of the recording."""

    started_ms: OffsetMs
    completed_ms: OffsetMs


class SegmentForm(Form):
    """`count` equal answers one after the other: the moments of the first and the last, and who asked. A connection
    `c5..c7` means three, each of which asked once."""

    count: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    connection: str
    first: MomentForm
    last: MomentForm | None = None
    response: ResponseForm

    @model_validator(mode="after")
    def _last_is_told(self) -> SegmentForm:
        if (self.last is None) != (self.count == 1):
            raise ValueError("expected first and last for a count above 1, and first alone for 1")
        return self


class SeriesForm(Question):
    """A request that was repeated, with what was answered in turn."""

    segments: Annotated[list[SegmentForm], Field(min_length=1)]


class FormatForm(BaseModel):
    """What every format has in common, whatever else a later one adds."""

    model_config = ConfigDict(strict=True)

    kind: Literal["evs-gateway cassette"]
    format: int


class CountsForm(Form):
    """How much a cassette holds; only `exchanges` is checked, against files that got lost."""

    exchanges: int
    segments: int = 0
    aliases: dict[str, int] = Field(default_factory=dict)


class HeaderForm(Form):
    """`redaction` names the rules that secrets were removed by, `literals` what looks like an alias and is none,
    `max_age_days` how old the recording may get."""

    kind: Literal["evs-gateway cassette"]
    format: int
    name: str
    specification: str
    redaction: str
    counts: CountsForm
    recorded_at: str | None = None
    max_age_days: Annotated[float, Field(gt=0)] | None = None
    literals: list[str] = Field(default_factory=list)


FormT = TypeVar("FormT", bound=BaseModel)


def parsed(form: type[FormT], name: str, content: bytes, blobs: Mapping[str, bytes] | None = None) -> FormT:
    """Return a file's content as the form it must have.

    Errors: CassetteError that names the file and the first member that is wrong.
    """
    try:
        return form.model_validate_json(content, context=blobs)
    except ValidationError as error:
        first = error.errors()[0]
        member = ".".join(str(step) for step in first["loc"]) or "the file"
        raise CassetteError(f"{name}: {member}: {first['msg']}") from error
