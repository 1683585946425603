"""Which recorded name an asked-for one stands for."""

from gateway.cassette.names import Naming
from gateway.cassette.scope import Identity, Scope
from gateway.cassette.series import Index
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Response
from tests.cassette.recordings import Client, Recorder, Script


def fitting(asked, recorded, bound=(), chosen=()):
    """Return which of the recorded names fit one that is asked for."""
    recorder = Recorder(Script([Response(200, (), b"{}") for _ in (*recorded, asked)]))
    client = Client(recorder.answer)
    for name in (*recorded, asked):
        client("GET", f"/v2/{{p}}/volumes?name={name}")
    index = Index(recorder.exchanges[:-1], CATALOGUE)
    last = Index(recorder.exchanges[-1:], CATALOGUE).entries[0].keyed
    scope = Scope(Identity("", "", {}, (), frozenset()))
    for live, name in bound:
        scope.name(live, name)
    (series,) = index.series.values()
    return [run.entries[0].keyed.names[0][1] for run in Naming(scope, set(chosen)).fitting(last, series)]


def test_a_bound_name_stands_for_its_recorded_one_only():
    assert fitting("mine", ["other", "theirs", "mine"], [("mine", "theirs")], ["theirs"]) == ["theirs"]
    assert fitting("mine", ["other"], [("mine", "theirs")], ["theirs"]) == []


def test_a_name_bound_twice_stands_for_both():
    assert fitting("mine", ["one", "two"], [("mine", "one"), ("mine", "two")], ["one", "two"]) == ["one", "two"]


def test_the_longest_bound_word_in_a_name_is_swapped():
    bound = [("mine", "aaaa"), ("mine-too", "bbbb")]
    assert fitting("mine-too-x", ["aaaa-x", "bbbb-x"], bound, ["aaaa", "bbbb"]) == ["bbbb-x"]


def test_a_short_word_is_not_swapped():
    assert fitting("abc-x", ["rec-x", "free"], [("abc", "rec")], ["rec", "rec-x"]) == ["free", "rec-x"]


def test_an_unbound_name_stands_for_names_nobody_chose_before_names_nobody_bound():
    assert fitting("new", ["later", "never"], (), ["later"]) == ["never", "later"]
    assert fitting("new", ["later", "never"], [("x", "later")], ["later"]) == ["never"]


def test_the_same_name_comes_first():
    assert fitting("later", ["later", "never"], (), ["later"]) == ["later"]
