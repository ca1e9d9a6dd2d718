"""The twin shows what a contactor that closes onto another voltage does, though it is over within a step."""

import pytest

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.world import Rating, World


def ready(bank: float = 0.008, volts: float = 53.0) -> tuple[SimulatedTimeline, World]:
    """A device without charge, and a bank with its output on before the open contactor."""
    timeline = SimulatedTimeline()
    world = World(timeline, rating=Rating(idle_draw=0.0))
    world.set_supply(voltage=volts, resistance=bank)
    world.switch_supply(True)
    timeline.run(0.2)
    return timeline, world


def test_without_pre_charge_thousands_of_amperes_flow_for_a_millisecond() -> None:
    timeline, world = ready()
    world.switch_relay("dc_main", True)
    inrush = world.inrush
    assert inrush is not None
    assert inrush.peak == pytest.approx(4416.7, abs=0.1)  # 53 V over 8 + 4 mohm
    assert inrush.time_constant == pytest.approx(576e-6)
    assert inrush.charge == pytest.approx(2.544, abs=1e-3)
    assert inrush.above(300.0) == pytest.approx(1.549e-3, abs=1e-5)
    timeline.run(0.005)
    assert world.voltage == pytest.approx(52.99, abs=0.01)  # 8.7 time constants: all there after one step


def test_the_voltage_follows_the_exponential_from_step_to_step() -> None:
    timeline, world = ready(bank=0.246)  # 0.25 ohm in all: 12 ms, and a peak that the supply can give
    world.set_supply(source=300.0, trip_current=400.0)
    world.switch_relay("dc_main", True)
    seen = []
    for _ in range(4):
        timeline.run(0.005)
        seen.append(world.voltage)
    assert seen == pytest.approx([18.06, 29.97, 37.82, 42.99], abs=0.01)  # 53 (1 - exp(-t / 12 ms))


def test_pre_charged_less_than_a_volt_is_left() -> None:
    timeline, world = ready()
    world.switch_relay("dc_precharge", True)
    timeline.run(6.0)
    assert world.inrush is None
    assert world.voltage == pytest.approx(52.64, abs=0.02)  # five time constants of 25 ohm x 48 mF
    world.switch_relay("dc_main", True)
    inrush = world.inrush
    assert inrush is not None
    assert inrush.peak == pytest.approx(29.8, abs=1.0)  # 0.36 V over 12 mohm
    assert inrush.above(300.0) == 0.0


def test_closing_without_a_source_joins_nothing() -> None:
    timeline = SimulatedTimeline()
    world = World(timeline)
    world.switch_relay("dc_main", True)
    timeline.run(0.1)
    assert world.inrush is None
