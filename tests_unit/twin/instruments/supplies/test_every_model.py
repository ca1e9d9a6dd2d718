"""Each driver against the twin of its model, over a real door: the whole life of an output."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability
from bmshil.instruments.supplies import SUPPLIES
from bmshil.twin.instruments.supplies import SUPPLIES as TWINS

ALL = sorted(SUPPLIES)
SINKING = [model for model in ALL if Capability.SINK in SUPPLIES[model].capabilities]
TRIPPING = [model for model in ALL if Capability.TRIPS in SUPPLIES[model].capabilities]
WATCHED = [model for model in ALL if Capability.WATCHDOG in SUPPLIES[model].capabilities]
IDENTITIES = {
    "scpi-supply": "BMSHIL,PSB-TWIN",
    "ea-psb10000": "EA Elektro-Automatik,PSB 10080-170 2U",
    "itech-itm3900": "ITECH Ltd.,IT-M3906C-80-120",
    "keysight-rp7900": "Keysight Technologies,RP7932A",
    "tdk-genesys": "TDK-LAMBDA,GSP80-187.5",
    "delta-sm15k": "DELTA ELEKTRONIKA BV,SM70-CP-450",
}


def limit(supply: Any, **changes: float) -> None:
    limits = {"source_current": 60.0, "sink_current": 50.0, "over_voltage": 63.0, "over_current": 70.0}
    supply.set_limits(**limits | changes)


def test_there_is_a_twin_of_every_model() -> None:
    assert sorted(TWINS) == ALL


def test_who_can_sink_and_who_can_be_watched() -> None:
    assert set(ALL) - set(SINKING) == {"tdk-genesys"}
    assert WATCHED == ["delta-sm15k", "keysight-rp7900", "tdk-genesys"]
    assert set(ALL) - set(TRIPPING) == {"delta-sm15k"}
    assert [m for m in ALL if Capability.RESISTANCE in SUPPLIES[m].capabilities] == [
        "keysight-rp7900",
        "scpi-supply",
    ]


@pytest.mark.parametrize("model", ALL)
def test_on_and_off(stand: Any, speak: Any, model: str) -> None:
    bench = stand(model)
    supply = speak(bench)
    assert supply.identity.startswith(IDENTITIES[model])
    assert not bench.world.output, "connecting switches nothing"
    limit(supply)
    supply.set_voltage(52.0)
    supply.output(True)
    bench.timeline.run(0.2)
    assert supply.read() == pytest.approx((52.0, 0.0), abs=0.01)
    assert supply.limiting() is False
    supply.off()
    supply.off()
    assert not bench.world.output
    assert supply.read() == pytest.approx((0.0, 0.0), abs=0.01)


@pytest.mark.parametrize("model", SINKING)
def test_sinking_is_positive_and_ends_at_its_limit(stand: Any, speak: Any, model: str) -> None:
    bench = stand(model)
    supply = speak(bench)
    # Where reaching a limit is a trip, this test wants to see the limit.
    limit(supply)
    bench.twin.device.trips_in_limit = False
    supply.set_voltage(52.0)
    supply.output(True)
    bench.join()
    bench.charge(30.0)
    assert supply.set_voltage_and_read_current(52.0) == pytest.approx(30.0, abs=0.01)
    assert supply.read()[1] == pytest.approx(30.0, abs=0.01)
    assert supply.limiting() is False
    bench.charge(100.0)
    assert 49.9 < supply.read()[1] < 60.0
    assert supply.limiting() is True


@pytest.mark.parametrize("model", ALL)
def test_sourcing_is_negative(stand: Any, speak: Any, model: str) -> None:
    bench = stand(model)
    supply = speak(bench)
    limit(supply)
    supply.set_voltage(52.0)
    supply.output(True)
    bench.join()
    bench.discharge(1000.0)
    current = supply.set_voltage_and_read_current(52.0)
    assert -22.0 < current < -18.0  # 1 kW at 52 V and what the device needs itself
    assert supply.read()[1] == pytest.approx(current, abs=0.01)


def test_what_cannot_sink_holds_no_voltage_against_a_charging_device(stand: Any, speak: Any) -> None:
    bench = stand("tdk-genesys")
    supply = speak(bench)
    limit(supply)
    supply.set_voltage(52.0)
    supply.output(True)
    bench.join()
    bench.charge(30.0)
    assert supply.read()[1] == pytest.approx(0.0, abs=0.5)
    assert bench.world.voltage > 55.0


@pytest.mark.parametrize("model", TRIPPING)
@pytest.mark.parametrize("cause", ["over-voltage", "over-current"])
def test_a_trip_is_told_holds_the_output_off_and_is_cleared(
    stand: Any, speak: Any, model: str, cause: str
) -> None:
    bench = stand(model)
    supply = speak(bench)
    limit(supply)
    supply.set_voltage(52.0)
    supply.output(True)
    assert supply.tripped() == ""
    bench.twin.faults.trip = cause
    assert not bench.world.output
    assert cause in supply.tripped()
    if model != "scpi-supply":  # which forgets a trip when it is switched on
        with pytest.raises(InstrumentError, match=f"a protection has tripped: .*{cause}"):
            supply.output(True)
    supply.clear_trip()
    assert supply.tripped() == ""
    assert not bench.world.output, "clearing does not switch anything on"
    supply.output(True)
    assert bench.world.output


@pytest.mark.parametrize("model", [model for model in TRIPPING if model != "tdk-genesys"])
def test_over_voltage_from_outside_trips(stand: Any, speak: Any, model: str) -> None:
    bench = stand(model)
    supply = speak(bench)
    limit(supply, over_voltage=53.0, sink_current=5.0)
    bench.twin.device.trips_in_limit = False
    supply.set_voltage(52.0)
    supply.output(True)
    bench.join()
    bench.charge(40.0)
    assert not bench.world.output
    assert "over-voltage" in supply.tripped()


@pytest.mark.parametrize("model", ALL)
def test_an_output_that_does_not_obey_is_an_error(stand: Any, speak: Any, model: str) -> None:
    bench = stand(model)
    supply = speak(bench)
    limit(supply)
    bench.twin.faults.refuses_output = True
    with pytest.raises(InstrumentError, match="still reads off"):
        supply.output(True)
    bench.twin.faults.refuses_output = False
    supply.output(True)
    bench.twin.faults.stays_on = True
    with pytest.raises(InstrumentError, match="still reads on"):
        supply.off()
    bench.twin.faults.stays_on = False
    supply.off()


@pytest.mark.parametrize("model", ALL)
def test_a_value_beyond_the_rating_is_an_error(stand: Any, speak: Any, model: str) -> None:
    supply = speak(stand(model, voltage=60.0, current=40.0))
    limit(supply, source_current=40.0, sink_current=40.0, over_current=44.0)
    with pytest.raises(InstrumentError, match=r"limits|refused"):
        limit(supply, source_current=120.0)
    supply.set_voltage(59.0)
    with pytest.raises(InstrumentError, match=r"reads back 59|refused"):
        supply.set_voltage(75.0)


@pytest.mark.parametrize("model", ALL)
def test_a_lost_connection_is_made_again_and_prepared_again(stand: Any, speak: Any, model: str) -> None:
    bench = stand(model)
    supply = speak(bench)
    supply.set_voltage(52.0)
    supply.output(True)
    bench.twin.faults.hang_up = True
    with pytest.raises(InstrumentError):
        supply.set_voltage(53.0)
    bench.twin.faults.hang_up = False
    supply.off()
    assert not bench.world.output


@pytest.mark.parametrize("model", WATCHED)
def test_the_watchdog_switches_off_after_a_silence_and_not_before(stand: Any, speak: Any, model: str) -> None:
    bench = stand(model)
    supply = speak(bench)
    limit(supply)
    supply.set_voltage(52.0)
    assert supply.arm_watchdog(4.2) == (4.2 if model == "delta-sm15k" else 5.0)
    supply.output(True)
    for _ in range(10):
        bench.timeline.run(4.0)
        supply.set_voltage_and_read_current(52.0)
    assert bench.world.output
    bench.timeline.run(5.5)
    assert not bench.world.output
    if model in TRIPPING:
        assert "watchdog" in supply.tripped()
        supply.clear_trip()
    supply.output(True)
    supply.disarm_watchdog()
    bench.timeline.run(60.0)
    assert bench.world.output


@pytest.mark.parametrize(
    ("model", "asked", "set_"),
    [
        ("keysight-rp7900", 0.2, 1.0),
        ("keysight-rp7900", 7200.0, 3600.0),
        ("tdk-genesys", 5.0, 5.0),
        ("tdk-genesys", 1.001, 2.0),
        ("delta-sm15k", 0.001, 0.02),
        ("delta-sm15k", 1.00001, 1.001),
        ("delta-sm15k", 60.0, 10.0),
    ],
)
def test_the_watchdog_tells_what_it_was_set_to(
    stand: Any, speak: Any, model: str, asked: float, set_: float
) -> None:
    assert speak(stand(model)).arm_watchdog(asked) == set_


def test_the_series_resistance_of_the_keysight_plays_a_bank(stand: Any, speak: Any) -> None:
    bench = stand("keysight-rp7900")
    supply = speak(bench)
    limit(supply)
    supply.set_voltage(52.0)
    supply.set_resistance(0.02)
    supply.output(True)
    bench.join()
    bench.charge(30.0)
    assert supply.read()[0] == pytest.approx(52.6, abs=0.01)  # 52 V + 30 A x 20 mohm


@pytest.mark.parametrize("model", ["ea-psb10000", "itech-itm3900", "tdk-genesys", "delta-sm15k"])
def test_a_resistance_that_is_not_there_is_refused(stand: Any, speak: Any, model: str) -> None:
    with pytest.raises(InstrumentError, match="has not a programmable resistance"):
        speak(stand(model)).set_resistance(0.01)
