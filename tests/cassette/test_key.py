"""What of a request is in its replay key and what is not."""

import json

import pytest

from gateway.cassette.exchange import CredentialClass
from gateway.cassette.key import keyed
from gateway.cassette.leaves import parsed
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Request

HERE = "/v2/<project:1>/volumes/<volume:1>"
VOLUMES = "/v2/<project:1>/volumes"


def key(method, target, body=None, credential=CredentialClass.TOKEN, raw=None):
    sent = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
    request = Request(method, target.encode(), ((b"x-auth-token", b"t"),), sent, "http", "c")
    identified = CATALOGUE.identify(method, request.path, request.query, parsed(sent))
    return keyed(request, identified, credential, str, {"<secret:1>"})


def parts(*asked, **more):
    return key(*asked, **more).parts


def volume(**members):
    return {"volume": {"size": 1, **members}}


def test_a_key_names_method_path_query_body_and_credentials():
    assert key("PUT", f"{HERE}?b=2&a=1", volume(name="n")).parts == (
        ("method", "PUT"),
        ("path.project_id", "<project:1>"),
        ("path.volume_id", "<volume:1>"),
        ("query.a", "1"),
        ("query.b", "2"),
        ("body.volume.name", "~"),
        ("body.volume.size", "1"),
        ("credential", "some"),
    )


def test_what_a_client_picks_freely_is_out_and_which_members_there_are_is_in():
    one = key("POST", VOLUMES, volume(name="a", description="b", metadata={"k": "v"}))
    other = key("POST", VOLUMES, volume(name="x", description="y", metadata={"k": "z"}))
    assert one.text == other.text
    assert one.chosen == {("volume", "name"): "a", ("volume", "description"): "b", ("volume", "metadata", "k"): "v"}
    assert one.text != key("POST", VOLUMES, volume(name="a", metadata={"k": "v"})).text
    assert one.text != key("POST", VOLUMES, volume(name="a", description="b", metadata={"other": "v"})).text


@pytest.mark.parametrize("system", ["__system__cmkid", "hw:passthrough"])
def test_the_services_own_metadata_counts_with_its_value(system):
    assert key("POST", VOLUMES, volume(metadata={system: "1"})).chosen == {}
    assert parts("POST", VOLUMES, volume(metadata={system: "1"})) != parts(
        "POST", VOLUMES, volume(metadata={system: "2"})
    )


def test_null_is_no_value():
    assert parts("POST", VOLUMES, volume(name=None, snapshot_id=None)) == parts("POST", VOLUMES, volume())


def test_in_a_creation_the_documented_default_is_no_value():
    assert parts("POST", VOLUMES, volume(metadata={}, multiattach=False)) == parts("POST", VOLUMES, volume())
    snapshot = {"volume_id": "v", "name": "n"}
    assert parts("POST", "/v2/{p}/snapshots", {"snapshot": {**snapshot, "force": False}}) == parts(
        "POST", "/v2/{p}/snapshots", {"snapshot": snapshot}
    )
    assert parts("POST", VOLUMES, volume(multiattach=True)) != parts("POST", VOLUMES, volume())


def test_elsewhere_false_and_nothing_are_values():
    assert ("body.metadata", "{}") in parts("PUT", f"{HERE}/metadata", {"metadata": {}})
    flag = {"os-update_readonly_flag": {"readonly": False}}
    assert ("body.os-update_readonly_flag.readonly", "false") in parts("POST", f"{HERE}/action", flag)


def test_a_flag_that_is_false_says_nothing_about_a_delete():
    assert parts("DELETE", f"{HERE}?cascade=False") == parts("DELETE", HERE)
    assert parts("DELETE", f"{HERE}?cascade=True") != parts("DELETE", HERE)


def test_the_null_that_is_an_undocumented_action_counts():
    assert ("body.os-force_delete", "null") in parts("POST", f"{HERE}/action", {"os-force_delete": None})


def test_member_order_and_number_form_do_not_count():
    one = parts("POST", f"{HERE}/action", raw=b'{"os-extend": {"new_size": 20.0}}')
    assert one == parts("POST", f"{HERE}/action", raw=b'{"os-extend":{"new_size":20}}')
    assert parts("POST", VOLUMES, raw=b'{"volume":{"size":1,"iops":1.5}}')[2:4] == (
        ("body.volume.iops", "1.5"),
        ("body.volume.size", "1"),
    )


