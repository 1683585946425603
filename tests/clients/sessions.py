"""Recording and replaying whole lives, and what is held against them."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest

from . import cinder_life, huawei_life, openstack_life
from .diary import Diary, Pause, in_real_time
from .harness import TWO_PROJECTS, Projects, gateway, simulator

# What the libraries warn about themselves; nothing here can be called differently.
LIBRARY_WARNINGS = [
    # Connecting at all: openstacksdk looks whether it could send statistics.
    pytest.mark.filterwarnings("ignore:Support for InfluxDB:openstack.warnings.RemovedInSDK60Warning"),
    # openstacksdk's own quota and list calls use what it has deprecated.
    pytest.mark.filterwarnings("ignore:The 'service_type' parameter:openstack.warnings.RemovedInSDK50Warning"),
    pytest.mark.filterwarnings("ignore:The _compute_attributes method:openstack.warnings.RemovedInSDK50Warning"),
    # A default that changes with openstacksdk 6.
    pytest.mark.filterwarnings("ignore:The ignore_missing parameter:openstack.warnings.RemovedInSDK60Warning"),
]


class Life(Protocol):
    """A whole life of one client at an address, with a word of its own in every name, in two projects."""

    def __call__(
        self, base_url: str, tag: str, projects: Projects = TWO_PROJECTS, pause: Pause = in_real_time
    ) -> Diary: ...


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded life: what it saw, where it is kept, and where the cloud was."""

    client: str
    life: Life
    seen: Diary
    cassette: Path
    cloud: str


LIVES = {
    "cinder": cinder_life.life,
    "openstack": openstack_life.life,
    "openstack-discovered": openstack_life.discovered_life,
    "huawei": huawei_life.life,
    "huawei-undocumented": huawei_life.undocumented_life,
}
# What each life must have met on its way, where it has such a step.
MET = {
    "no token": (401,),
    "unknown volume": (404,),
    "unknown snapshot": (404,),
    "no size": (400,),
    "no zone": (400,),
    "key is gone": (404,),
    "extend smaller": (400,),
    "delete volume with snapshots": (400,),
    "delete volume with snapshot": (400,),
    "wrong key": (400,),
    "right key": (202,),
    "offer is gone": (404,),
    "spare gone": (404,),
    "volume 0 gone": (404,),
    "volume 1 gone": (404,),
}


def record(folder: Path, cassette: Path, *lives: tuple[Life, str]) -> tuple[list[Diary], str]:
    """Record lives one after the other, and return their diaries with the address of the cloud, now gone."""
    with simulator(folder) as cloud, gateway(folder, "record", cassette, cloud.public) as recorder:
        diaries = [life(recorder.public, tag) for life, tag in lives]
    for diary in diaries:
        hold(diary)
    return diaries, cloud.public


def hold(diary: Diary) -> None:
    """Hold a life to what it must have met, and to links that all led back."""
    met = {step.name: step.statuses for step in diary.steps if step.name in MET}
    assert met == {name: MET[name] for name in met}
    assert diary.wire.strays == []


@contextlib.contextmanager
def trap(address: str) -> Iterator[socket.socket]:
    """Listen where the cloud was, to see whether anyone knocks."""
    parts = urlsplit(address)
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((parts.hostname, parts.port))
        listening.listen()
        listening.setblocking(False)
        yield listening


def knocked(listening: socket.socket) -> bool:
    try:
        listening.accept()
    except BlockingIOError:
        return False
    return True
