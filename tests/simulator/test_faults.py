import pytest

from gateway.contract.faults import TABLE, Fault
from gateway.contract.model import Family
from gateway.simulator import faults
from gateway.simulator.faults import envelope


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "badRequest"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "itemNotFound"),
        (413, "overLimit"),
        (500, "computeFault"),
    ],
)
def test_cinder_names_the_envelope_for_the_status(status: int, name: str) -> None:
    assert envelope(Family.CINDER, Fault("C", "m", status)) == {name: {"message": "m", "code": "C"}}


@pytest.mark.parametrize("family", [Family.CUSTOM, Family.JOBS, Family.IAM, Family.VERSIONS])
def test_all_others_say_error(family: Family) -> None:
    assert envelope(family, Fault("C", "m", 404)) == {"error": {"message": "m", "code": "C"}}


def test_every_fault_about_the_state_is_documented() -> None:
    named = {each for each in vars(faults).values() if isinstance(each, Fault)}
    named -= {faults.CREDENTIALS, faults.UNKNOWN_TOKEN}
    assert named <= set(TABLE)
