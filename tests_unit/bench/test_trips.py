"""A protection that acts in the middle of a test is trouble of the rig, and no finding about the device."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bmshil.bench import Trial, open_bench
from bmshil.bench.safeguards.trips import TripWatch
from bmshil.errors import InstrumentError
from bmshil.instruments import Capability
from bmshil.journal import Journal
from bmshil.judge import Requirement, Verdict
from bmshil.rig import RigState
from bmshil.timeline import SimulatedTimeline

REQUIREMENT = Requirement("LIM-07", "A bank that allows no current gets none", "dut")


class Protected:
    """An instrument that says what it is told to say."""

    def __init__(self, capabilities: Capability = Capability.TRIPS) -> None:
        self.capabilities = capabilities
        self.asked = 0
        self.cause = ""

    def tripped(self) -> str:
        self.asked += 1
        return self.cause


def test_whoever_can_tell_is_asked_every_second_as_long_as_the_rig_is_on() -> None:
    timeline = SimulatedTimeline()
    desk = SimpleNamespace(supply=Protected(), sink=Protected(), load=Protected(Capability.NONE), meter=None)
    trips = TripWatch(timeline, Journal(timeline), desk)
    timeline.run(3.0)
    trips.look()
    assert desk.sink.asked == 0
    trips.start()
    timeline.run(3.5)
    assert (desk.supply.asked, desk.sink.asked, desk.load.asked) == (3, 3, 0)
    desk.sink.cause = "over-power"
    with pytest.raises(InstrumentError, match=r"^sink: has tripped while it was on: over-power"):
        timeline.run(1.0)
    trips.stop()
    timeline.run(3.0)
    assert desk.sink.asked == 4


def test_a_trip_ends_the_wait_and_switches_off(lab: Any) -> None:
    with open_bench("twin") as bench:
        trial = Trial(bench, "test_one", REQUIREMENT)
        trial.begin()
        bench.discharge(10.0)
        lab.twin.instruments["supply"].faults.trip = "over-current"
        with pytest.raises(InstrumentError, match=r"^supply: has tripped while it was on: ") as caught:
            bench.run(2.0)
        assert lab.on == set()
        assert trial.conclude(caught.value).verdict is not Verdict.PASS
        trial.end()


def test_a_trip_after_the_last_question_is_found_before_the_verdict(lab: Any) -> None:
    with open_bench("twin") as bench:
        trial = Trial(bench, "test_one", REQUIREMENT)
        trial.begin()
        bench.discharge(10.0)
        bench.judge.at_most(bench.current(), 1000.0)
        assert [one.verdict for one in bench.judge.judgements] == [Verdict.PASS]
        lab.twin.instruments["supply"].faults.trip = "over-current"
        concluded = trial.conclude(None)
        assert concluded.verdict is Verdict.INCONCLUSIVE
        assert "supply: has tripped" in concluded.reason
        assert bench.state.state is RigState.READY
        assert lab.on == set()
        trial.end()


def test_a_load_that_cannot_tell_its_trip_is_asked_whether_it_is_on(lab: Any) -> None:
    with open_bench("twin") as bench:
        assert Capability.TRIPS not in bench.load.capabilities
        trial = Trial(bench, "test_one", REQUIREMENT)
        trial.begin()
        bench.discharge(10.0)
        lab.twin.instruments["load"].faults.trip = "over-power"
        told = r"^load: has tripped while it was on: its input reads off although it was switched on"
        with pytest.raises(InstrumentError, match=told) as caught:
            bench.run(2.0)
        assert lab.on == set()
        assert trial.conclude(caught.value).verdict is not Verdict.PASS
        trial.end()
