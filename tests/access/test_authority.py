"""The policies in force: what a denied client is told, and how a set is exchanged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.access.authority import Authority, Detail, name_of
from gateway.access.principals import NOBODY, Principal
from gateway.access.values import ABSENT
from gateway.authorities import authority_of, check_policies, reload
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match
from gateway.errors import PolicyError, SettingsError
from gateway.settings import Settings

ALICE = Principal(user_name="alice", project_id="p1", domain_id="d1", roles=("reader",))
READ = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:volumes:get"]}]}
SET = "version: 1\nregion: r1\npolicies:\n- file: read.json\nbindings:\n- match: {role: reader}\n  policies: [read]\n"


def folder(path: Path) -> Path:
    path.mkdir()
    (path / "policy-set.yaml").write_text(SET)
    (path / "read.json").write_text(json.dumps(READ))
    return path


def settings(path: Path, **policies: str) -> Settings:
    return Settings.model_validate({"policies": {"path": path, **policies}, "identity": {"accept": ["token"]}})


def authority(tmp_path: Path, detail: str = "action") -> Authority:
    made = authority_of(settings(folder(tmp_path / "policies"), detail=detail))
    assert made is not None
    return made


def match(method: str, path: bytes) -> Match:
    found = CATALOGUE.identify(method, path, b"", None)
    assert isinstance(found, Match)
    return found


SHOW = match("GET", b"/v2/p1/volumes/v1")
DELETE = match("DELETE", b"/v2/p1/volumes/v1")


def test_it_decides_by_the_set_in_force(tmp_path: Path) -> None:
    chosen = authority(tmp_path)
    assert chosen.decide(ALICE, SHOW, 1.0, None).allowed
    assert not chosen.decide(ALICE, DELETE, 1.0, "10.0.0.7").allowed
    assert not chosen.decide(None, SHOW, 1.0, None, ABSENT).allowed
    assert not chosen.needs_target(SHOW, ALICE)


@pytest.mark.parametrize(
    ("detail", "message", "members"),
    [
        ("none", "", None),
        ("action", "evs:volumes:delete on evs:r1:d1:volume:v1: implicit deny", 5),
        ("statement", "alice is not authorized to perform evs:volumes:delete", 6),
        ("full", "alice is not authorized to perform evs:volumes:delete", 8),
    ],
)
def test_a_denied_client_is_told_as_much_as_set(tmp_path: Path, detail: str, message: str, members: int | None) -> None:
    chosen = authority(tmp_path, detail)
    denial = chosen.denial(chosen.decide(ALICE, DELETE, 1.0, None), ALICE)
    assert denial.message.startswith(message)
    if members is None:
        assert denial.details == ()
    else:
        (told,) = denial.details
        assert isinstance(told, dict)
        assert (told["action"], told["kind"], len(told)) == ("evs:volumes:delete", "implicit", members)


def test_a_list_names_no_resource(tmp_path: Path) -> None:
    chosen = authority(tmp_path)
    listing = match("GET", b"/v2/p1/volumes")
    assert chosen.denial(chosen.decide(ALICE, listing, 1.0, None), ALICE).message == "evs:volumes:list: implicit deny"


def test_principals_are_called_by_what_is_known() -> None:
    known = [ALICE, Principal(user_id="u1"), Principal(dev_principal="dev"), Principal(ak="AK1"), NOBODY, None]
    assert [name_of(each) for each in known] == ["alice", "u1", "dev", "AK1", "an unknown user", "an unknown user"]


def test_a_set_is_exchanged_whole_or_stays(tmp_path: Path) -> None:
    chosen = authority(tmp_path)
    path = tmp_path / "policies"
    before = chosen.policies
    (path / "read.json").write_text("{")
    reload(chosen, settings(path))
    assert chosen.policies is before
    assert chosen.fault is not None
    assert "read.json" in chosen.fault
    (path / "read.json").write_text(json.dumps(READ).replace(":get", ":delete"))
    reload(chosen, settings(path))
    assert chosen.fault is None
    assert chosen.decide(ALICE, SHOW, 1.0, None).allowed is False


def test_without_a_folder_nobody_decides() -> None:
    assert authority_of(Settings()) is None
    check_policies(Settings())


def test_enforced_policies_need_to_know_who_asks(tmp_path: Path) -> None:
    path = folder(tmp_path / "policies")
    check_policies(settings(path))
    check_policies(Settings.model_validate({"policies": {"path": path, "level": "report"}}))
    with pytest.raises(SettingsError, match="identity"):
        check_policies(Settings.model_validate({"policies": {"path": path}}))
    with pytest.raises(PolicyError, match="no such policy folder"):
        authority_of(settings(tmp_path / "nowhere"))


def test_every_detail_has_a_setting() -> None:
    assert [detail.value for detail in Detail] == ["none", "action", "statement", "full"]
