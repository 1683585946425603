"""Which recorded name an asked-for one stands for."""

from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.index import NO_IDS
from gateway.cassette.names import Naming
from gateway.cassette.reading import Identity
from gateway.cassette.scope import Scope
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Response
from tests.cassette.reading import read
from tests.cassette.recordings import Client, Recorder, Script


def fitting(asked, recorded, bound=(), chosen=()):
    """Return which of the recorded names fit one that is asked for."""
    recorder = Recorder(Script([Response(200, (), b"{}") for _ in (*recorded, asked)]))
    client = Client(recorder.answer)
    for name in (*recorded, asked):
        client("GET", f"/v2/{{p}}/volumes?name={name}")
    index = Choosing(recorder.exchanges[:-1], CATALOGUE)
    index.chosen = set(chosen)
    keyed = read(recorder.exchanges[-1:])[1][0].keyed
    scope = Scope(Identity("", "", NO_IDS, (), frozenset()))
    for live, name in bound:
        scope.name(live, name)
    name_of = {number: names[0] for names, number in index.names(keyed.text)}
    return [name_of[number] for number in Naming(scope, index).fitting(keyed)]


class Choosing(MemoryIndex):
    """An index of a recording of which it is said which names writes chose."""

    chosen: set[str]

    @property
    def chosen_names(self):
        return self.chosen


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
