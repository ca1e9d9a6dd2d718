"""The real gs_usb driver on the candleLight stand-in: settings and frames arrive on the twin's segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import can

from bmshil.twin.canbus.confinement import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Candlelight, Links, Segment

    Plug = Callable[..., Candlelight]

PATIENCE = 30.0


def _message(identifier: int, data: str) -> can.Message:
    return can.Message(arbitration_id=identifier, is_extended_id=False, data=bytes.fromhex(data))


def _next(bus: can.BusABC) -> can.Message:
    """The next frame that is no error frame."""
    while (message := bus.recv(PATIENCE)) is not None:
        if not message.is_error_frame:
            return message
    raise TimeoutError


def test_frames_go_both_ways_and_are_confirmed_when_acknowledged(
    candlelight: Plug, segment: Segment, links: Links
) -> None:
    candle = candlelight()
    candle.up()
    assert candle.adapter.bitrate == 500_000
    bus = candle.socket(receive_own_messages=True)
    bus.send(_message(0x351, "3202f401f401e001"))
    assert candle.reaches("ERROR-PASSIVE")  # nobody acknowledges
    statistics = links.show(candle.name)["stats64"]
    assert statistics["tx"]["packets"] == 0
    other = segment.peer()
    echo = _next(bus)
    assert (echo.arbitration_id, echo.is_rx) == (0x351, False)
    assert other.hears(0x351)
    other.send(0x305, "0000000000000000")
    heard = _next(bus)
    assert (heard.arbitration_id, heard.is_rx, heard.data.hex()) == (0x305, True, "0000000000000000")


def test_who_only_listens_at_a_wrong_bit_rate_sees_errors_and_disturbs_nobody(
    candlelight: Plug, segment: Segment, links: Links
) -> None:
    candle = candlelight(unasked_errors=True)
    links.ip("link", "set", candle.name, "type", "can", "bitrate", "250000", "listen-only", "on")
    links.ip("link", "set", candle.name, "up")
    assert (candle.adapter.bitrate, candle.adapter.state) == (250_000, State.ERROR_ACTIVE)
    sender, receiver = segment.peer(), segment.peer()
    bus = candle.socket()
    for _ in range(5):
        sender.send(0x351, "3202f401f401e001")
    assert receiver.hears(0x351, 5)
    wrong = bus.recv(PATIENCE)
    assert wrong is not None
    assert wrong.is_error_frame
    assert (sender.station.tec, receiver.station.rec) == (0, 0)


def test_one_shot_frames_are_not_repeated(candlelight: Plug, segment: Segment) -> None:
    candle = candlelight()
    candle.up("one-shot", "on")
    other = segment.peer()
    segment.destroy(1)
    bus = candle.socket()
    bus.send(_message(0x351, "01"))
    bus.send(_message(0x355, "02"))
    assert other.hears(0x355)
    assert [one.arbitration_id for one in other.heard] == [0x355]
