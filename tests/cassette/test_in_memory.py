"""The index in memory. That it agrees with the one in tables is tested there."""

from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.index import ALWAYS, MOST_CANDIDATES, NO_IDS
from gateway.contract.catalogue import CATALOGUE
from tests.cassette.recordings import Client, Recorder, recorded


def test_an_answer_is_cut_once():
    index = MemoryIndex(recorded(lambda client: client.create()), CATALOGUE)
    assert index.template(0) is index.template(0)
    index.close()


def test_exchanges_of_one_key_stand_together_and_apart_by_name():
    def calls(client):
        for name in ("a", "b", "a"):
            client("GET", f"/v2/{{p}}/volumes/{name}")

    index = MemoryIndex(recorded(calls), CATALOGUE)
    (key,) = {each.key for each in index.candidates("cinder_show_volume", "GET")}
    found = {names: [seen.at for seen in index.run(number, ALWAYS)] for names, number in index.names(key)}
    assert found == {("a",): [0, 2], ("b",): [1]}


def test_candidates_are_bounded():
    recorder = Recorder()
    client = Client(recorder.answer)
    for number in range(MOST_CANDIDATES + 2):
        client("GET", f"/v2/{{p}}/volumes?limit={number + 1}")
    index = MemoryIndex(recorder.exchanges, CATALOGUE)
    assert len(list(index.candidates("cinder_list_volumes", "GET"))) == MOST_CANDIDATES


def test_without_a_recording_no_id_is_known():
    assert (NO_IDS.alias_of("x"), NO_IDS.value_of("<volume:1>")) == (None, None)
