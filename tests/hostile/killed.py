"""A gateway that records what four clients do and is killed, again and again: processes, clients and what they saw.

The programs of the gateway are loaded once, by a process that forks a gateway each time; the gateway is the whole
one, with its listeners, and is killed by SIGKILL.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Any

PROJECT = "5dd0b0056f3d47b6ab4121667d35621a"
CLIENTS = 4
_HEADERS = {"X-Auth-Token": "token-of-a-client", "Content-Type": "application/json"}

_FORKS = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from gateway.fronts.gateway import run
from gateway.session import settled
from gateway.settings import load

for line in sys.stdin:
    if os.fork():
        os.wait()
        print(flush=True)
        continue
    given = [("test", name, value) for name, value in json.loads(line).items()]
    run(settled(load(given, environment={}).settings), lambda said: print(json.dumps(dict(said)), flush=True))
"""


class Forks:
    """Starts gateways that record from the simulator into a cassette."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", _FORKS, str(Path(__file__).parents[2])]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, cassette: Path, data: Path) -> Killable:
        """Return a gateway that answers."""
        settings = {
            "cassette.mode": "simulate",
            "cassette.path": str(cassette),
            "data": str(data),
            "listen.public": "127.0.0.1:0",
            "listen.admin": "127.0.0.1:0",
        }
        self._say(json.dumps(settings))
        said = json.loads(self._heard())
        gateway = Killable(said["pid"], int(said["public"].rpartition(":")[2]), self._heard)
        self._last = gateway
        return gateway

    def close(self) -> None:
        """End everything, also a gateway that a failed test has left."""
        if self._last is not None:
            self._last.kill()
        self._process.kill()
        self._process.communicate()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _heard(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@dataclass(frozen=True, slots=True)
class Killable:
    """A gateway that runs: its process, its port, and what returns when it is gone."""

    pid: int
    port: int
    gone: Callable[[], str]

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


@dataclass(slots=True)
class Diary:
    """What the clients of one round asked, and what was answered whole. `moment` is the number of the request after
    which the gateway is killed: when it was sent, or when it was answered."""

    gateway: Killable
    moment: int
    on_answer: bool
    asked: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def ask(self, name: str) -> None:
        self._note(self.asked, name, not self.on_answer)

    def answer(self, name: str) -> None:
        self._note(self.answered, name, self.on_answer)

    def _note(self, names: list[str], name: str, counts: bool) -> None:
        with self.lock:
            names.append(name)
            if counts and len(names) == self.moment:
                self.gateway.kill()


def let_clients_work(gateway: Killable, label: str, moment: int, on_answer: bool) -> Diary:
    """Return what four clients have seen when the gateway is gone."""
    diary = Diary(gateway, moment, on_answer)
    clients = [Thread(target=_work, args=(diary, f"{label}-{number}")) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    gateway.gone()
    return diary


def _work(diary: Diary, client: str) -> None:
    """Make disks and look for them, until nobody answers any more."""
    connection = http.client.HTTPConnection("127.0.0.1", diary.gateway.port, timeout=20)
    number = 0
    try:
        while True:
            number += 1
            _create(connection, diary, f"w-{client}-{number}")
            _look(connection, diary, f"r-{client}-{number}")
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()
        diary.gateway.kill()


def _create(connection: http.client.HTTPConnection, diary: Diary, name: str) -> None:
    volume = {"name": name, "size": 10, "availability_zone": "az-dc-1", "volume_type": "SSD"}
    body = json.dumps({"volume": volume})
    connection.request("POST", f"/v2/{PROJECT}/volumes", body, _HEADERS)
    diary.ask(name)
    answer = connection.getresponse()
    created: dict[str, Any] = json.loads(answer.read())
    assert (answer.status, created["volume"]["name"]) == (202, name)
    diary.answer(name)


def _look(connection: http.client.HTTPConnection, diary: Diary, name: str) -> None:
    connection.request("GET", f"/v2/{PROJECT}/volumes?name={name}", headers=_HEADERS)
    diary.ask(name)
    answer = connection.getresponse()
    found = json.loads(answer.read())
    assert (answer.status, found["volumes"]) == (200, [])
    diary.answer(name)
