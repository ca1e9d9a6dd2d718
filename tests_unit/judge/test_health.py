"""The rig's own health, drawn from what the journal says."""

import pytest

from bmshil.journal import Direction, Frame, Journal
from bmshil.judge import Health, rig_health
from bmshil.judge.health import TROUBLES
from bmshil.timeline import SimulatedTimeline


@pytest.fixture
def timeline() -> SimulatedTimeline:
    return SimulatedTimeline()


@pytest.fixture
def journal(timeline: SimulatedTimeline) -> Journal:
    return Journal(timeline)


def test_a_quiet_rig_is_sound(journal: Journal) -> None:
    assert rig_health(journal, 0.0, 10.0) == Health()
    assert rig_health(journal, 0.0, 10.0).sound


@pytest.mark.parametrize(
    ("kind", "source", "data", "problem"),
    [
        ("late_slot", "pack2", {"skipped": 1}, "the rig sent late (1 x, first: pack2)"),
        ("lost_frame", "emulator", {"id": "351"}, "the rig lost frames that it meant to send (1 x, first: "),
        ("port_error", "emulator", {"cause": "unplugged"}, "failed (1 x, first: emulator unplugged)"),
        ("missed_question", "line", {"cause": "63"}, "did not answer a question of the device in time (1 x"),
        ("instrument_error", "meter", {"cause": "time-out"}, "failed (1 x, first: meter time-out)"),
        ("clock_step", "witness", {"cause": "by 0.5 s"}, "stamps frames jumped (1 x, first: witness by"),
        ("stuck_reading", "meter", {"cause": "53 V"}, "itself or disagreed with another (1 x, first: meter"),
        ("supply_limit", "supply", {"on": True}, "the supply was in limit (1 x, first: supply)"),
        ("envelope", "control", {"cause": "61 V"}, "envelope of the rig was left (1 x, first: control 61 V)"),
        ("loop_late", "control", {}, "the control loop was slower than it may be (1 x, first: control)"),
        ("loop_ripple", "control", {}, "the control loop swung (1 x, first: control)"),
        ("late_control", "control", {}, "the control loop was late (1 x, first: control)"),
        (
            "dead_source",
            "power",
            {"cause": "0 A"},
            "what feeds or loads the device failed or is too weak: the current",
        ),
    ],
)
def test_trouble_of_the_rig_is_told(
    journal: Journal, kind: str, source: str, data: dict[str, object], problem: str
) -> None:
    journal.event(kind, source, **data)
    health = rig_health(journal, 0.0, 10.0)
    assert not health.sound
    assert health.events == {kind: 1}
    assert problem in health.problems[0]


@pytest.mark.parametrize(
    ("kind", "what", "problem"),
    [
        (
            "lost_frame",
            "unacknowledged",
            "frames were not acknowledged in time: the device or its cable (1 x, first: emulator why)",
        ),
        ("lost_frame", "stale", "frames waited too long for the bus (1 x, first: emulator why)"),
        (
            "port_error",
            "bus-off",
            "errors on the bus drove a controller of the bench off it (1 x, first: emulator why)",
        ),
    ],
)
def test_what_the_bus_did_is_not_called_a_failure_of_an_adapter(
    journal: Journal, kind: str, what: str, problem: str
) -> None:
    journal.event(kind, "emulator", what=what, cause="why")
    journal.event(kind, "witness", what="unplugged", cause="gone")
    health = rig_health(journal, 0.0, 10.0)
    assert health.events == {kind: 2}
    assert health.problems[0] == problem
    assert health.problems[1].endswith("(1 x, first: witness gone)")


def test_all_troubles_are_proved_here() -> None:
    assert len(TROUBLES) == 13


def test_equal_troubles_are_counted_and_the_first_is_told(
    journal: Journal, timeline: SimulatedTimeline
) -> None:
    for cause in ("time-out", "hung up", "hung up"):
        journal.event("instrument_error", "meter", cause=cause)
        timeline.run(1.0)
    journal.event("envelope", "control", cause="61 V")
    assert rig_health(journal, 0.0, 10.0).problems == (
        "the envelope of the rig was left (1 x, first: control 61 V)",
        "an instrument failed (3 x, first: meter time-out)",
    )


