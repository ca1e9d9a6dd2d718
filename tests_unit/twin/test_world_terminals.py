"""The bank's terminals made of a supply that cannot take current, a diode, and a load in constant current."""

import pytest

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.world import Rating, Wiring, World

DROP = 0.5  # V


@pytest.fixture
def timeline() -> SimulatedTimeline:
    return SimulatedTimeline()


@pytest.fixture
def world(timeline: SimulatedTimeline) -> World:
    """A device at a pair that stands at 52 V: a supply of up to 60 A, and a load that takes 30 A."""
    world = World(timeline, Wiring(diode=DROP), Rating(idle_draw=0.0))
    world.set_supply(voltage=52.56, resistance=0.0, source=60.0, sink=0.0)  # 0.5 V and 2 mohm x 30 A more
    world.switch_supply(True)
    world.set_sink(30.0)
    world.switch_relay("dc_precharge", True)
    timeline.run(12.0)
    world.switch_relay("dc_main", True)
    world.switch_relay("ac_grid", True)
    timeline.run(1.0)
    return world


def command(world: World, *, cvl: float = 60.0, charge: float = 0.0, discharge: float = 0.0) -> None:
    world.command(running=True, cvl=cvl, dvl=45.0, charge=charge, discharge=discharge)


def test_at_rest_the_supply_feeds_the_load_through_the_diode(world: World) -> None:
    assert world.current == pytest.approx(0.0, abs=1e-4)
    assert world.voltage == pytest.approx(52.0, abs=1e-3)
    assert world.supply_current == pytest.approx(-30.0, abs=1e-3)
    assert world.supply_voltage == pytest.approx(52.56, abs=1e-6)
    assert world.sink_voltage == pytest.approx(52.0, abs=1e-3)
    assert world.sink_current == 30.0


def test_what_the_device_delivers_the_supply_need_not(timeline: SimulatedTimeline, world: World) -> None:
    command(world, charge=20.0)
    timeline.run(3.0)
    assert world.current == pytest.approx(20.0, abs=1e-6)
    assert world.supply_current == pytest.approx(-10.0, abs=1e-6)
    assert world.sink_current == 30.0
    assert world.voltage == pytest.approx(52.12, abs=1e-4)  # 52.56 - 0.5 - 2 mohm x 10 A + 4 mohm x 20 A
    assert not world.blocked


def test_while_it_discharges_the_supply_feeds_both(timeline: SimulatedTimeline, world: World) -> None:
    world.switch_relay("ac_load", True)
    world.offer(load=1000.0)
    command(world, discharge=15.0)
    timeline.run(3.0)
    assert world.current == pytest.approx(-15.0, abs=1e-6)
    assert world.supply_current == pytest.approx(-45.0, abs=1e-6)
    assert world.voltage == pytest.approx(51.91, abs=1e-4)  # 52.56 - 0.5 - 2 mohm x 45 A - 4 mohm x 15 A


def test_the_pair_takes_no_more_than_the_load_does(timeline: SimulatedTimeline, world: World) -> None:
    command(world, cvl=54.0, charge=50.0)
    highest = 0.0
    for _ in range(500):
        timeline.run(0.01)
        highest = max(highest, world.current)
    assert highest == 30.0
    assert world.blocked
    assert not world.limiting, "the supply regulates its own terminals, at 0 A"
    assert world.supply_current == 0.0
    assert world.supply_voltage == pytest.approx(52.56, abs=1e-6)
    assert world.voltage == pytest.approx(54.0, abs=0.01)  # where the device's own limit holds it
    assert world.voltage_peak < 54.5
    command(world, cvl=54.0, charge=10.0)
    timeline.run(3.0)
    assert not world.blocked
    assert world.current == pytest.approx(10.0, abs=1e-6)


def test_without_a_load_such_a_supply_is_never_charged(timeline: SimulatedTimeline, world: World) -> None:
    world.set_sink(0.0)
    command(world, cvl=54.0, charge=50.0)
    timeline.run(5.0)
    assert world.current == 0.0
    assert world.voltage == pytest.approx(54.0, abs=0.01)