def test_lists_and_empty_values_count():
    body = {"volume": {"size": 1, "metadata": {}, "tags": [], "zones": ["a", "b"]}}
    assert [part for part in parts("PUT", HERE, body) if part[0].startswith("body")] == [
        ("body.volume.metadata", "{}"),
        ("body.volume.size", "1"),
        ("body.volume.tags", "[]"),
        ("body.volume.zones.0", '"a"'),
        ("body.volume.zones.1", '"b"'),
    ]


def test_tokens_and_signatures_are_one_class_and_none_is_another():
    one = parts("GET", HERE, credential=CredentialClass.SIGNATURE)
    assert one == parts("GET", HERE)
    assert one != parts("GET", HERE, credential=CredentialClass.NONE)


def test_what_needs_no_credentials_is_keyed_without():
    assert parts("GET", "/", credential=CredentialClass.NONE) == parts("GET", "/")


def test_an_issued_secret_counts_and_all_others_are_one():
    accept = "/v2/<project:1>/os-volume-transfer/<transfer:1>/accept"
    keys = [parts("POST", accept, {"accept": {"auth_key": each}}) for each in ("<secret:1>", "<secret:2>", "guess")]
    assert keys[1] == keys[2] != keys[0]


def test_secrets_that_decide_nothing_are_out():
    one = parts("POST", "/v2/<project:1>/x?token=a", {"password": "a", "auth": {"secret": "b"}})
    assert one == parts("POST", "/v2/<project:1>/x?token=b", {"password": "c", "auth": {"secret": "d"}})


def test_who_asks_for_a_token_does_not_count():
    one = key("POST", "/v3/auth/tokens", {"auth": {"identity": {"methods": ["password"]}}})
    assert one.parts == (("method", "POST"), ("body", "auth"))
    assert key("POST", "/v3/auth/tokens", ["auth"]).parts == (("method", "POST"), ("body", "~"))


def test_a_name_in_a_path_or_filter_stands_beside_the_key():
    asked = key("GET", "/v2/<project:1>/volumes/my%20disk?name=n&status=s")
    assert asked.names == (("path.volume_id", "my disk"), ("query.name", "n"))
    assert asked.parts[2:5] == (("path.volume_id", "~"), ("query.name", "~"), ("query.status", "s"))


def test_an_id_in_a_path_is_no_name():
    assert key("GET", "/v2/<project:1>/volumes/00000000-0000-0000-0000-000000000000").names == ()
    assert key("GET", "/v2/<project:1>/types/SSD").names == ()
    assert key("GET", "/v3/projects?name=region").names == ()


def test_an_undocumented_request_is_keyed_by_its_whole_path():
    asked = key("POST", "/v2.1/<project:1>/cloudvolumes/<volume:1>/action?x=1", {"name": "n", "size": 1})
    assert asked.parts == (
        ("method", "POST"),
        ("path", "/v2.1/<project:1>/cloudvolumes/<volume:1>/action"),
        ("query.x", "1"),
        ("body.name", "~"),
        ("body.size", "1"),
        ("credential", "some"),
    )
    assert (asked.operation_id, asked.target, asked.project, asked.ids, asked.is_write) == (
        "undocumented",
        "<volume:1>",
        "<project:1>",
        ("<volume:1>",),
        True,
    )


def test_a_body_that_is_no_json_counts_by_its_digest():
    one = parts("POST", "/v2/<project:1>/x", raw=b"text")
    assert one != parts("POST", "/v2/<project:1>/x", raw=b"other")
    assert [name for name, _ in one] == ["method", "path", "body", "credential"]


def test_ids_are_those_of_path_and_body_not_of_the_query():
    asked = key("POST", "/v2/<project:1>/snapshots?marker=<volume:9>", {"snapshot": {"volume_id": "<volume:1>"}})
    assert (asked.ids, asked.names_an_id) == (("<volume:1>",), True)
    assert not key("GET", VOLUMES).names_an_id


def test_a_label_is_short_and_the_same_for_the_same_key():
    assert key("GET", HERE).label == key("GET", HERE, raw=b"").label
    assert key("GET", HERE).label.startswith("cinder_show_volume:")
