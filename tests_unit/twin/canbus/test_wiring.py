"""The cable of one bench: terminators behind relays, and what it does to the frames on a segment."""

import math
from typing import TYPE_CHECKING

import can
import pytest

from bmshil.errors import InputError
from bmshil.timeline import Nanoseconds, SimulatedTimeline
from bmshil.twin.canbus.medium import Medium, Station
from bmshil.twin.canbus.wiring import Wire, Wiring

if TYPE_CHECKING:
    from collections.abc import Callable


class Cable:
    """A segment with a speaker, a listener, and a current that the test sets."""

    def __init__(self, terminators: int = 2, *, coupling: float = 0.1, length: float = 5.0) -> None:
        self.timeline = SimulatedTimeline()
        self.medium = Medium(self.timeline, "cable")
        self.current = 0.0
        self.looks = 0
        self.heard = 0
        self.speaker = Station("speaker", ignore, ignore)
        self.medium.attach(self.speaker)
        self.medium.attach(Station("listener", self._hear, ignore))
        self.wiring = Wiring(
            self.medium,
            length=length,
            terminators=terminators,
            coupling=coupling,
            seed=1,
            current=self._look,
        )

    def speak(self, frames: int) -> float:
        """Send frames 1 ms apart, each once; return the share that was not heard at once."""
        errors, self.heard = self.medium.error_frames, 0
        for _ in range(frames):
            message = can.Message(arbitration_id=0x351, is_extended_id=False, data=bytes(range(8)))
            self.medium.submit(self.speaker, message)
            self.timeline.run(0.001)
        return (self.medium.error_frames - errors) / frames

    def _hear(self, when: Nanoseconds, message: can.Message) -> None:
        del when, message
        self.heard += 1

    def _look(self) -> float:
        self.looks += 1
        return self.current


def ignore(when: Nanoseconds, message: can.Message) -> None:
    """A station without a host."""


# Resistance


@pytest.mark.parametrize(
    ("terminators", "ohms"), [(0, math.inf), (1, 120.0), (2, 60.0), (3, 40.0), (8, 15.0)]
)
def test_terminators_are_in_parallel(terminators: int, ohms: float) -> None:
    assert Cable(terminators).wiring.resistance == ohms


def test_a_relay_joins_one_terminator() -> None:
    wiring = Cable(terminators=0).wiring
    read = []
    for role, closed in [
        ("can_term_a", True),
        ("can_term_a", True),
        ("can_term_b", True),
        ("can_term_a", False),
        ("can_term_b", False),
    ]:
        wiring.switch(role, closed)
        read.append(wiring.resistance)
    assert read == [120.0, 120.0, 60.0, 120.0, math.inf]


def test_only_terminators_are_switched() -> None:
    with pytest.raises(InputError, match="no terminator behind relay 'can_break': take one of can_term_a"):
        Cable().wiring.switch("can_break", True)


@pytest.mark.parametrize(
    ("terminators", "relays", "fixed"),
    [(None, 0, 2), (None, 1, 1), (None, 2, 0), (0, 2, 0), (1, 2, 1), (8, 0, 8)],
)
def test_a_cable_has_two_terminators_unless_told_otherwise(
    terminators: int | None, relays: int, fixed: int
) -> None:
    assert Wire(terminators=terminators).fixed(relays) == fixed


# Disturbances


def test_a_healthy_cable_costs_nothing() -> None:
    cable = Cable()
    cable.current = 200.0
    assert cable.medium.disturbance is None
    assert cable.speak(100) == 0.0
    assert cable.looks == 0


def test_eight_terminators_destroy_most_frames_at_150_amperes() -> None:
    cable = Cable(terminators=8)
    assert chance(cable, 20.0) < 0.01
    assert chance(cable, 150.0) > 0.8
    assert chance(cable, -150.0) > 0.8


def test_a_cable_beside_the_dc_bus_destroys_frames_as_power_rises() -> None:
    cable = Cable(coupling=1.0)
    cable.current = 20.0
    assert cable.speak(1000) == 0.0
    cable.current = 50.0
    assert 0.01 < cable.speak(1000) < 0.04
    assert cable.heard == 1000  # what is destroyed is repeated
    assert 0.2 < chance(cable, 80.0) < 0.3


def test_a_sender_that_loses_a_quarter_of_its_frames_ends_in_bus_off() -> None:
    cable = Cable(coupling=1.0)
    cable.current = 80.0
    for _ in range(500):
        if cable.speaker.tec > 255:
            break
        cable.speak(1)
    assert cable.speaker.tec > 255  # plus eight for a loss, minus one for a success: from one in nine on


def test_the_current_is_looked_at_every_50_milliseconds() -> None:
    cable = Cable(coupling=1.0)
    cable.speak(1000)
    assert 15 <= cable.looks <= 21


def test_closing_the_relays_heals_an_open_cable_at_once() -> None:
    cable = Cable(terminators=0)
    assert chance(cable, 0.0) == pytest.approx(1.0)
    cable.wiring.switch("can_term_a", True)
    cable.wiring.switch("can_term_b", True)
    assert cable.medium.disturbance is None
    cable.wiring.switch("can_term_a", False)
    cable.wiring.switch("can_term_b", False)
    assert chance(cable, 0.0) == pytest.approx(1.0)


def test_the_same_seed_destroys_the_same_frames() -> None:
    shares: list[list[float]] = []
    for _ in range(2):
        cable = Cable(coupling=1.0)
        cable.current = 80.0
        shares.append([cable.speak(1) for _ in range(30)])
    assert shares[0] == shares[1]
    assert len(set(shares[0])) > 1


def test_a_cable_elsewhere_has_a_resistance_and_no_frames() -> None:
    wiring = Wiring(None, length=5.0, terminators=1, coupling=0.1, seed=1, current=lambda: 100.0)
    wiring.switch("can_term_a", True)
    assert (wiring.resistance, wiring.traffic_voltage) == (60.0, 0.0)


def chance(cable: Cable, current: float) -> float:
    """Probability that a frame of 125 bits is destroyed while the inverter moves this current."""
    cable.current = current
    cable.timeline.run(0.05)
    disturbance: Callable[[int], float] | None = cable.medium.disturbance
    assert disturbance is not None
    return disturbance(125)


# What a meter finds on live lines


def test_traffic_leaves_a_voltage_for_a_tenth_of_a_second() -> None:
    cable = Cable()
    assert cable.wiring.traffic_voltage == 0.0
    cable.speak(100)
    # 120 bits or so of 500 in each millisecond, half of them dominant at 1.5 V
    assert cable.wiring.traffic_voltage == pytest.approx(0.24 / 2 * 1.5, abs=0.02)
    cable.timeline.run(0.11)
    assert cable.wiring.traffic_voltage == 0.0
