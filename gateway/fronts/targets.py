"""Looking up what requests name, for policies that ask about its state: once a little while for each asker."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cachetools import TTLCache

from gateway.access.facts import Target
from gateway.access.targets import target_in
from gateway.access.values import ABSENT
from gateway.http.messages import Response
from gateway.seams import LookUp, Service, Upstream

# A state is remembered for a burst of calls and no longer: disks change.
KEPT_S = 2.0
KEPT = 4096


class Targets:
    """Knows the state of disks and snapshots, asking the cloud with the credentials of the request that needs it."""

    def __init__(self, upstreams: Mapping[Service, Upstream], clock: Callable[[], float]) -> None:
        self._upstreams = upstreams
        self._known: TTLCache[object, Target] = TTLCache(KEPT, KEPT_S, clock)
        self._writes = 0

    def forget(self) -> None:
        """Forget every state: something was written, and one thing's state hangs on another's."""
        self._writes += 1
        self._known.clear()

    async def state_of(self, look_up: LookUp) -> Target:
        """Return the state of what a request names; ABSENT when it cannot be known, which is not remembered."""
        asked = (look_up.arrival.principal, look_up.forward.request.target)
        known = self._known.get(asked, ABSENT)
        if known is not ABSENT:
            return known
        upstream = self._upstreams.get(look_up.forward.service)
        if upstream is None:
            return ABSENT
        before = self._writes
        answer = await upstream.send(look_up.forward.request)
        found = target_in(answer, look_up.named) if isinstance(answer, Response) else ABSENT
        if found is not ABSENT and before == self._writes:
            self._known[asked] = found
        return found
