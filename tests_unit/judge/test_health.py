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
        ("instrument_error", "meter", {"cause": "time-out"}, "failed (1 x, first: meter time-out)"),
        ("supply_limit", "supply", {"on": True}, "the supply was in limit (1 x, first: supply)"),
        ("envelope", "control", {"cause": "61 V"}, "envelope of the rig was left (1 x, first: control 61 V)"),
        ("late_control", "control", {}, "the control loop was late (1 x, first: control)"),
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


def test_all_troubles_are_proved_here() -> None:
    assert len(TROUBLES) == 7


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
