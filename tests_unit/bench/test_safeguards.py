"""What is armed before outputs go on and disarmed after they are off, and when the lease is not renewed."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from bmshil.bench import open_bench
from bmshil.bench.assembly.guarding import Guarding
from bmshil.bench.safeguards.permit_hold import PermitHold
from bmshil.bench.safeguards.standing import Safeguards
from bmshil.bench.safeguards.watchdogs import Watchdogs
from bmshil.errors import InstrumentError, RigError
from bmshil.instruments import Capability
from bmshil.journal import Journal
from bmshil.safety import OffReport, OffStep, Outcome
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Iterator

CLEAN = OffReport((OffStep("supply", "off", Outcome.VERIFIED),))
FAILED = OffReport((OffStep("supply", "off", Outcome.FAILED, "no reply"),))


class Watched:
    """An instrument with a watchdog that it sets to whole seconds."""

    capabilities: ClassVar[Capability] = Capability.WATCHDOG

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.refuses = False

    def _say(self, what: str) -> None:
        self.calls.append(what)
        if self.refuses:
            raise InstrumentError(f"{what}: refused")

    def arm_watchdog(self, seconds: float) -> float:
        self._say(f"arm {seconds:g}")
        return float(round(seconds))

    def disarm_watchdog(self) -> None:
        self._say("disarm")

    def read(self) -> tuple[float, float]:
        self._say("read")
        return 0.0, 0.0

    power = read


class Unwatched(Watched):
    capabilities: ClassVar[Capability] = Capability.NONE


class Desk:
    """Time, record, and a supply, a sink and a load, of which the sink has no watchdog."""

    def __init__(self) -> None:
        self.timeline = SimulatedTimeline()
        self.journal = Journal(self.timeline)
        self.supply, self.sink, self.load = Watched(), Unwatched(), Watched()
        self.meter = Watched()
        self.dogs = Watchdogs(self.timeline, self.journal, self, 4.4)

    def events(self, kind: str) -> list[Any]:
        return [(one.source, one.data) for one in self.journal.events(0.0, 1000.0, kind)]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_every_instrument_with_a_watchdog_is_armed_and_spoken_to(desk: Desk) -> None:
    desk.dogs.arm()
    assert desk.dogs.armed == {"supply", "load"}
    assert desk.events("watchdog") == [
        ("supply", {"armed": True, "seconds": 4.0}),
        ("load", {"armed": True, "seconds": 4.0}),
    ]
    desk.timeline.run(8.5)
    assert desk.supply.calls == ["arm 4.4", *["read"] * 9], "every second, four times as often as needed"
    assert desk.load.calls == desk.supply.calls
    assert desk.sink.calls == desk.meter.calls == []
    desk.dogs.arm()
    assert desk.supply.calls.count("arm 4.4") == 1


def test_after_disarming_nobody_is_spoken_to(desk: Desk) -> None:
    desk.dogs.arm()
    desk.dogs.disarm()
    desk.timeline.run(10.0)
    assert desk.supply.calls[-1] == "disarm"
    assert desk.events("watchdog")[2:] == [("supply", {"armed": False}), ("load", {"armed": False})]
    desk.dogs.disarm()
    assert desk.supply.calls.count("disarm") == 1
    desk.dogs.arm()
    assert desk.dogs.armed == {"supply", "load"}


def test_one_that_cannot_be_armed_stops_everything_before_it_begins(desk: Desk) -> None:
    desk.load.refuses = True
    with pytest.raises(InstrumentError, match=r"arm 4\.4: refused"):
        Safeguards(desk.dogs).before_energising()


def test_one_that_cannot_be_disarmed_is_written_down(desk: Desk) -> None:
    desk.dogs.arm()
    desk.supply.refuses = True
    desk.dogs.disarm()
    assert ("supply", {"armed": True, "cause": "disarm: refused"}) in desk.events("watchdog")
    assert desk.dogs.armed == frozenset()


def test_one_that_answers_no_more_is_told_like_any_other_failure(desk: Desk) -> None:
    desk.dogs.arm()
    desk.load.refuses = True
    with pytest.raises(InstrumentError, match="read: refused"):
        desk.timeline.run(5.0)


def test_one_that_failed_once_is_spoken_to_again_when_it_is_armed_anew(desk: Desk) -> None:
    desk.dogs.arm()
    desk.load.refuses = True
    with pytest.raises(InstrumentError, match="read: refused"):
        desk.timeline.run(5.0)
    desk.load.refuses = False
    desk.dogs.disarm()
    desk.dogs.arm()
    desk.load.calls.clear()
    desk.timeline.run(4.5)
    assert desk.load.calls == ["read"] * 5


@pytest.mark.parametrize(("report", "armed"), [(CLEAN, False), (FAILED, True)])
def test_watchdogs_stay_armed_until_off_is_verified(desk: Desk, report: OffReport, armed: bool) -> None:
    safeguards = Safeguards(desk.dogs)
    safeguards.before_energising()
    with safeguards.switching_off():
        safeguards.after_off(report)
    assert bool(desk.dogs.armed) is armed


class FakeGuard:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.silence = 0.0
        self.gone = False
        self.spec = SimpleNamespace(lease=1.0, mark=SimpleNamespace(rig="lab"))

    def beat(self, valid_for: float) -> None:
        if self.gone:
            raise RigError("gone")
        self.calls.append(valid_for)

    def energised(self, on: bool) -> None:
        if self.gone:
            raise RigError("gone")
        self.calls.append("on" if on else "off")

    @contextmanager
    def patience(self, _seconds: float) -> Iterator[None]:
        self.calls.append("patience")
        yield
        self.calls.append("patience over")


def test_the_guard_hears_of_outputs_before_they_go_on_and_after_they_are_off() -> None:
    guard: Any = FakeGuard()
    safeguards = Safeguards(guard=guard)
    safeguards.before_energising()
    with safeguards.switching_off():
        safeguards.after_off(CLEAN)
    assert guard.calls == ["on", "patience", "off", "patience over"]
    guard.calls.clear()
    safeguards.after_off(FAILED)
    assert guard.calls == ["off"], "what may still be on is not held by the permit relay"
    guard.gone = True
    safeguards.after_off(CLEAN)
    with pytest.raises(RigError, match="gone"):
        safeguards.before_energising()


class Relay:
    def __init__(self, timeline: SimulatedTimeline) -> None:
        self.timeline = timeline
        self.told: list[tuple[float, str]] = []

    def hold(self, seconds: float) -> None:
        self.told.append((self.timeline.seconds, f"hold {seconds:g}"))

    def off(self) -> None:
        self.told.append((self.timeline.seconds, "off"))


def test_a_permit_relay_of_a_twin_in_this_process_is_held_by_the_timeline() -> None:
    timeline = SimulatedTimeline()
    relay: Any = Relay(timeline)
    safeguards = Safeguards(permit=PermitHold(timeline, relay, 0.5))
    safeguards.before_energising()
    timeline.run(1.1)
    safeguards.before_energising()
    timeline.run(0.1)
    safeguards.after_off(FAILED)
    timeline.run(2.0)
    assert relay.told == [
        (0.0, "hold 1.5"),
        (0.5, "hold 1.5"),
        (1.0, "hold 1.5"),
        (pytest.approx(1.1), "hold 1.5"),
        (pytest.approx(1.2), "off"),
    ]


class Clock(SimulatedTimeline):
    """Simulated time that can be told what only real time knows."""

    ignored = 0.0
    unattended = 0.0


def fed(guard: Any) -> tuple[Clock, Guarding]:
    clock: Any = Clock()
    return clock, Guarding(guard, clock, Journal(clock))


def causes(journal: Journal) -> list[str]:
    return [one.data["cause"] for one in journal.events(0.0, 1000.0, "guard")]


def test_the_lease_is_renewed_four_times_within_itself() -> None:
    guard = FakeGuard()
    clock, guarding = fed(guard)
    clock.run(2.0)
    assert guard.calls == [1.0] * 10
    guarding.stop()
    clock.run(2.0)
    assert len(guard.calls) == 10


@pytest.mark.parametrize(
    ("what", "seconds", "told"),
    [
        ("ignored", 5.1, "an error waits for 5 s already"),
        ("unattended", 360.1, "the test has not been seen for 360 s"),
    ],
)
def test_nobody_who_hears_of_errors_means_no_lease(what: str, seconds: float, told: str) -> None:
    guard = FakeGuard()
    clock, guarding = fed(guard)
    clock.run(1.0)
    setattr(clock, what, seconds - 0.2)
    clock.run(1.0)
    renewed = len(guard.calls)
    assert renewed >= 8
    setattr(clock, what, seconds)
    clock.run(5.0)
    assert len(guard.calls) == renewed
    assert causes(guarding._journal) == [f"the lease is not renewed: {told}"]


def test_a_control_loop_that_stands_still_under_power_means_no_lease() -> None:
    guard = FakeGuard()
    clock, guarding = fed(guard)
    bench: Any = SimpleNamespace(energised=False, control=SimpleNamespace(steps=5))
    guarding.watch(bench)
    clock.run(60.0)
    assert len(guard.calls) > 200, "without power nobody waits for it"
    bench.energised = True
    clock.run(14.0)
    bench.control.steps += 1
    clock.run(14.0)
    assert causes(guarding._journal) == []
    clock.run(2.0)
    assert causes(guarding._journal) == [
        "the lease is not renewed: the control loop has made no step for 15 s"
    ]


def test_a_guard_that_does_not_answer_is_a_failure() -> None:
    guard = FakeGuard()
    clock, _ = fed(guard)
    clock.run(1.0)
    guard.silence = 3.1
    with pytest.raises(RigError, match="rig lab: its guard does not answer; switched off"):
        clock.run(1.0)


def test_a_lost_guard_breaks_the_rig_and_ends_what_waits() -> None:
    clock, guarding = fed(FakeGuard())
    broken: list[str] = []
    bench: Any = SimpleNamespace(energised=False, state=SimpleNamespace(breaks=broken.append))
    guarding.watch(bench)
    assert guarding.report is None
    guarding.lost("rig lab: gone")
    with pytest.raises(RigError, match="rig lab: gone"):
        clock.run(1.0)
    assert broken == ["rig lab: gone"]
    clock.run(1.0)


def test_a_twin_in_this_process_has_no_guard_and_needs_none() -> None:
    with open_bench("twin") as bench:
        assert bench.safeguards._guard is None