def test_a_supply_too_small_for_the_load_is_in_its_limit(timeline: SimulatedTimeline, world: World) -> None:
    world.set_supply(source=20.0)
    timeline.run(2.0)
    assert world.limiting
    assert world.voltage < 45.0


def test_a_load_without_its_supply_empties_the_capacitor(timeline: SimulatedTimeline, world: World) -> None:
    world.switch_supply(False)
    timeline.run(0.02)
    assert world.voltage == pytest.approx(52.0 - 30.0 * 0.02 / 0.048, abs=0.01)  # 12.5 V
    assert world.current == 30.0
    assert world.supply_voltage == 0.0
    timeline.run(1.0)
    assert world.voltage == 0.0
    assert world.current == 0.0
    assert world.sink_current == 0.0


def test_behind_open_contacts_the_load_takes_nothing_from_the_device(
    timeline: SimulatedTimeline, world: World
) -> None:
    for role in ("dc_main", "dc_precharge"):
        world.switch_relay(role, False)
    timeline.run(1.0)
    assert world.current == 0.0
    assert world.supply_current == -30.0
    assert world.sink_voltage == pytest.approx(52.0, abs=1e-3)
    assert world.voltage == pytest.approx(52.0, abs=1e-3)
    world.switch_supply(False)
    timeline.run(1.0)
    assert world.sink_current == 0.0
    assert world.sink_voltage == 0.0
    assert world.voltage == pytest.approx(52.0, abs=1e-3)


def test_a_lead_that_came_off_parts_bank_and_device(timeline: SimulatedTimeline, world: World) -> None:
    command(world, charge=20.0)
    timeline.run(3.0)
    world.open_lead(True)
    timeline.run(0.1)
    assert world.current == 0.0
    assert world.voltage_peak > 53.0
    assert world.sink_voltage == pytest.approx(52.0, abs=1e-3)
    world.open_lead(False)
    timeline.run(3.0)
    assert world.current == pytest.approx(20.0, abs=1e-6)


def test_a_set_point_comes_into_force_after_the_latency(timeline: SimulatedTimeline) -> None:
    world = World(timeline)
    world.set_supply(voltage=50.0)
    world.switch_supply(True)
    timeline.run(1.0)
    world.latency = 0.15
    world.set_supply(voltage=51.0)
    timeline.run(0.1)
    world.set_supply(voltage=52.0)
    timeline.run(0.05)
    assert world.supply_voltage == 50.0
    timeline.run(0.095)
    assert world.supply_voltage == pytest.approx(51.0, abs=1e-3)
    timeline.run(0.105)
    assert world.supply_voltage == pytest.approx(52.0, abs=1e-3)


def test_the_bandwidth_of_the_device_is_that_of_its_voltage_loop(timeline: SimulatedTimeline) -> None:
    """A first order: after one time constant 63 % of the way are done."""
    for bandwidth in (2.0, 20.0, 60.0):
        world = World(timeline)
        world.bandwidth = bandwidth
        world.set_supply(voltage=54.0, resistance=0.02)
        world.switch_supply(True)
        world.switch_relay("dc_main", True)
        world.switch_relay("ac_grid", True)
        command(world, cvl=55.2, charge=100.0)
        timeline.run(10.0)
        assert world.current == pytest.approx(50.0, abs=0.01)  # 1.2 V over 24 mohm
        world.command(running=True, cvl=55.08, dvl=45.0, charge=100.0, discharge=0.0)
        timeline.run(1.0 / bandwidth)
        assert world.current == pytest.approx(46.84, abs=0.5)  # 50 A - 63 % of 5 A


def test_where_nobody_drives_the_instruments_a_battery_stands_there(
    timeline: SimulatedTimeline, world: World
) -> None:
    world.set_sink(0.0)
    world.play_battery()
    world.set_supply(voltage=52.0, resistance=0.02)
    command(world, charge=40.0)
    timeline.run(5.0)
    assert world.current == pytest.approx(40.0, abs=1e-6)
    assert world.sink_voltage == pytest.approx(52.8, abs=1e-3)
