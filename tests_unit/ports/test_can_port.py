from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import can
import pytest

from bmshil.errors import PortError
from bmshil.journal import Direction, Frame, layouts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bmshil.journal import Journal
    from bmshil.ports import CanPort
    from bmshil.timeline import WallTimeline

    Make = Callable[..., CanPort]

LIMITS = Frame(0x351, bytes.fromhex("30 02 E8 03 E8 03 E0 01"))
KEEP_ALIVE = Frame(0x305, bytes(8))


@pytest.fixture
def other_end() -> Iterator[can.BusABC]:
    """Somebody else on python-can's bus inside this process."""
    bus = can.Bus(interface="virtual", channel="ports", ignore_config=True)
    yield bus
    bus.shutdown()


def message(frame: Frame, **rest: Any) -> can.Message:
    return can.Message(
        arbitration_id=frame.id, data=frame.data, is_extended_id=frame.extended, **{"timestamp": 1.0, **rest}
    )


def rows(journal: Journal) -> list[tuple[int, Direction, bool]]:
    """Identifier, direction and error mark of all frames."""
    return [
        (
            int(row["id"]),
            Direction(int(row["flags"]) & layouts.DIRECTION_MASK),
            bool(row["flags"] & layouts.ERROR),
        )
        for row in journal.frames(-1.0, 1e6)
    ]


def causes(journal: Journal) -> list[str]:
    return [event.data["cause"] for event in journal.events(0.0, 1e6, "port_error")]


def test_a_frame_that_comes_back_is_written_as_sent(
    port: Make, timeline: WallTimeline, journal: Journal, other_end: can.BusABC
) -> None:
    one = port("virtual", "ports")
    told: list[Frame] = []
    one.subscribe_sent(lambda _when, frame: told.append(frame))
    one.send(LIMITS)
    assert timeline.until(lambda: one.health.confirmed == 1, 2.0)
    arrived = other_end.recv(2.0)
    assert arrived is not None
    assert (arrived.arbitration_id, bytes(arrived.data), arrived.is_extended_id) == (
        0x351,
        LIMITS.data,
        False,
    )
    assert rows(journal) == [(0x351, Direction.SENT, False)]
    assert told == [LIMITS]
    assert (one.health.sent, one.health.received, one.confirms) == (1, 0, True)


def test_without_an_echo_a_frame_is_written_as_unconfirmed(port: Make, journal: Journal, script: Any) -> None:
    one = port("scripted")
    told: list[Frame] = []
    one.subscribe_sent(lambda _when, frame: told.append(frame))
    one.send(Frame(0x1351, b"\1\2", extended=True))
    assert rows(journal) == [(0x1351, Direction.UNCONFIRMED, False)]
    assert told == [Frame(0x1351, b"\1\2", extended=True)]
    assert [(sent.arbitration_id, sent.is_extended_id) for sent in script.sent] == [(0x1351, True)]
    assert (one.health.sent, one.health.confirmed, one.confirms) == (1, 0, False)
    assert "receive_own_messages" not in script.opened_with


def test_frames_of_others_reach_the_listeners(
    port: Make, timeline: WallTimeline, journal: Journal, other_end: can.BusABC
) -> None:
    one = port("virtual", "ports")
    heard: list[tuple[float, Frame]] = []
    one.subscribe(lambda when, frame: heard.append((when * 1e-9, frame)))
    other_end.send(message(KEEP_ALIVE))
    assert timeline.until(lambda: len(heard) == 1, 2.0)
    assert heard[0][1] == KEEP_ALIVE
    assert 0.0 <= heard[0][0] <= timeline.seconds
    assert rows(journal) == [(0x305, Direction.RECEIVED, False)]


def test_an_error_frame_is_counted_and_handed_to_nobody(
    port: Make, timeline: WallTimeline, journal: Journal, other_end: can.BusABC
) -> None:
    one = port("virtual", "ports")
    heard: list[Frame] = []
    one.subscribe(lambda _when, frame: heard.append(frame))
    other_end.send(can.Message(arbitration_id=0x4, is_error_frame=True, is_extended_id=False, data=bytes(8)))
    other_end.send(message(KEEP_ALIVE))
    assert timeline.until(lambda: len(heard) == 1, 2.0)
    assert heard == [KEEP_ALIVE]
    assert (one.health.error_frames, one.health.received) == (1, 1)
    assert rows(journal) == [(0x4, Direction.RECEIVED, True), (0x305, Direction.RECEIVED, False)]
    assert len(journal.events(0.0, 1e6, "bus_error")) == 1


def test_an_adapter_that_vanishes_is_one_event_and_its_thread_rests(
    port: Make, timeline: WallTimeline, journal: Journal, script: Any
) -> None:
    script.farewell = can.CanOperationError("Could not write to serial device")
    one = port("scripted")
    told: list[str] = []
    one.on_failure = told.append
    script.incoming.put(can.CanOperationError("Could not read from serial device"))
    assert timeline.until(lambda: one.dead, 2.0)
    looks = script.looks
    one.send(LIMITS)
    timeline.run(0.3)
    assert causes(journal) == ["Could not read from serial device"]
    assert told == ["Could not read from serial device"]
    assert script.looks == looks == 1
    assert (script.closed, one.health.failures, one.health.lost) == (1, 1, 1)
    assert rows(journal) == [(0x351, Direction.LOST, False)]


