"""What may follow what on a rig, and that a broken one stays broken."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import RigError
from bmshil.rig import RigState, StateMachine

UNCHECKED, READY, ENERGISED, BROKEN = RigState


def machine(*steps: RigState) -> tuple[StateMachine, list[tuple[RigState, str]]]:
    told: list[tuple[RigState, str]] = []
    one = StateMachine("lab-a", lambda state, cause: told.append((state, cause)))
    for step in steps:
        one.move(step)
    return one, told


def test_a_rig_is_checked_then_energised_then_ready_again() -> None:
    one, told = machine(READY, ENERGISED, READY, ENERGISED)
    assert (one.state, one.cause, one.broken) == (ENERGISED, "", False)
    assert [state for state, _ in told] == [READY, ENERGISED, READY, ENERGISED]
    one.rest()
    assert one.state is READY


@pytest.mark.parametrize(
    ("steps", "wanted", "told"),
    [
        ((), ENERGISED, "rig lab-a cannot become energised while it is unchecked"),
        ((READY,), UNCHECKED, "rig lab-a cannot become unchecked while it is ready"),
        ((READY, ENERGISED), UNCHECKED, "rig lab-a cannot become unchecked while it is energised"),
    ],
)
def test_a_step_that_does_not_exist_is_refused(
    steps: tuple[RigState, ...], wanted: RigState, told: str
) -> None:
    one, _ = machine(*steps)
    with pytest.raises(RigError, match=told):
        one.move(wanted)


def test_a_rig_at_rest_that_was_never_on_stays_what_it_was() -> None:
    one, told = machine()
    one.rest()
    assert (one.state, told) == (UNCHECKED, [])


@pytest.mark.parametrize("steps", [(), (READY,), (READY, ENERGISED)])
def test_any_rig_can_break_and_none_mends_itself(steps: tuple[RigState, ...]) -> None:
    one, told = machine(*steps)
    one.breaks("meter:\n  no reply within 2 s")
    one.breaks("supply: not confirmed off")
    one.rest()
    assert (one.state, one.cause) == (BROKEN, "meter: no reply within 2 s")
    assert told[len(steps) :] == [(BROKEN, "meter: no reply within 2 s")]
    for wanted in RigState:
        with pytest.raises(RigError, match="rig lab-a is broken: meter: no reply within 2 s"):
            one.move(wanted)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ((), "rig lab-a is unchecked: only one that was checked and is off is energised"),
        ((READY, ENERGISED), "rig lab-a is energised: only one that was checked and is off is energised"),
    ],
)
def test_only_a_ready_rig_may_be_energised(steps: tuple[RigState, ...], told: str) -> None:
    one, _ = machine(*steps)
    with pytest.raises(RigError, match=told):
        one.require_ready()
    ready, _ = machine(READY)
    ready.require_ready()


@given(st.lists(st.sampled_from(["ready", "energised", "rest", "break"]), max_size=12))
def test_nothing_is_energised_that_was_not_ready_before(actions: list[str]) -> None:
    one, told = machine()
    for action in actions:
        try:
            if action == "rest":
                one.rest()
            elif action == "break":
                one.breaks("cause")
            else:
                one.move(RigState(action))
        except RigError:
            continue
    states = [state for state, _ in told]
    assert all(before is READY for before, after in pairwise([UNCHECKED, *states]) if after is ENERGISED)
    assert BROKEN not in states[:-1]
