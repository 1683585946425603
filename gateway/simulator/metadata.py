"""Metadata in all its forms, the same for disks and snapshots: POST merges, PUT replaces, one key at a time.

Source: 7.1.10 to 7.1.15, 7.3.7 to 7.3.12; that PUT replaces is Cinder's reading of reference-notes 33.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.simulator.calls import Answer, Call, Handler, Outcome
from gateway.simulator.reading import pairs
from gateway.simulator.snapshots import found_snapshot
from gateway.simulator.state import State, keep_snapshot, keep_volume
from gateway.simulator.things import Metadata
from gateway.simulator.volumes import found_volume


@dataclass(frozen=True, slots=True)
class Change:
    """What to answer, and what the metadata is afterwards, None when it stays."""

    answer: Answer
    after: Metadata | None = None


Work = Callable[[Metadata, Call], Change | Fault]


def of_volume(work: Work) -> Handler:
    """Return the handler that does this to the metadata of a disk."""

    def handle(state: State, call: Call) -> Outcome:
        volume = found_volume(state, call)
        if isinstance(volume, Fault):
            return volume
        return _finished(
            work(volume.metadata, call), lambda after: keep_volume(state, volume, call.now, metadata=after)
        )

    return handle


def of_snapshot(work: Work) -> Handler:
    """Return the handler that does this to the metadata of a snapshot."""

    def handle(state: State, call: Call) -> Outcome:
        snapshot = found_snapshot(state, call)
        if isinstance(snapshot, Fault):
            return snapshot
        return _finished(
            work(snapshot.metadata, call), lambda after: keep_snapshot(state, snapshot, call.now, metadata=after)
        )

    return handle


def _finished(done: Change | Fault, keep: Callable[[Metadata], object]) -> Outcome:
    if isinstance(done, Change):
        if done.after is not None:
            keep(done.after)
        return done.answer
    return done


def _whole(metadata: Metadata) -> Answer:
    return Answer({"metadata": {**metadata}})


def show_all(metadata: Metadata, _call: Call) -> Change:
    """Show all pairs."""
    return Change(_whole(metadata))


def merge(metadata: Metadata, call: Call) -> Change:
    """Add or update the pairs sent, and show all."""
    after = {**metadata, **pairs(call.body("metadata"))}
    return Change(_whole(after), after)


def replace_all(_metadata: Metadata, call: Call) -> Change:
    """Keep the pairs sent and no others, and show them."""
    after = pairs(call.body("metadata"))
    return Change(_whole(after), after)


def show_one(metadata: Metadata, call: Call) -> Change | Fault:
    """Show the pair of the key in the path. Errors: 404 when there is none."""
    key = call.value("key")
    return Change(Answer({"meta": {key: metadata[key]}})) if key in metadata else faults.NOT_FOUND


def update_one(metadata: Metadata, call: Call) -> Change:
    """Add or update one pair, and show it."""
    sent = pairs(call.body("meta"))
    return Change(Answer({"meta": {**sent}}), {**metadata, **sent})


def delete_one(metadata: Metadata, call: Call) -> Change | Fault:
    """Delete the pair of the key in the path. Errors: 404 when there is none."""
    gone = call.value("key")
    if gone not in metadata:
        return faults.NOT_FOUND
    return Change(Answer(), {key: value for key, value in metadata.items() if key != gone})
