"""`cassette verify` tells whether a cassette is as it was written, and `cassette seal` vouches for one that is not."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cassette.integrity import MOST_FAULTS
from gateway.cli import cassette as verb
from gateway.errors import CassetteError, DifferenceError
from gateway.stores.cassettes import open_cassette
from gateway.stores.copying import write_cassette
from gateway.stores.keys import installation_key
from gateway.stores.ledger import Ledger
from tests.cli.test_cassette_forms import SAMPLE
from tests.stores.sample_exchanges import exchange


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(verb.command, [str(argument) for argument in arguments])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    installation_key(folder)
    return folder


@pytest.fixture
def store(tmp_path: Path, data: Path) -> Path:
    path = tmp_path / "one.sqlite"
    assert _run("import", SAMPLE, path, "--data", data).exit_code == 0
    return path


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "one.cassette"
    assert _run("import", SAMPLE, path).exit_code == 0
    return path


def _integrity(path: Path, *arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_run("verify", path, "--json", *arguments).stdout)["integrity"]
    return found


def _verdicts(found: dict[str, Any]) -> tuple[str, ...]:
    return tuple(found[name]["verdict"] for name in ("content", "order", "completeness"))


def _places(found: dict[str, Any]) -> list[str]:
    return [fault["place"] for name in ("content", "order", "completeness") for fault in found[name]["faults"]]


GOOD = ("good", "good", "good")
SWAP = "UPDATE exchanges SET seq = -1 WHERE seq = 5; UPDATE exchanges SET seq = 5 WHERE seq = 12; "


def test_a_cassette_as_written_is_good(store: Path, data: Path) -> None:
    result = _run("verify", store, "--data", data, "--strict")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "content: good: every exchange is as it was written",
            "order: good: the exchanges stand as they were written",
            "completeness: good: all 48 exchanges are there",
        ],
    )


@pytest.mark.parametrize(
    ("sql", "verdicts", "place"),
    [
        ("UPDATE exchanges SET response_body = x'7b7d' WHERE seq = 7", ("bad", "good", "good"), "exchange 7"),
        ("DELETE FROM exchanges WHERE seq = 9", ("good", "bad", "bad"), "exchange 10"),
        (SWAP + "UPDATE exchanges SET seq = 12 WHERE seq = -1", ("good", "bad", "good"), "exchange 5"),
        ("DELETE FROM exchanges WHERE seq > 38", ("good", "good", "bad"), "the end"),
        (
            "DELETE FROM exchanges WHERE seq > 38; UPDATE head SET count = 38, mac = "
            "(SELECT mac FROM exchanges WHERE seq = 38)",
            ("good", "good", "bad"),
            "the end",
        ),
    ],
    ids=["edited", "deleted", "swapped", "cut", "cut-with-its-head"],
)
def test_what_was_done_to_a_store_shows_in_its_verdict_and_where(
    store: Path, data: Path, sql: str, verdicts: tuple[str, ...], place: str
) -> None:
    with sqlite3.connect(store) as connection:
        connection.executescript(sql)
    connection.close()
    found = _integrity(store, "--data", data)
    assert _verdicts(found) == verdicts
    assert _places(found)[0] == place
    result = _run("verify", store, "--data", data)
    assert isinstance(result.exception, DifferenceError)
    assert str(result.exception).startswith(f"{store}: is not as it was written; `cassette seal` vouches")


def test_one_byte_of_the_file_is_enough(store: Path, data: Path) -> None:
    content = store.read_bytes()
    at = content.index(b"SSD")
    store.write_bytes(content[:at] + b"\xff" + content[at + 1 :])
    assert _verdicts(_integrity(store, "--data", data)) == ("bad", "good", "good")


def test_a_row_that_cannot_be_read_is_named_and_ends_with_four(store: Path, data: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE exchanges SET response_headers = 'x', key = x'00' WHERE seq = 3")
        connection.execute("UPDATE exchanges SET mac = 5 WHERE seq = 4")
    connection.close()
    result = _run("verify", store, "--data", data)
    assert isinstance(result.exception, DifferenceError)
    assert "exchange 4: is not as it was written" in result.stdout


def test_without_the_key_content_cannot_be_told(store: Path, tmp_path: Path) -> None:
    found = _integrity(store, "--data", tmp_path / "elsewhere")
    assert _verdicts(found) == ("unknown", "good", "good")
    assert found["content"]["says"] == "cannot be told: 48 hashed with the key of another installation"
    result = _run("verify", store, "--data", tmp_path / "elsewhere", "--strict")
    assert str(result.exception) == f"{store}: cannot be told to be as it was written"


def test_a_key_that_an_import_makes_serves_for_the_hashes_too(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    _run("import", SAMPLE, path, "--data", tmp_path / "new")
    found = _integrity(path, "--data", tmp_path / "new")
    assert found["content"]["says"] == "every exchange is as it was written"
    assert found["completeness"]["says"] == "all 48 exchanges are there"


def test_without_a_data_folder_hashes_are_plain(tmp_path: Path) -> None:
    plain = tmp_path / "two.sqlite"
    write_cassette(plain, open_cassette(SAMPLE).read())
    assert _integrity(plain)["content"]["says"].endswith("by hashes without a key, which show accidents only")


def test_edits_of_the_text_are_told_and_fail_only_when_strict(text: Path) -> None:
    name = sorted(text.glob("*.json"))[2].name
    (text / name).write_bytes((text / name).read_bytes().replace(b'"operation"', b' "operation"'))
    found = _integrity(text)
    assert _verdicts(found) == ("bad", "good", "good")
    assert found["content"]["faults"] == [{"place": name, "says": "was edited"}]
    assert _run("verify", text).exit_code == 0
    assert isinstance(_run("verify", text, "--strict").exception, DifferenceError)


def test_a_seal_vouches_for_an_edited_text(text: Path) -> None:
    name = sorted(text.glob("*.json"))[2].name
    (text / name).write_bytes((text / name).read_bytes().replace(b'"operation"', b' "operation"'))
    sealed = _run("seal", text, "--by", "Zoë", "--reason", "indented")
    assert (sealed.exit_code, sealed.stderr.endswith(f"by Zoë: indented ({name} was edited)\n")) == (0, True)
    found = _integrity(text)
    assert _verdicts(found) == GOOD
    [seal] = found["seals"]
    assert (seal["by"], seal["reason"], seal["note"]) == ("Zoë", "indented", f"{name} was edited")
    assert _run("verify", text, "--strict").stdout.splitlines()[-1].endswith(f"by Zoë: indented ({name} was edited)")
    _run("seal", text, "--by", "Max", "--reason", "seen")
    assert [seal["note"] for seal in _integrity(text)["seals"]] == [f"{name} was edited", "as it was written"]


def test_a_seal_vouches_for_an_edited_store_with_a_chain_of_its_own(store: Path, data: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.executescript("UPDATE exchanges SET status = 299 WHERE seq = 7; DELETE FROM exchanges WHERE seq = 9")
    connection.close()
    assert _run("seal", store, "--by", "Zoë", "--reason", "tidied", "--data", data).exit_code == 0
    found = _integrity(store, "--data", data)
    assert _verdicts(found) == GOOD
    assert found["seals"][0]["note"].startswith("exchange 7 is not as it was written; exchange 10 follows exchange 8")
    before = store.read_bytes()[:100]
    _run("seal", store, "--by", "Max", "--reason", "seen", "--data", data)
    assert [seal["by"] for seal in _integrity(store, "--data", data)["seals"]] == ["Zoë", "Max"]
    assert before[:16] == b"SQLite format 3\0"


def test_a_store_that_is_open_elsewhere_is_not_written_anew(store: Path, data: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE exchanges SET status = 299 WHERE seq = 7")
    connection.close()
    reading = open_cassette(store)
    next(iter(reading.read()))
    result = _run("seal", store, "--by", "Zoë", "--reason", "tidied", "--data", data)
    assert isinstance(result.exception, CassetteError)
    assert "is open elsewhere; finish the recording or replay first" in str(result.exception)
    reading.close()


def test_many_faults_end_in_a_number(store: Path, data: Path) -> None:
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE exchanges SET status = status + 1")
    connection.close()
    result = _run("seal", store, "--by", "Zoë", "--reason", "all new", "--data", data)
    assert result.stderr.endswith("; and 43 more)\n")


def test_only_anchors_of_the_same_key_count(store: Path, data: Path) -> None:
    (data / "anchors.jsonl").write_text("{}\n")
    says = _integrity(store, "--data", data)["completeness"]["says"]
    assert says.endswith("as far as the cassette itself can tell: nothing was told about it outside")
    assert Ledger.found(data).anchors == data / "anchors.jsonl"


def test_of_many_faults_the_first_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    path = tmp_path / "many.sqlite"
    write_cassette(path, (exchange(number) for number in range(MOST_FAULTS + 7)))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE exchanges SET status = 299")
    connection.close()
    assert "\n  and 7 more\norder: good" in _run("verify", path, "--data", tmp_path).stdout


def test_a_form_of_another_tool_has_no_verdicts(tmp_path: Path) -> None:
    path = tmp_path / "one.har"
    _run("export", SAMPLE, path)
    assert "content:" not in _run("verify", path).stdout
    path.write_text("{}")
    assert isinstance(_run("verify", path).exception, CassetteError)
