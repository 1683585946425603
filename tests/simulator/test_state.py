from gateway.simulator.state import Rules, State, snapshot_becomes, snapshot_goes, volume_becomes, volume_goes


def test_effects_happen_once_their_time_has_come_and_in_order() -> None:
    state, seen = State(Rules(settle_s=1)), []
    state.later(1.0, lambda _state, at: seen.append(("second", at)))
    state.later(0.5, lambda _state, at: seen.append(("first", at)))
    state.advance(1.4)
    assert seen == []
    state.advance(9.0)
    assert seen == [("first", 1.5), ("second", 2.0)]


def test_effects_of_one_time_happen_in_the_order_they_were_asked_for() -> None:
    state, seen = State(Rules(settle_s=0)), []
    for number in range(20):
        state.later(1.0, lambda _state, _at, number=number: seen.append(number))
    state.advance(1.0)
    assert seen == list(range(20))


def test_effects_on_what_is_gone_do_nothing() -> None:
    state = State(Rules(settle_s=0))
    for effect in (
        volume_becomes("v", "creating", status="available"),
        snapshot_becomes("s", "creating", status="available"),
    ):
        state.later(0.0, effect)
    for effect in (volume_goes("v"), snapshot_goes("s")):
        state.later(0.0, effect)
    state.advance(1.0)
    assert (state.volumes, state.snapshots) == ({}, {})


def test_a_project_has_one_id_by_name() -> None:
    state = State()
    assert state.project_named("x") == state.project_named("x")
    assert state.projects == {state.project_named("x"): "x"}
