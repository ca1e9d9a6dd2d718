"""What happens on wall time, when slots come late and calls come from another thread."""

from collections.abc import Callable
from typing import Any

import pytest

from bmshil.bms import CapturedFrame, Override, Replay, Silence
from bmshil.journal import Frame
from bmshil.timeline import Nanoseconds, SimulatedTimeline, WallTimeline, to_ns

Make = Callable[..., Any]


class LaggingTimeline(SimulatedTimeline):
    """Simulated time on which every event can be made late."""

    lag = 0.0

    @property
    def now(self) -> Nanoseconds:
        return Nanoseconds(self._now + to_ns(self.lag))


@pytest.mark.parametrize(("lag", "sent", "skipped"), [(0.4, 18, 0), (0.6, 12, 6)])
def test_slots_later_than_half_a_period_are_skipped_and_told(
    scene: Make, lag: float, sent: int, skipped: int
) -> None:
    timeline = LaggingTimeline()
    one = scene(1, scheme="base", timeline=timeline)
    timeline.run(0.5)
    timeline.lag = lag
    timeline.run(1.0)
    timeline.lag = 0.0
    timeline.run(1.0)
    assert (one.fleet.sent, one.fleet.skipped) == (sent, skipped)
    told = one.events("late_slot")
    assert sum(data["skipped"] for _, data in told) == skipped
    assert {source for source, _ in told} == ({"pack1"} if skipped else set())


def test_captured_frames_that_are_too_late_are_not_sent(scene: Make) -> None:
    timeline = LaggingTimeline()
    one = scene(1, start=False, timeline=timeline)
    frames = [CapturedFrame(float(second), Frame(0x351, bytes([second]))) for second in range(4)]
    replay = Replay(frames, one.sender, timeline=timeline, journal=one.journal)
    replay.start()
    timeline.run(0.5)
    timeline.lag = 0.6
    timeline.run(1.0)
    timeline.lag = 0.0
    timeline.run(5.0)
    assert one.sender.of(0x351) == ["00", "02", "03"]
    assert (replay.sent, replay.skipped) == (3, 1)
    assert one.events("late_slot") == [("replay", {"skipped": 1, "id": 0x351})]


def test_a_bank_runs_on_wall_time_and_is_driven_from_the_tests_thread(scene: Make) -> None:
    timeline = WallTimeline(realtime=False)
    try:
        one = scene(3, timeline=timeline, period=0.06, spacing=0.001)
        assert timeline.until(lambda: len(one.sender.sent) >= 18, timeout=10.0)
        one.fleet.limit(cvl=55.2)
        assert timeline.until(lambda: one.sender.of(0x551)[-1][:5] == "28 02", timeout=10.0)
        with one.fleet[2].faults.on(Override(cvl=54.4)):
            assert timeline.until(lambda: one.sender.of(0x451)[-1][:5] == "20 02", timeout=10.0)
        handle = one.fleet[3].faults.on(Silence())
        before = timeline.call(lambda: one.fleet[3].sent)
        assert timeline.until(lambda: one.fleet[3].muted >= 6, timeout=10.0)
        assert one.fleet[3].sent == before
        handle.off()
        assert timeline.until(lambda: one.fleet[3].sent > before, timeout=10.0)
        one.fleet.stop()
        count = one.fleet.sent
        timeline.run(0.2)
        assert one.fleet.sent == count
    finally:
        timeline.close()
