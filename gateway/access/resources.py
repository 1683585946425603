"""Resource names, and which patterns mean them: five segments `service:region:account:type:id`.

A Deny asks whether a pattern may mean a resource, an Allow whether it surely does. The two differ for a thing that does
not exist yet and for one that a request needs without naming it.

Source: policy research, b.2 and b.3; policy-format rules 4, 5 and 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from gateway.access.words import Test, folded, is_uuid, pattern


class Thing(NamedTuple):
    """A resource that a request needs an action on. Without an `id` it is one that no name stands for: `is_new` when
    it is yet to be made, else one that exists and is not known. `account` is None when the principal's is not known."""

    service: str
    region: str
    account: str | None
    type: str
    id: str | None
    is_new: bool = False

    @property
    def urn(self) -> str:
        name = "*" if self.id is None else folded(self.id)
        return f"{self.service}:{self.region}:{self.account or ''}:{self.type}:{name}"


@dataclass(frozen=True, slots=True)
class ResourcePattern:
    """A Resource of a statement. `lowered` tests UUIDs, which are the same in either case."""

    text: str
    service: Test
    region: Test
    account: Test
    type: Test
    id: Test
    lowered: Test
    any_id: bool

    @property
    def is_all(self) -> bool:
        return is_all(self.text)

    def surely_means(self, thing: Thing) -> bool:
        """True when the pattern means the resource whatever is not known of it."""
        account = self.account(thing.account or "")
        return account and self._means_kind(thing) and (self.any_id if thing.id is None else self._means_id(thing.id))

    def may_mean(self, thing: Thing) -> bool:
        """True when the pattern means the resource, or could."""
        if not self._means_kind(thing) or not (thing.account is None or self.account(thing.account)):
            return False
        if thing.id is None:
            return self.any_id or not thing.is_new
        return self._means_id(thing.id)

    def _means_kind(self, thing: Thing) -> bool:
        return self.service(thing.service) and self.region(thing.region) and self.type(thing.type)

    def _means_id(self, name: str) -> bool:
        return self.any_id or (self.lowered(name.lower()) if is_uuid(name) else self.id(name))


def is_all(text: str) -> bool:
    """True for the two ways to write all resources, those without a name included."""
    return text in ("*", "*:*:*:*:*")


def read_pattern(text: str) -> ResourcePattern:
    """Return the pattern that a Resource is. Errors: ValueError that says what is wrong with it."""
    if is_all(text):
        text = "*:*:*:*:*"
    parts = text.split(":", 4)
    if parts[0].lower() == "arn":
        raise ValueError(f"{text!r} is a name of another cloud; write service:region:account:type:id")
    if len(parts) != 5 or not parts[4]:
        raise ValueError(f"{text!r} must be * or have five segments: service:region:account:type:id")
    service, region, account, kind, name = parts
    return ResourcePattern(
        text,
        pattern(service.lower()),
        pattern(region),
        pattern(folded(account)),
        pattern(kind),
        pattern(name),
        pattern(name.lower()),
        not name.strip("*"),
    )
