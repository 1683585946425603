"""The demo: every step holds, and its cassette is a good one."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.clients.harness import command, environment


def test_demo_holds_and_saves_a_cassette_that_replays(tmp_path: Path) -> None:
    saved = tmp_path / "saved.cassette"
    done = subprocess.run(
        command("demo", "--save", str(saved)),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every step held." in done.stdout
    for words in (
        "1. Record",
        "2. Replay",
        "3. Refuse",
        "4. Miss",
        "5. Deny",
        "evs:volumes:delete",
        "400  create a disk whose size",
        "request has 777",
    ):
        assert words in done.stdout
    assert (saved / "cassette.json").exists()
