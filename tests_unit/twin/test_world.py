"""The electrical world obeys Ohm and the capacitor; expected values are worked out by hand."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.errors import InputError
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.world import Rating, Wiring, World


@pytest.fixture
def timeline() -> SimulatedTimeline:
    return SimulatedTimeline()


@pytest.fixture
def world(timeline: SimulatedTimeline) -> World:
    return World(timeline)


def energise(timeline: SimulatedTimeline, world: World, volts: float = 52.0, ohms: float = 0.02) -> None:
    world.set_supply(voltage=volts, resistance=ohms, source=120.0, sink=120.0)
    world.switch_supply(True)
    world.switch_relay("dc_precharge", True)
    timeline.run(12.0)
    world.switch_relay("dc_main", True)
    timeline.run(0.1)


def command(world: World, **changes: float) -> None:
    wanted = {"cvl": 60.0, "dvl": 45.0, "charge": 0.0, "discharge": 0.0} | changes
    world.command(
        running=True,
        cvl=wanted["cvl"],
        dvl=wanted["dvl"],
        charge=wanted["charge"],
        discharge=wanted["discharge"],
    )


def test_precharge_takes_one_time_constant_for_63_percent(timeline: SimulatedTimeline) -> None:
    world = World(timeline, rating=Rating(idle_draw=0.0))
    world.set_supply(voltage=50.0)
    world.switch_supply(True)
    timeline.run(0.1)
    world.switch_relay("dc_precharge", True)
    timeline.run(1.2)  # 25 ohm x 48 mF
    assert world.voltage == pytest.approx(31.6, abs=0.02)
    assert world.current == pytest.approx(-0.736, abs=0.003)  # (31.6 - 50) / 25
    timeline.run(1.2)
    assert world.voltage == pytest.approx(43.2, abs=0.05)


def test_precharge_ends_within_a_volt_of_the_supply(timeline: SimulatedTimeline, world: World) -> None:
    world.set_supply(voltage=52.0)
    world.switch_supply(True)
    world.switch_relay("dc_precharge", True)
    timeline.run(8.0)
    assert 51.1 < world.voltage < 52.0  # 30 mA of electronics through 25 ohm
    world.switch_relay("dc_main", True)
    timeline.run(0.05)
    assert world.inrush_peak == 0.0
    assert world.voltage == pytest.approx(52.0, abs=0.001)


def test_closing_the_contactor_onto_an_empty_capacitor_is_remembered(
    timeline: SimulatedTimeline, world: World
) -> None:
    world.set_supply(voltage=50.0, resistance=0.021)
    world.switch_supply(True)
    timeline.run(0.1)
    world.switch_relay("dc_main", True)
    assert world.inrush_peak == pytest.approx(2000.0, rel=1e-3)  # 50 V over 25 mohm


@pytest.mark.parametrize(
    ("charge", "volts"),
    [(100.0, 54.4), (50.0, 53.2), (0.0, 52.0)],  # 52 V + 24 mohm x I
)
def test_charging_lifts_the_terminals_by_ohms_law(
    timeline: SimulatedTimeline, world: World, charge: float, volts: float
) -> None:
    energise(timeline, world)
    world.switch_relay("ac_grid", True)
    command(world, charge=charge)
    timeline.run(4.0)
    assert world.current == pytest.approx(charge, abs=1e-6)
    assert world.voltage == pytest.approx(volts, abs=1e-4)
    assert world.supply_voltage == pytest.approx(52.0 + 0.02 * charge, abs=1e-4)


def test_discharging_pulls_the_terminals_down(timeline: SimulatedTimeline, world: World) -> None:
    energise(timeline, world)
    world.switch_relay("ac_grid", True)
    world.switch_relay("ac_load", True)
    world.offer(load=5000.0)
    command(world, discharge=50.0)
    timeline.run(4.0)
    assert world.current == pytest.approx(-50.0, abs=1e-6)
    assert world.voltage == pytest.approx(50.8, abs=1e-4)
    assert world.served_load == 5000.0  # the grid covers the rest


def test_the_voltage_settles_at_the_charge_voltage_limit(timeline: SimulatedTimeline, world: World) -> None:
    energise(timeline, world, volts=54.0)
    world.switch_relay("ac_grid", True)
    command(world, cvl=55.2, charge=100.0)
    timeline.run(3.0)
    assert world.voltage == pytest.approx(55.2, abs=1e-4)
    assert world.current == pytest.approx(50.0, abs=0.01)  # 1.2 V over 24 mohm
    assert world.voltage_peak < 55.45


def test_the_regulator_is_faster_than_a_control_step_of_100_ms(
    timeline: SimulatedTimeline, world: World
) -> None:
    energise(timeline, world, volts=54.0)
    world.switch_relay("ac_grid", True)
    command(world, cvl=55.2, charge=100.0)
    timeline.run(3.0)
    world.set_supply(voltage=54.24)  # 50 A -> 40 A
    timeline.run(0.1)
    assert world.current == pytest.approx(40.0, abs=1.5)


def test_current_moves_no_faster_than_the_ramp(timeline: SimulatedTimeline, world: World) -> None:
    energise(timeline, world)
    world.switch_relay("ac_grid", True)
    command(world, charge=100.0)
    timeline.run(1.0)
    assert world.current == pytest.approx(40.0, abs=0.5)  # 40 A/s


def test_a_pv_surplus_bounds_the_charge_current(timeline: SimulatedTimeline, world: World) -> None:
    energise(timeline, world)
    world.switch_relay("pv", True)
    world.offer(pv=1060.0)
    command(world, charge=100.0)
    timeline.run(3.0)
    assert world.current * world.voltage == pytest.approx(1060.0, rel=1e-4)


def test_the_discharge_stops_at_the_lowest_voltage(timeline: SimulatedTimeline, world: World) -> None:
    energise(timeline, world, volts=49.0)
    world.switch_relay("ac_grid", True)
    world.switch_relay("ac_load", True)
    world.offer(load=5000.0)
    command(world, dvl=48.4, discharge=100.0)
    timeline.run(4.0)
    assert world.voltage == pytest.approx(48.4, abs=1e-3)


def test_off_grid_overload_takes_the_output_down_until_the_load_has_been_away(
    timeline: SimulatedTimeline, world: World
) -> None:
    energise(timeline, world)
    world.switch_relay("ac_load", True)
    command(world, discharge=50.0)
    world.offer(load=2000.0)
    timeline.run(1.0)
    assert world.current == pytest.approx(-39.2, abs=0.1)  # 2000 W at 51.06 V
    world.offer(load=4000.0)
    timeline.run(1.0)
    assert world.current == 0.0
    assert world.served_load == 0.0
    assert not world.ac_up
    world.offer(load=2000.0)
    timeline.run(20.0)
    assert world.current == 0.0
    world.offer(load=0.0)
    timeline.run(5.1)
    world.offer(load=2000.0)
    timeline.run(1.0)
    assert world.current == pytest.approx(-39.2, abs=0.1)


def test_the_supply_limits_what_it_sinks(timeline: SimulatedTimeline, world: World) -> None:
    energise(timeline, world)
    world.switch_relay("ac_grid", True)
    world.set_supply(sink=40.0)
    command(world, cvl=54.0, charge=80.0)
    timeline.run(5.0)
    assert world.limiting
    assert world.voltage == pytest.approx(54.0, abs=0.01)  # the device's own limit stops the rise
    assert 40.0 < world.current < 42.0
    command(world, cvl=54.0, charge=20.0)
    timeline.run(3.0)
    assert not world.limiting
    assert world.current == pytest.approx(20.0, abs=1e-6)


def test_over_voltage_protection_switches_the_output_off(timeline: SimulatedTimeline, world: World) -> None:
    energise(timeline, world)
    world.set_supply(trip_voltage=53.0)
    world.switch_relay("ac_grid", True)
    command(world, charge=100.0)
    timeline.run(4.0)
    assert world.tripped == "voltage"
    assert not world.output
    assert world.current == 0.0


def test_removing_the_sink_at_full_current_lifts_the_bus(timeline: SimulatedTimeline, world: World) -> None:
    energise(timeline, world)
    world.switch_relay("ac_grid", True)
    command(world, charge=100.0)
    timeline.run(4.0)
    world.switch_relay("dc_precharge", False)
    world.switch_relay("dc_main", False)
    timeline.run(0.02)
    assert world.voltage_peak == pytest.approx(64.8, abs=0.1)  # 54.4 V + 100 A x 5 ms / 48 mF
    assert world.current == 0.0


def test_without_a_source_the_electronics_empty_the_capacitor(
    timeline: SimulatedTimeline, world: World
) -> None:
    energise(timeline, world)
    world.switch_relay("dc_main", False)
    world.switch_relay("dc_precharge", False)
    timeline.run(16.0)
    assert world.voltage == pytest.approx(42.0, abs=0.05)  # 30 mA out of 48 mF: 0.625 V/s
    world.switch_relay("dc_discharge", True)
    timeline.run(6.0)
    assert world.voltage < 0.5


def test_an_unknown_contact_is_named(world: World) -> None:
    with pytest.raises(InputError, match="dc_mian"):
        world.switch_relay("dc_mian", True)


def _scenario(world: World) -> list[tuple[float, Callable[[], object]]]:
    return [
        (0.0, lambda: world.set_supply(voltage=53.0, resistance=0.02)),
        (0.0, lambda: world.switch_supply(True)),
        (0.011, lambda: world.switch_relay("dc_precharge", True)),
        (7.0, lambda: world.switch_relay("dc_main", True)),
        (7.1, lambda: world.switch_relay("ac_grid", True)),
        (7.2031, lambda: command(world, cvl=54.0, charge=90.0)),
        (8.4, lambda: world.set_supply(voltage=53.5)),
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.0, 9.0), max_size=30))
def test_looking_does_not_change_the_world(looks: list[float]) -> None:
    results = []
    for times in ([], looks):
        timeline = SimulatedTimeline()
        world = World(timeline, Wiring(), Rating())
        for seconds, action in _scenario(world):
            timeline.after(seconds, action)
        for seconds in times:
            timeline.after(seconds, lambda world=world: world.current)
        timeline.run(10.0)
        results.append((world.voltage, world.current, world.voltage_peak))
    assert results[0] == results[1]


def test_losing_its_source_takes_the_current_away_at_once(timeline: SimulatedTimeline, world: World) -> None:
    energise(timeline, world)
    world.switch_relay("ac_grid", True)
    command(world, charge=100.0)
    timeline.run(4.0)
    world.switch_relay("ac_grid", False)
    timeline.run(0.05)
    assert world.current == pytest.approx(0.0, abs=0.01)


def test_losing_its_load_off_grid_takes_the_current_away_at_once(
    timeline: SimulatedTimeline, world: World
) -> None:
    energise(timeline, world)
    world.switch_relay("ac_load", True)
    world.offer(load=2000.0)
    command(world, discharge=50.0)
    timeline.run(1.0)
    assert world.current == pytest.approx(-39.2, abs=0.1)
    world.offer(load=0.0)
    timeline.run(0.05)
    assert world.current == pytest.approx(0.0, abs=0.01)


def test_export_brings_the_voltage_down_to_the_limit(timeline: SimulatedTimeline, world: World) -> None:
    energise(timeline, world)
    world.switch_relay("ac_grid", True)
    world.command(running=True, cvl=51.4, dvl=45.0, charge=50.0, discharge=50.0, export=True)
    timeline.run(5.0)
    assert world.voltage == pytest.approx(51.4, abs=1e-3)
    assert world.current == pytest.approx(-25.0, abs=0.05)  # 0.6 V over 24 mohm


def test_without_export_a_lowered_limit_only_stops_the_charge(
    timeline: SimulatedTimeline, world: World
) -> None:
    energise(timeline, world)
    world.switch_relay("ac_grid", True)
    command(world, cvl=51.4, charge=50.0, discharge=50.0)
    timeline.run(5.0)
    assert world.current == 0.0