def test_only_the_window_counts(journal: Journal, timeline: SimulatedTimeline) -> None:
    journal.event("envelope", "control", cause="before")
    timeline.run(5.0)
    journal.event("late_slot", "pack1", skipped=1)
    timeline.run(5.0)
    journal.event("envelope", "control", cause="after")
    assert rig_health(journal, 1.0, 9.0).events == {"late_slot": 1}


def test_what_tests_do_on_purpose_is_no_trouble(journal: Journal) -> None:
    for kind in ("fault", "limit", "relay", "stimulus", "test", "judgement", "off"):
        journal.event(kind, "bench")
    assert rig_health(journal, 0.0, 10.0).sound


def test_the_bus_is_reported_but_judged_elsewhere(journal: Journal, timeline: SimulatedTimeline) -> None:
    port = journal.port("witness")
    for _ in range(3):
        journal.frame(port, timeline.now, Direction.RECEIVED, Frame(0x351, bytes(8)))
    journal.event("bus_error", "witness")
    journal.event("stray_frame", "bus", id="7FF")
    journal.event("stray_frame", "bus", id="123")
    journal.event("stray_frame", "bus", id="7FF")
    health = rig_health(journal, 0.0, 10.0)
    assert (health.sound, health.frames, health.error_frames) == (True, 3, 1)
    assert health.stray_frames == ("7FF", "123")


def test_an_adapter_that_was_down_when_the_window_began_counts(
    journal: Journal, timeline: SimulatedTimeline
) -> None:
    journal.event("port_error", "emulator", what="unplugged", cause="unplugged: gone")
    timeline.run(5.0)
    assert rig_health(journal, 2.0, 5.0).problems == (
        "an adapter of CAN or RS485 failed (1 x, first: emulator unplugged: gone)",
    )
    journal.event("port_recovered", "emulator", what="unplugged", outage=5.0, lost=90)
    timeline.run(5.0)
    assert not rig_health(journal, 2.0, 9.0).sound, "it was down for a part of the window"
    assert rig_health(journal, 6.0, 9.0) == Health(), "back before the window; coming back is no trouble"
    assert rig_health(journal, 0.0, 9.0).events == {"port_error": 1}, "counted once"


def alone(journal: Journal, timeline: SimulatedTimeline, *, begins: float, lasts: float) -> None:
    timeline.run(begins - timeline.seconds)
    journal.event("unacknowledged", "emulator", frames=54)
    timeline.run(lasts)
    journal.event("acknowledged", "emulator", after=lasts)


def test_frames_that_nobody_acknowledges_are_told(journal: Journal, timeline: SimulatedTimeline) -> None:
    alone(journal, timeline, begins=10.0, lasts=5.0)
    timeline.run(5.0)
    assert rig_health(journal, 0.0, 9.0).unacknowledged == ()
    assert rig_health(journal, 0.0, 11.0).unacknowledged == ("emulator",)
    assert rig_health(journal, 12.0, 13.0).unacknowledged == ("emulator",), "it has not ended"
    assert rig_health(journal, 16.0, 20.0).unacknowledged == ()
    assert rig_health(journal, 0.0, 11.0).sound, "a precondition is missing, the rig is well"
    assert rig_health(journal, 0.0, 11.0, disturbed=True).unacknowledged == (), "disturbed in the window"
    assert rig_health(journal, 12.0, 13.0, disturbed=True).unacknowledged == ("emulator",), "and before it"
    assert rig_health(journal, 12.0, 13.0, alone=True).unacknowledged == ()
    journal.event("unacknowledged", "disturber", frames=54)
    assert rig_health(journal, 16.0, 21.0, disturbed=True).unacknowledged == ("disturber",), "who disturbs"


