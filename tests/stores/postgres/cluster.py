"""A PostgreSQL of the tests' own: Debian's, on a socket of its own, stopped and started at will."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
# The server refuses to run as root; Debian's package has made this user for it.
_AS = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


class Cluster:
    """A server with one database. `url` is where it is found, whether it runs or not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        if _AS:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "evs", "--no-sync", "--encoding=UTF8")
        self.start()

    def start(self) -> None:
        options = f"-k {self._folder} -c listen_addresses='' -F"
        self._run("pg_ctl", "-D", str(self._data), "-o", options, "-l", str(self._folder / "log"), "-w", "start")

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", how, "-w", "stop")

    def database(self, name: str) -> str:
        """Make a database and return its address."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return self._address(name)

    def _address(self, database: str) -> str:
        return f"postgresql://evs@/{database}?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*_AS, str(BINARIES[-1] / program), *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
