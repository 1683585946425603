"""What the watcher hands on of a comparison."""

from __future__ import annotations

from gateway.cassette.comparing import Departure, Weight
from gateway.cassette.departures import Survey
from gateway.fronts.watcher import Watcher
from gateway.http.messages import Response
from gateway.seams import Compared, Reply

ADDED = Departure("added", Weight.INFO, "/a", "absent", "a string")


def test_a_departure_of_an_undocumented_request_is_taken_down_too() -> None:
    survey = Survey()
    Watcher(bytes, survey).answered("id", Reply(Response(200), compared=Compared(3, (ADDED,))), None)
    Watcher(bytes).answered("id", Reply(Response(200), compared=Compared(3, (ADDED,))), None)
    assert [(row["operation"], row["first"], row["answers"]) for row in survey.rows()] == [("undocumented", 3, 1)]