def test_nobody_acknowledges_while_the_bench_keeps_the_device_off(
    journal: Journal, timeline: SimulatedTimeline
) -> None:
    journal.event("device", "bench", on=False)
    alone(journal, timeline, begins=3.0, lasts=8.0)
    journal.event("device", "bench", on=True, boot=5.0)
    for state in ("error-warning", "error-passive", "bus-off"):
        journal.event("bus_state", "emulator", state=state, tec=128, rec=0)
    journal.event("bus_error", "witness", kind="acknowledge")
    journal.event("lost_frame", "emulator", id="0x351", what="unacknowledged")
    timeline.run(10.0)
    assert rig_health(journal, 0.0, 21.0) == Health()


def test_a_device_that_stays_away_when_it_is_on_again_is_told(
    journal: Journal, timeline: SimulatedTimeline
) -> None:
    journal.event("device", "bench", on=False)
    timeline.run(3.0)
    journal.event("unacknowledged", "emulator", frames=54)
    timeline.run(1.0)
    journal.event("device", "bench", on=True, boot=5.0)
    timeline.run(10.0)
    assert rig_health(journal, 0.0, 8.9).unacknowledged == ()
    assert rig_health(journal, 0.0, 9.1).unacknowledged == ("emulator",), "it had 5 s to boot"
    assert rig_health(journal, 10.0, 14.0).unacknowledged == ("emulator",)


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (["error-warning", "error-active"], {}),
        (["error-passive", "error-active"], {"emulator": "error-passive"}),
        (["error-passive", "bus-off", "error-active", "error-passive"], {"emulator": "bus-off"}),
    ],
)
def test_the_worst_state_of_each_controller_is_told(
    journal: Journal, states: list[str], told: dict[str, str]
) -> None:
    for state in states:
        journal.event("bus_state", "emulator", state=state, tec=0, rec=0)
    assert rig_health(journal, 0.0, 1.0).controllers == told


def test_what_the_disturber_hears_at_another_bit_rate_is_no_fault_of_the_bus(journal: Journal) -> None:
    journal.event("bus_error", "disturber", kind="stuff")
    journal.event("bus_state", "disturber", state="error-passive", tec=0, rec=128)
    assert rig_health(journal, 0.0, 1.0) == Health()


@pytest.mark.parametrize("what", ["unacknowledged", "stale", "bus-off"])
def test_what_a_disturbed_bus_does_to_frames_is_no_trouble_of_the_rig(journal: Journal, what: str) -> None:
    kind = "port_error" if what == "bus-off" else "lost_frame"
    journal.event(kind, "emulator", what=what, cause=what)
    assert not rig_health(journal, 0.0, 1.0).sound
    assert rig_health(journal, 0.0, 1.0, disturbed=True).sound
    journal.event(kind, "disturber", what=what, cause=what)
    assert rig_health(journal, 0.0, 1.0, disturbed=True).sound is (what != "unacknowledged")
    journal.event("lost_frame", "emulator", what="buffer full", cause="buffer full")
    assert not rig_health(journal, 0.0, 1.0, disturbed=True).sound


@pytest.mark.parametrize(
    ("what", "alone_", "sound"),
    [("bus-off", False, False), ("bus-off", True, True), ("unplugged", True, False)],
)
def test_a_controller_that_the_bus_drove_off_before_is_no_trouble_to_who_asks_about_the_bus(
    journal: Journal, timeline: SimulatedTimeline, what: str, alone_: bool, sound: bool
) -> None:
    journal.event("port_error", "emulator", what=what, cause="why")
    timeline.run(10.0)
    assert rig_health(journal, 5.0, 10.0, alone=alone_).sound is sound


def test_errors_that_come_in_one_event_all_count(journal: Journal) -> None:
    journal.event("bus_error", "witness", kind="stuff")
    journal.event("bus_error", "witness", kind="stuff", count=41)
    assert rig_health(journal, 0.0, 1.0).error_frames == 42


def test_damaged_questions_of_the_device_are_counted_and_judged_elsewhere(journal: Journal) -> None:
    journal.event("garbled_question", "line", cause="checksum is FDA8, should be FDA9")
    assert rig_health(journal, 0.0, 1.0).garbled == 1
    assert rig_health(journal, 0.0, 1.0).sound
    assert rig_health(journal, 0.0, 1.0, disturbed=True).garbled == 0
