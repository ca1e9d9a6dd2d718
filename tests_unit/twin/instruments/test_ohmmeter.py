"""The meter between CAN-H and CAN-L: right while everything is off, wrong on live lines."""

from functools import partial
from threading import Event

import can
import pytest

from bmshil.timeline import SimulatedTimeline, WallTimeline
from bmshil.twin.canbus.medium import Medium, Station
from bmshil.twin.canbus.wiring import Wiring
from bmshil.twin.instruments import Ohmmeter


def cable(terminators: int, medium: Medium | None = None) -> Wiring:
    return Wiring(medium, length=5.0, terminators=terminators, coupling=0.1, seed=1, current=lambda: 0.0)


@pytest.mark.parametrize(
    ("terminators", "off", "live"),
    [
        (0, "9.9E37", "9.9E37"),
        (1, "120.00", "150.00"),
        (2, "60.00", "90.00"),
        (3, "40.00", "70.00"),
        (8, "15.00", "45.00"),
    ],
)
def test_it_reads_the_terminators_while_the_inverter_is_off(terminators: int, off: str, live: str) -> None:
    powered = False
    meter = Ohmmeter(SimulatedTimeline(), cable(terminators), lambda: powered)
    assert meter.execute("MEAS:RES?") == off
    powered = True
    assert meter.execute("MEASure:SCALar:RESistance?") == live


def test_traffic_is_taken_for_resistance() -> None:
    timeline = SimulatedTimeline()
    medium = Medium(timeline, "live")
    speaker, listener = (Station(name, lambda *_: None, lambda *_: None) for name in ("speaker", "listener"))
    medium.attach(speaker)
    meter = Ohmmeter(timeline, cable(2, medium), lambda: False)
    assert meter.execute("MEAS:RES?") == "60.00"
    medium.submit(speaker, can.Message(arbitration_id=1, is_extended_id=False, data=bytes(8)))
    timeline.run(0.2)
    # It repeats the frame all the time, because nobody acknowledges: 1.5 V during half of the bits
    assert float(str(meter.execute("MEAS:RES?"))) == pytest.approx(60.0 + 750.0, abs=75.0)
    medium.attach(listener)
    timeline.run(0.15)
    assert meter.execute("MEAS:RES?") == "60.00"


def test_on_wall_time_it_asks_the_timeline_and_outlives_it() -> None:
    timeline = WallTimeline(realtime=False)
    meter = Ohmmeter(timeline, cable(2, Medium(timeline, "wall")), lambda: False)
    assert meter.execute("MEAS:RES?") == "60.00"
    timeline.close()
    assert meter.execute("MEAS:RES?") == "60.00"


def test_on_wall_time_a_contact_told_to_close_before_counts() -> None:
    timeline = WallTimeline()
    wiring = cable(1)
    meter = Ohmmeter(timeline, wiring, lambda: False)
    timeline.post(partial(Event().wait, 0.05))  # the timeline is busy, and the contact moves on it
    timeline.post(partial(wiring.switch, "can_term_a", True))
    assert meter.execute("MEAS:RES?") == "60.00"
    timeline.close()
