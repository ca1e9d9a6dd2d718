"""The arithmetic of the simulation: what must hold whatever the packs are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.battery import Bank, Ladder, module
from bmshil.battery.divergence import Cycle, Scenario, Traits, simulate
from bmshil.battery.divergence.bank_state import BankState
from bmshil.battery.divergence.stepper import TOLERANCE, Stepper
from bmshil.battery.divergence.watching import Watching
from bmshil.errors import InputError

_PACK = st.builds(
    Traits,
    capacity=st.floats(50.0, 300.0),
    resistance=st.floats(0.015, 0.05),
    temperature=st.floats(0.0, 45.0),
    soc=st.floats(0.2, 0.9),
    self_discharge=st.just(0.0),
)


def stepper(scenario: Scenario, tolerance: float = TOLERANCE) -> tuple[BankState, Stepper]:
    state = BankState(scenario)
    return state, Stepper(state, Watching(scenario, state), tolerance)


@settings(max_examples=15)
@given(st.lists(_PACK, min_size=1, max_size=5), st.sampled_from(["busbar", "one_end"]), st.floats(-0.3, 0.3))
def test_no_charge_is_lost_between_the_packs(packs: list[Traits], wiring: str, rate: float) -> None:
    state, steps = stepper(
        Scenario(packs=tuple(packs), ladder=Ladder(wiring))  # type: ignore[arg-type]  # one of its names
    )
    before = float(state.soc @ state.capacity)
    moved = steps.run(1800.0, rate * float(state.capacity.sum()))
    assert float(state.soc @ state.capacity) - before == pytest.approx(moved / 3600.0, abs=1e-6)


def test_it_agrees_with_the_bank_that_is_stepped_every_second() -> None:
    modules = [module("generic-16s", capacity=capacity) for capacity in (100.0, 50.0)]
    bank = Bank(modules, soc=[0.50, 0.60])
    packs = tuple(
        Traits(capacity=one.capacity, resistance=one.resistance + one.polarisation_resistance,
               soc=soc, self_discharge=0.0)
        for one, soc in zip(modules, (0.50, 0.60), strict=True)
    )  # fmt: skip
    state, steps = stepper(Scenario(packs=packs))
    bank.step(30.0, 3600.0)
    steps.run(3600.0, 30.0)
    assert state.soc.tolist() == pytest.approx([pack.soc for pack in bank], abs=0.005)


def test_a_step_that_is_ten_times_more_careful_changes_nothing_that_is_printed() -> None:
    scenario = Scenario()
    ends = []
    for tolerance in (TOLERANCE, TOLERANCE / 10):
        state, steps = stepper(scenario, tolerance)
        steps.run(6 * 3600.0, 0.2 * float(state.capacity.sum()))
        ends.append((*state.soc, *state.counted, *state.highest_cells))
    assert ends[0] == pytest.approx(ends[1], abs=2e-4)


def test_steps_are_long_on_the_flat_part_and_short_in_the_knee() -> None:
    flat, calm = stepper(Scenario(packs=(Traits(soc=0.4), Traits(soc=0.4))))
    calm.run(3600.0, 20.0)
    knee, busy = stepper(Scenario(packs=(Traits(soc=0.98), Traits(soc=0.98, resistance=0.05))))
    busy.run(3600.0, 80.0)
    assert calm.steps * 4 < busy.steps
    assert (flat.time, knee.time) == (3600.0, 3600.0)


def test_the_charge_ends_at_the_cvl() -> None:
    state, steps = stepper(Scenario(packs=(Traits(soc=0.95), Traits(soc=0.95)), limits_by_cell=False))
    steps.run(2 * 3600.0, 80.0)
    assert float(np.max(state.mean_cells)) == pytest.approx(3.5, abs=1e-4)  # 56.0 V on 16 cells


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Traits(capacity=0.0), "capacity 0: give 1 to 10000 Ah"),
        (lambda: Traits(resistance=25.0), "resistance 25: give 0.0001 to 1 ohm"),
        (lambda: Traits(soc=float("nan")), "soc nan: give 0 to 1 as a fraction"),
        (lambda: Scenario(packs=()), "0 packs: give 1 to 96"),
        (lambda: Scenario(rule="maximum"), "no rule is called 'maximum': take one of first, lowest, average"),
        (lambda: Scenario(cvl=48.0), "a CVL of 48 V on 16 cells: give 3.3 to 3.7 V per cell"),
        (lambda: Scenario(trip=3.5), "a protection at 3.5 V: give more than the 3.5 V per cell of the CVL"),
        (lambda: Cycle(sunrise=17.0), "must follow each other within 0 to 24 h"),
        (lambda: Cycle(depth=1.5), "give 0 < tail < charge <= 2 and 0 < depth <= 1"),
        (lambda: simulate(Scenario(), 0), "0 days: give 1 to 3650"),
    ],
)
def test_what_no_bank_can_be_is_refused_in_one_line(make: object, told: str) -> None:
    assert callable(make)
    with pytest.raises(InputError) as caught:
        make()
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
