"""Trouble on the bus, as the kernel tells it: error frames, and the state of the interface by netlink."""

from __future__ import annotations

from typing import TYPE_CHECKING

import can
import pytest

from bmshil.twin.canbus.confinement import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Candlelight, Segment

    Plug = Callable[..., Candlelight]

PATIENCE = 30.0
BLOCKING = 5000  # frames; 30 s at 20 kbit/s
LIMITS = can.Message(arbitration_id=0x351, is_extended_id=False, data=bytes.fromhex("3202f401f401e001"))
WARNING = (0x204, "0008000000006000")  # of the controller, with counters: transmit warning, 96 and 0
PASSIVE = (0x204, "0020000000008000")
BUS_OFF = (0x040, "0000000000000000")
ACTIVE = (0x204, "0040000000000000")


def _errors(bus: can.BusABC) -> Iterator[tuple[int, str]]:
    """Identifier and data of the error frames, as they come."""
    while (message := bus.recv(PATIENCE)) is not None:
        if message.is_error_frame:
            yield message.arbitration_id, message.data.hex()


# A destroyed frame adds 8 to the transmit error counter of its sender, a good one takes 1 away.
@pytest.mark.parametrize(
    ("destroyed", "told", "state"),
    [(13, [WARNING], "ERROR-WARNING"), (17, [WARNING, PASSIVE], "ERROR-PASSIVE")],
)
def test_warning_and_passive_are_told_by_error_frames_and_netlink(
    destroyed: int, told: list[tuple[int, str]], state: str, candlelight: Plug, segment: Segment
) -> None:
    candle = candlelight()
    candle.up()
    other = segment.peer()
    bus = candle.socket()
    segment.destroy(destroyed)
    bus.send(LIMITS)
    errors = _errors(bus)
    assert [next(errors) for _ in told] == told
    assert other.hears(0x351)
    assert candle.reaches(state)


def test_bus_off_lasts_until_the_interface_goes_down_and_up(candlelight: Plug, segment: Segment) -> None:
    candle = candlelight(recovers=False)
    candle.up()
    other = segment.peer()
    bus = candle.socket()
    segment.destroy(32)
    bus.send(LIMITS)
    errors = _errors(bus)
    assert [next(errors) for _ in range(3)] == [WARNING, PASSIVE, BUS_OFF]
    assert candle.reaches("BUS-OFF")
    assert candle.adapter.state is State.BUS_OFF

    candle.down()
    assert candle.state == "STOPPED"
    candle.up()
    assert candle.reaches("ERROR-ACTIVE")
    candle.socket().send(LIMITS)
    assert other.hears(0x351)


def test_an_adapter_that_recovers_by_itself_is_active_again(candlelight: Plug, segment: Segment) -> None:
    candle = candlelight()
    candle.up()
    other = segment.peer()
    bus = candle.socket()
    segment.destroy(32)
    bus.send(LIMITS)
    errors = _errors(bus)
    assert [next(errors) for _ in range(4)] == [WARNING, PASSIVE, BUS_OFF, ACTIVE]
    assert candle.reaches("ERROR-ACTIVE")
    bus.send(LIMITS)
    assert other.hears(0x351)


# On a slow bus a few thousand frames keep it busy for longer than the emulated processor needs to send one.
@pytest.mark.parametrize("segment", [20_000], indirect=True)
def test_two_that_send_one_identifier_together_destroy_each_other_until_they_are_passive(
    candlelight: Plug, segment: Segment, eventually: Callable[..., bool]
) -> None:
    candle = candlelight(unasked_errors=True)
    candle.up()
    bus = candle.socket()
    medium = segment.medium
    (station,) = medium.stations
    duplicate, blocker, witness = segment.peer(), segment.peer(), segment.peer()
    wins = can.Message(arbitration_id=0x000, is_extended_id=False, data=bytes(8))

    def block() -> None:
        """Queue what wins against all others: no gap is left between two of them, however late anybody is."""
        for _ in range(BLOCKING):
            medium.submit(blocker.station, wins)

    segment.timeline.call(block)
    duplicate.send(0x351, "3002f401f401e001")
    bus.send(LIMITS)
    assert eventually(lambda: station.queue and duplicate.station.queue)
    segment.timeline.call(lambda: medium.flush(blocker.station))

    first = next(_errors(bus))
    assert first[0] == 0x288  # an error on the bus, with counters
    assert first[1] == "0000100000000800"  # a recessive bit that could not be sent; 8 and 0
    assert candle.reaches("ERROR-PASSIVE")
    # 0x30 and 0x32 differ in a bit that the first one sends dominant: passive errors let it through.
    assert witness.hears(0x351, 2)
    limits = [one.data.hex() for one in witness.heard if one.arbitration_id == 0x351]
    assert limits == ["3002f401f401e001", "3202f401f401e001"]


def test_an_adapter_that_nobody_acknowledges_is_passive_and_never_bus_off(
    candlelight: Plug, segment: Segment
) -> None:
    candle = candlelight()
    candle.up()
    bus = candle.socket()
    bus.send(LIMITS)
    errors = _errors(bus)
    assert [next(errors) for _ in range(2)] == [WARNING, PASSIVE]
    assert candle.reaches("ERROR-PASSIVE")
    assert segment.peer().hears(0x351)
    assert candle.reaches("ERROR-WARNING")  # 127: the frame that was acknowledged counts
