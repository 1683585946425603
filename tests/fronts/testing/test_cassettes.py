from __future__ import annotations

from pathlib import Path

import pytest

from gateway.fronts.testing.cassettes import cassette_of, file_name, renewed

FILE = Path("/p/tests/test_disks.py")
FOLDER = Path("/p/tests/cassettes/test_disks")


def test_a_cassette_lies_beside_the_test_file() -> None:
    assert cassette_of(FILE, "TestLife.test_create[SSD]") == FOLDER / "TestLife.test_create[SSD].cassette"


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ("life", FOLDER / "life.cassette"),
        ("life-1.2", FOLDER / "life-1.2.cassette"),
        ("life.cassette", FOLDER / "life.cassette"),
        ("life.sqlite", FOLDER / "life.sqlite"),
        ("../shared/life", FOLDER / "../shared/life.cassette"),
        ("/elsewhere/life", Path("/elsewhere/life.cassette")),
    ],
)
def test_a_name_is_a_path_from_there(named: str, path: Path) -> None:
    assert cassette_of(FILE, "test_create", named) == path


def test_names_that_had_to_be_changed_stay_apart() -> None:
    names = [file_name(name) for name in ("test[a/b]", "test[a b]", "test[ä]", "test[a-b]", "t" * 400, "t" * 401)]
    assert names[3] == "test[a-b]"
    assert len(set(names)) == len(names)
    assert all("/" not in name and len(f"{name}.cassette") < 200 for name in names)


def write(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "cassette.json").write_text(text)


def test_a_good_one_takes_the_place(tmp_path: Path) -> None:
    cassette = tmp_path / "deep" / "a.cassette"
    for text in ("first", "second"):
        with renewed(cassette, lambda: True) as fresh:
            assert fresh.name == cassette.name
            write(fresh, text)
        assert (cassette / "cassette.json").read_text() == text
    assert list(cassette.parent.iterdir()) == [cassette]


def test_a_bad_one_leaves_the_old_one(tmp_path: Path) -> None:
    cassette = tmp_path / "a.cassette"
    write(cassette, "old")
    with renewed(cassette, lambda: False) as fresh:
        write(fresh, "new")
    with renewed(cassette, lambda: True):
        """Nothing was recorded."""
    assert (cassette / "cassette.json").read_text() == "old"
    assert list(tmp_path.iterdir()) == [cassette]


def test_the_old_one_comes_back_when_the_new_one_cannot_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cassette = tmp_path / "a.cassette"
    write(cassette, "old")
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if target == cassette and path.name == cassette.name:
            raise OSError("no")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="no"), renewed(cassette, lambda: True) as fresh:
        write(fresh, "new")
    assert (cassette / "cassette.json").read_text() == "old"
