"""What the files of a text cassette may hold. People edit them: a member that is wrong is named."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

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


class ExchangeForm(Form):
    operation: str
    started_ms: OffsetMs
    completed_ms: OffsetMs
    connection: str
    credential: CredentialClass
    redactions: list[str]
    findings: list[str] = Field(default_factory=list)
    request: RequestForm
    response: ResponseForm


class FormatForm(BaseModel):
    """What every format has in common, whatever else a later one adds."""

    model_config = ConfigDict(strict=True)

    kind: Literal["evs-gateway cassette"]
    format: int


class HeaderForm(Form):
    kind: Literal["evs-gateway cassette"]
    format: int
    name: str
    specification: str
    exchanges: int
    recorded_at: str | None = None


FormT = TypeVar("FormT", bound=BaseModel)


def parsed(form: type[FormT], name: str, content: bytes) -> FormT:
    """Return a file's content as the form it must have.

    Errors: CassetteError that names the file and the first member that is wrong.
    """
    try:
        return form.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        member = ".".join(str(step) for step in first["loc"]) or "the file"
        raise CassetteError(f"{name}: {member}: {first['msg']}") from error
