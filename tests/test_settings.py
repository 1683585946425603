"""Settings: precedence, origins, and mistakes that explain themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import SettingsError
from gateway.settings import Settings, load


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text)
    return path


def test_defaults_need_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(environment={}).settings == Settings()


def test_flag_beats_environment_beats_file(tmp_path: Path) -> None:
    file = write(tmp_path, '[upstream]\nurl = "http://file"\niam_url = "http://file"\nca_file = "f.pem"\n')
    origins = load(
        [("--upstream", "upstream.url", "http://flag"), ("--iam-upstream", "upstream.iam_url", None)],
        file,
        {"EVS_GATEWAY_UPSTREAM__URL": "http://env", "EVS_GATEWAY_UPSTREAM__IAM_URL": "http://env", "HOME": "x"},
    )
    upstream = origins.settings.upstream
    assert (upstream.url, upstream.iam_url, str(upstream.ca_file)) == ("http://flag", "http://env", "f.pem")
    assert origins.places == {
        "upstream.url": "--upstream",
        "upstream.iam_url": "environment variable EVS_GATEWAY_UPSTREAM__IAM_URL",
        "upstream.ca_file": str(file),
    }


def test_default_file_is_read_when_it_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evs-gateway.toml").write_text('data = "here"\n')
    assert load(environment={}).settings.data == Path("here")


def test_modes_by_operation() -> None:
    settings = load([("file", "cassette.modes", {"cinder_list_volumes": "passthrough"})], environment={}).settings
    assert settings.modes["cinder_list_volumes"].forwards
    assert settings.mode.name == "passthrough"


def test_modes_table_in_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, '[cassette]\nmode = "replay"\n[cassette.modes]\nv1_show_job = "record"\n')
    assert load(file=file, environment={}).settings.cassette.modes == {"v1_show_job": "record"}


def test_lists_in_the_environment_are_separated_by_spaces() -> None:
    settings = load(environment={"EVS_GATEWAY_UPSTREAM__ORIGINS": "http://a http://b/"}).settings
    assert settings.upstream.origins == ("http://a", "http://b")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("upsteam = 1\n", ["unknown setting 'upsteam'", "settings.toml"]),
        ("[upstream]\nurll = 'http://x'\n", ["unknown setting 'upstream.urll'", "did you mean 'upstream.url'"]),
        ("zzz = 1\n", ["unknown setting 'zzz'", "known are"]),
        ("[upstream\n", ["not a TOML file"]),
        ("[upstream]\nurl = 'evs.example.com'\n", ["upstream.url", "scheme and host", "settings.toml"]),
        ("[upstream]\nurl = 'http://u:p@evs/'\n", ["upstream.url", "credentials"]),
        ("[cassette]\nmode = 'recrod'\n", ["cassette.mode", "'recrod'"]),
        ("[cassette.modes]\nv1_show_job = 'x'\n", ["cassette.modes.v1_show_job", "settings.toml"]),
        ("[listen]\nworkers = 0\n", ["listen.workers", "greater than or equal to 1"]),
    ],
)
def test_mistake_in_the_file_names_place_and_expectation(tmp_path: Path, text: str, words: list[str]) -> None:
    file = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load(file=file, environment={})
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_password_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    file = write(tmp_path, "[upstream]\nurl = 'http://someone:hidden@evs.example.com/'\n")
    with pytest.raises(SettingsError, match="credentials never stand in an address") as caught:
        load(file=file, environment={})
    assert "hidden" not in str(caught.value)


def test_missing_named_file() -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(file=Path("nowhere.toml"), environment={})


def test_unknown_environment_variable() -> None:
    with pytest.raises(SettingsError, match=r"EVS_GATEWAY_UPSTREEM__URL.*did you mean 'upstream.url'"):
        load(environment={"EVS_GATEWAY_UPSTREEM__URL": "http://x"})


def test_the_forward_door_has_its_hosts_and_networks_from_anywhere() -> None:
    environment = {"EVS_GATEWAY_FORWARD__HOSTS": "a b:8443", "EVS_GATEWAY_FORWARD__NETWORKS": "10.0.0.0/8 fd00::/8"}
    settings = load(environment=environment).settings.forward
    assert (settings.listen, settings.hosts) == (None, ("a", "b:8443"))
    assert [str(each) for each in settings.networks] == ["10.0.0.0/8", "fd00::/8"]


@pytest.mark.parametrize("table", [{"a": "b:1"}, {"a:1": "b"}, {"a:0": "b:1"}, {"a:1": ":1"}])
def test_an_address_instead_of_another_has_a_port(table: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="expected HOST:PORT"):
        load([("here", "upstream.resolve", table)], environment={})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://evs@db/evs", "expected an address like postgresql://evs@db.example.com/evs"),
        ("postgresql://evs@db", "expected an address like"),
        ("postgresql://evs:secret@db/evs", "passwords never stand in an address; libpq reads them from the file"),
        ("postgresql://evs@db/evs?password=secret", "passwords never stand in an address"),
    ],
)
def test_a_store_is_a_postgresql_without_a_password(url: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected) as caught:
        load([("--store", "store", url)], environment={})
    assert "evs:secret" not in str(caught.value)
    assert "password=secret" not in str(caught.value)


def test_tokens_of_the_inspector_are_told_in_one_way(tmp_path: Path) -> None:
    text = (
        '[inspector]\nlisteners = 8\n[[inspector.tokens]]\nname = "alice"\nrights = ["view", "bodies"]\nenv = "TOKEN"\n'
    )
    chosen = load(
        file=write(tmp_path, text), environment={"EVS_GATEWAY_INSPECTOR__ENABLED": "false"}
    ).settings.inspector
    assert (chosen.enabled, chosen.listeners, chosen.tokens[0].rights) == (False, 8, ("view", "bodies"))
    for told in ("", 'sha256 = "abc"\n', f'sha256 = "{"0" * 64}"\nfile = "x"\n'):
        with pytest.raises(SettingsError, match=r"inspector\.tokens"):
            load(file=write(tmp_path, f'[[inspector.tokens]]\nname = "bob"\n{told}'), environment={})
