"""A USB adapter is pulled out and plugged in again under a port that sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.journal import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Candlelight, Segment

    from bmshil.journal import Journal
    from bmshil.ports import CanPort
    from bmshil.timeline import WallTimeline

PATIENCE = 30.0
PERIOD = 0.05  # s
LIMITS = Frame(0x351, bytes.fromhex("3202f401f401e001"))


def test_an_unplugged_adapter_is_one_outage_and_traffic_resumes_by_itself_after_replugging(
    candlelight: Callable[..., Candlelight],
    segment: Segment,
    port: Callable[..., CanPort],
    journal: Journal,
    figure: Callable[[str, str], None],
) -> None:
    candle = candlelight()
    candle.up()
    timeline: WallTimeline = segment.timeline
    other = segment.peer()
    arrivals: list[float] = []
    other.station.receive = lambda *_: arrivals.append(timeline.seconds)
    emulator = port(candle.name)
    timeline.every(PERIOD, lambda: emulator.send(LIMITS))
    assert timeline.until(lambda: len(arrivals) >= 5, PATIENCE)

    candle.unplug()
    assert timeline.until(lambda: emulator.health.down is not None, PATIENCE)
    before = len(arrivals)
    replugged = timeline.seconds
    candle.adapter.replug()
    assert timeline.until(lambda: len(arrivals) >= before + 5, PATIENCE)
    took = arrivals[before] - replugged
    figure("from replugging gs_usb to its first frame on the bus", f"{took:.2f} s")
    assert took < 3.0
    (error,) = journal.events(0.0, 1e6, "port_error")
    assert (error.source, error.data["what"]) == ("emulator", "unplugged")
    (recovered,) = journal.events(0.0, 1e6, "port_recovered")
    assert recovered.data["what"] == "unplugged"
    assert recovered.data["lost"] >= 1
    assert emulator.health.down is None
