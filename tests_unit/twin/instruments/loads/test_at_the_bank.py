"""A load beside the supply at the bank's DC terminals."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def energised(world: Any, timeline: Any) -> Any:
    world.set_supply(
        voltage=52.0, resistance=0.01, source=100.0, sink=0.0, trip_voltage=66.0, trip_current=150.0
    )
    world.switch_supply(True)
    timeline.run(0.1)
    return world


def test_it_takes_its_current_from_the_supply(make: Any, timeline: Any, energised: Any) -> None:
    load = make("rigol-dl3000", role="sink")
    load.execute("FUNC CURR;:CURR 4;:INP ON")
    timeline.run(0.1)
    assert load.execute("MEAS:CURR?") == "4.0000"
    assert energised.supply_current == pytest.approx(-4.0)
    assert float(load.execute("MEAS:VOLT?")) == pytest.approx(51.96, abs=0.01)
    load.execute("INP OFF")
    timeline.run(0.1)
    assert energised.supply_current == 0.0


def test_constant_power_and_resistance_follow_the_voltage(make: Any, timeline: Any, energised: Any) -> None:
    load = make("scpi-load", role="sink")
    load.execute("FUNC POW;:POW 520;:INP ON")
    timeline.run(0.5)
    assert float(load.execute("MEAS:POW?")) == pytest.approx(520, abs=0.1)
    energised.set_supply(voltage=40.0)
    timeline.run(0.5)
    volts, amps = (float(word) for word in load.execute("MEAS:VOLT?;CURR?").split(";"))
    assert volts * amps == pytest.approx(520, abs=0.1)
    load.execute("RES 10;:FUNC RES")
    timeline.run(0.5)
    volts, amps = (float(word) for word in load.execute("MEAS:VOLT?;CURR?").split(";"))
    assert volts / amps == pytest.approx(10.0, rel=0.001)


def test_too_much_voltage_trips_it(make: Any, timeline: Any, energised: Any) -> None:
    load = make("keysight-n3300", role="sink", voltage=46.0)
    load.execute("CURR 4;:INP ON")
    timeline.run(0.2)
    assert load.execute("INP?;:STAT:CHAN:COND?;:MEAS:CURR?") == "1;4097;0.000000E+00"
    assert energised.supply_current == 0.0
