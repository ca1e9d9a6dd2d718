"""What the port says and does about trouble on the bus, behind the real gs_usb driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.journal import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Candlelight, Segment

    from bmshil.journal import Journal
    from bmshil.ports import CanPort

    Plug = Callable[..., Candlelight]
    Make = Callable[..., CanPort]

PATIENCE = 30.0
# s; half of it must be enough to take the link down and up, which takes half a second in the guest
PERIOD = 2.0
LIMITS = Frame(0x351, bytes.fromhex("3202f401f401e001"))


def _events(journal: Journal, kind: str, name: str) -> list[object]:
    return [event.data[name] for event in journal.events(0.0, 1e6, kind)]


def test_states_and_counters_are_written(
    candlelight: Plug, segment: Segment, port: Make, journal: Journal
) -> None:
    candle = candlelight()
    candle.up()
    other = segment.peer()
    emulator = port(candle.name)
    segment.destroy(17)
    segment.timeline.call(lambda: emulator.send(LIMITS))
    assert other.hears(0x351)
    assert segment.timeline.until(lambda: emulator.health.state == "error-passive", PATIENCE)
    assert (emulator.health.tec, emulator.health.rec) == (128, 0)
    assert _events(journal, "bus_state", "state")[-2:] == ["error-warning", "error-passive"]


def test_bus_off_is_one_outage_that_the_port_ends_by_taking_the_link_down_and_up(
    candlelight: Plug, segment: Segment, port: Make, journal: Journal
) -> None:
    candle = candlelight(recovers=False)
    candle.up()
    other = segment.peer()
    emulator = port(candle.name)
    segment.destroy(32)
    segment.timeline.every(PERIOD, lambda: emulator.send(LIMITS))
    assert other.hears(0x351, 3)
    assert segment.timeline.until(lambda: emulator.health.down is None, PATIENCE)
    assert _events(journal, "port_error", "what") == ["bus-off"]
    assert _events(journal, "port_recovered", "what") == ["bus-off"]
    assert candle.state == "ERROR-ACTIVE"


def test_frames_that_nobody_acknowledges_are_told_and_never_sent_late(
    candlelight: Plug, segment: Segment, port: Make, journal: Journal
) -> None:
    candle = candlelight()
    candle.up()
    timeline = segment.timeline
    emulator = port(candle.name, period=PERIOD)
    sent: dict[int, float] = {}

    def send() -> None:
        number = len(sent)
        sent[number] = timeline.seconds
        emulator.send(Frame(0x351, number.to_bytes(8, "little")))

    timeline.every(PERIOD, send)
    assert timeline.until(lambda: not emulator.acknowledged, PATIENCE)
    ages: list[float] = []
    other = segment.peer()
    other.station.receive = lambda _, message: ages.append(
        timeline.seconds - sent[int.from_bytes(message.data, "little")]
    )
    assert timeline.until(lambda: emulator.acknowledged and len(ages) >= 3, PATIENCE)
    assert max(ages) < PERIOD
    assert len(_events(journal, "unacknowledged", "frames")) == 1
    assert len(_events(journal, "acknowledged", "after")) == 1
    assert _events(journal, "port_error", "what") == []


def test_an_adapter_that_confirms_what_it_has_not_sent_is_found_out(
    candlelight: Plug, segment: Segment, port: Make
) -> None:
    candle = candlelight(early_echo=True)
    candle.up()
    emulator = port(candle.name, period=PERIOD)
    segment.timeline.every(PERIOD, lambda: emulator.send(LIMITS))
    assert segment.timeline.until(lambda: emulator.health.confirmed > 0, PATIENCE)
    assert segment.timeline.until(lambda: not emulator.acknowledged, PATIENCE)
