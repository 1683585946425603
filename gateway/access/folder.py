"""A policy folder as bytes, and the set it makes. One bad file refuses the whole set, and all bad files are named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType

from gateway.access.documents import Document, Grant, read_document
from gateway.access.policy_set import Policy, PolicySet
from gateway.access.set_file import Entry, Layer, read_set_file
from gateway.errors import PolicyError


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a policy folder: the set file, the documents it lists as far as they are there, and the JSON files
    that it does not list. `label` stands before file names in errors."""

    set_text: bytes
    documents: Mapping[str, bytes]
    unlisted: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    set_name: str = "policy-set.yaml"
    label: str = ""

    @property
    def digest(self) -> str:
        """A hash of all that decides, equal for equal folders wherever they lie."""
        whole = sha256(self.set_text)
        for name in sorted(self.documents):
            whole.update(sha256(name.encode()).digest() + sha256(self.documents[name]).digest())
        return whole.hexdigest()


def read_policy_set(folder: Folder) -> PolicySet:
    """Return the set that a folder holds. Errors: PolicyError that names every file which cannot be used."""
    file = read_set_file(folder.set_text, f"{folder.label}{folder.set_name}")
    read = list(_documents(folder, file.entries))
    wrong = [str(each) for each in read if isinstance(each, PolicyError)]
    if wrong:
        raise PolicyError("\n".join(wrong))
    policies = [
        Policy(document, entry.layer, entry.level)
        for entry, document in zip(file.entries, read, strict=True)
        if isinstance(document, Document)
    ]
    return PolicySet(file.around, policies, file.bindings, file.groups, folder.digest)


def _documents(folder: Folder, entries: tuple[Entry, ...]) -> Iterator[Document | PolicyError]:
    for entry in entries:
        try:
            yield _document(folder, entry)
        except PolicyError as error:
            yield error


def _document(folder: Folder, entry: Entry) -> Document:
    text = folder.documents.get(entry.file)
    if text is None:
        raise entry.place.error(f"{entry.file!r} is not there, or leads out of the policy folder")
    document = read_document(text, f"{folder.label}{entry.file}", entry.name)
    if entry.layer is Layer.GUARDRAIL:
        _check_guardrail(document)
    return document


def _check_guardrail(document: Document) -> None:
    for statement in document.statements:
        if statement.grant is Grant.ALLOW:
            raise statement.place.error("a guardrail denies only; put an Allow into a policy of the identity layer")