def test_a_failed_port_closes_without_a_word_and_leaves_no_thread(
    port: Make, timeline: WallTimeline, journal: Journal, script: Any
) -> None:
    before = threading.active_count()
    one = port("scripted")
    script.incoming.put(OSError(19, "No such device"))
    assert timeline.until(lambda: one.dead, 2.0)
    one.close()
    one.close()
    assert threading.active_count() == before
    assert causes(journal) == ["[Errno 19] No such device"]


def test_a_refused_frame_is_counted_and_the_next_one_is_tried(
    port: Make, journal: Journal, script: Any
) -> None:
    one = port("scripted")
    script.refusal = can.CanOperationError("Transmit buffer full")
    one.send(LIMITS)
    one.send(LIMITS)
    assert (one.health.lost, one.health.failures, one.health.down, one.dead) == (
        2,
        1,
        "Transmit buffer full",
        False,
    )
    assert causes(journal) == ["Transmit buffer full"]
    assert [event.data for event in journal.events(0.0, 1e6, "lost_frame")] == [{"id": "0x351"}] * 2
    script.refusal = None
    one.send(LIMITS)
    assert (one.health.sent, one.health.down) == (1, None)
    assert [direction for _, direction, _ in rows(journal)] == [
        Direction.LOST,
        Direction.LOST,
        Direction.UNCONFIRMED,
    ]


def test_a_garbled_line_does_not_end_the_port(
    port: Make, timeline: WallTimeline, journal: Journal, script: Any
) -> None:
    one = port("scripted")
    script.incoming.put(ValueError("invalid literal for int() with base 16: '1\\r'"))
    script.incoming.put(message(KEEP_ALIVE))
    assert timeline.until(lambda: one.health.received == 1, 2.0)
    assert (one.health.garbled, one.health.down, one.dead) == (1, None, False)
    assert causes(journal) == ["garbled: invalid literal for int() with base 16: '1\\r'"]


def test_an_adapter_that_says_nothing_readable_has_failed(
    port: Make, timeline: WallTimeline, script: Any
) -> None:
    one = port("scripted")
    for _ in range(30):
        script.incoming.put(IndexError("string index out of range"))
    assert timeline.until(lambda: one.dead, 2.0)
    assert script.looks == 10
    assert one.health.down == "string index out of range"


def test_a_port_that_listens_only_refuses_to_send(port: Make, script: Any) -> None:
    one = port("scripted", role="witness", listen_only=True)
    with pytest.raises(PortError, match="CAN witness: listens only, 0x351 cannot be sent"):
        one.send(LIMITS)
    assert script.sent == []


def test_a_closed_port_refuses_to_send(port: Make, script: Any) -> None:
    one = port("scripted")
    one.close()
    with pytest.raises(PortError, match="CAN emulator: not open, 0x351 cannot be sent"):
        one.send(LIMITS)
    assert script.closed == 1


def test_a_serial_adapter_that_takes_no_bytes_does_not_stop_time(port: Make, script: Any) -> None:
    one = port("slcan")
    one.send(LIMITS)
    assert script.send_options == [{"timeout": 0.02}]
    assert script.opened_with == {"bitrate": 500_000, "sleep_after_open": 0}


def test_frames_of_other_programs_on_the_same_interface_are_received(
    port: Make, timeline: WallTimeline, journal: Journal, script: Any
) -> None:
    one = port("socketcan")
    one.send(LIMITS)
    for frame in (KEEP_ALIVE, LIMITS, LIMITS):
        script.incoming.put(message(frame, is_rx=False))
    assert timeline.until(lambda: one.health.confirmed + one.health.received == 3, 2.0)
    assert (one.health.confirmed, one.health.received) == (1, 2)
    assert rows(journal) == [
        (0x305, Direction.RECEIVED, False),
        (0x351, Direction.SENT, False),
        (0x351, Direction.RECEIVED, False),
    ]
    assert script.opened_with["receive_own_messages"] is True


def test_a_witness_receives_what_the_emulator_beside_it_sends(
    port: Make, timeline: WallTimeline, script: Any
) -> None:
    one = port("socketcan", role="witness", listen_only=True)
    script.incoming.put(message(LIMITS, is_rx=False))
    assert timeline.until(lambda: one.health.received == 1, 2.0)
    assert one.health.confirmed == 0


@pytest.mark.parametrize(
    ("interface", "channel", "cause"),
    [
        ("nonsense", "can0", "CAN emulator: nonsense can0 cannot be opened: "),
        ("slcan", "/dev/bmshil-nothing", "CAN emulator: slcan /dev/bmshil-nothing cannot be opened: "),
    ],
)
def test_what_cannot_be_opened_is_one_line(port: Make, interface: str, channel: str, cause: str) -> None:
    with pytest.raises(PortError) as caught:
        port(interface, channel)
    assert str(caught.value).startswith(cause)
    assert "\n" not in str(caught.value)
