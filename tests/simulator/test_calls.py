from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Family, JsonValue, Match
from gateway.simulator.calls import Call


def call(operation: str, body: JsonValue = None, **values: str) -> Call:
    match = Match(CATALOGUE.by_id[operation], values, (("a", "1"), ("a", "2")), body)
    return Call(match, "p", "u", 0.0, "http://x")


def test_the_path_is_the_documented_one_escaped() -> None:
    assert call("cinder_list_volumes_detail", project_id="a b").path == "/v2/a%20b/volumes/detail"


def test_the_first_value_of_a_query_counts() -> None:
    asked = call("cinder_list_volumes", project_id="p")
    assert (asked.asked("a"), asked.asked("b"), asked.family) == ("1", None, Family.CINDER)


def test_an_action_is_read_in_whichever_spelling_it_came() -> None:
    for key in ("os-update_readonly_flag", "os-update_READONLY_flag"):
        assert call("cinder_set_readonly", {key: {"readonly": True}}).action() == {"readonly": True}


def test_an_action_without_an_object_is_empty() -> None:
    assert call("cinder_reserve_volume", {"os-reserve": None}).action() == {}
    assert call("cinder_reserve_volume", []).action() == {}
