"""Each way in which python-can lets an adapter die: one event with its cause, no spinning, recovery."""

from __future__ import annotations

import errno
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import can
import pytest

from bmshil.journal import Direction, Frame
from bmshil.ports.adapters import gs_usb, netdev

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Bench, NetDevices, Script

    from bmshil.ports import CanPort

pytestmark = pytest.mark.wall(9)

LIMITS = Frame(0x351, bytes.fromhex("30 02 E8 03 E8 03 E0 01"))
KEEP_ALIVE = Frame(0x305, bytes(8))
GONE = can.CanInitializationError("could not open port: No such file or directory")


def shot(bench: Bench, one: CanPort, frame: Frame = LIMITS) -> None:
    bench.timeline.call(lambda: one.send(frame))


def traffic_passes(bench: Bench, one: CanPort, script: Script) -> None:
    received, taken = one.health.received, len(script.sent)
    script.hear(KEEP_ALIVE)
    bench.until(lambda: one.health.received == received + 1)
    shot(bench, one)
    assert len(script.sent) == taken + 1


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (can.CanOperationError("Failed to receive: No such device", errno.ENODEV), "unplugged"),
        (OSError(errno.EIO, "Input/output error"), "unplugged"),
        (can.CanOperationError("Failed to receive: Network is down", errno.ENETDOWN), "interface down"),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "dead"),
        (can.CanOperationError("nobody knows"), "dead"),
    ],
)
def test_reading_that_fails_is_one_event_and_the_adapter_is_opened_when_it_is_back(
    wall: Bench, script: Script, error: Exception, what: str
) -> None:
    one = wall.port("scripted")
    told: list[str] = []
    one.on_failure = told.append
    script.absence = GONE
    script.farewell = can.CanOperationError("Could not write to serial device")
    script.incoming.put(error)
    wall.until(lambda: one.health.down is not None and "No such file" in one.health.down)
    looks = script.looks
    wall.timeline.run(0.35)
    assert script.looks == looks, "a dead adapter is not read"
    assert wall.outages == [f"+{what}"]
    assert wall.events("port_error")[0]["cause"].startswith(f"{what}: ")
    assert (len(told), one.health.outages, one.dead) == (1, 1, False)
    script.absence = None
    wall.until(lambda: one.health.down is None)
    assert wall.outages == [f"+{what}", f"-{what}"]
    assert 0.3 <= wall.events("port_recovered")[0]["outage"] <= 5.0
    traffic_passes(wall, one, script)
    assert (script.opened, script.closed) == (2, 1)


def test_frames_of_an_outage_are_lost_but_the_fresh_ones(wall: Bench, script: Script) -> None:
    one = wall.port("scripted", period=0.4)
    script.absence = GONE
    script.incoming.put(OSError(errno.ENODEV, "No such device"))
    wall.until(lambda: one.health.down is not None)
    shot(wall, one, Frame(0x351, b"old"))
    shot(wall, one, Frame(0x355, b"old"))
    wall.timeline.run(0.25)
    shot(wall, one, Frame(0x351, b"new"))
    script.absence = None
    wall.until(lambda: one.health.down is None)
    assert [bytes(message.data) for message in script.sent] == [b"new"]
    assert (one.health.sent, one.health.lost) == (1, 2)
    assert wall.rows == [
        (0x351, Direction.LOST, False),
        (0x355, Direction.LOST, False),
        (0x351, Direction.UNCONFIRMED, False),
    ]
    assert wall.events("port_recovered")[0]["lost"] == 2
    assert wall.events("lost_frame") == [], "one event for an outage, not one for each frame"


def test_a_port_that_is_closed_in_an_outage_leaves_nothing(wall: Bench, script: Script) -> None:
    before = threading.active_count()
    one = wall.port("scripted")
    script.absence = GONE
    script.incoming.put(OSError(errno.ENODEV, "No such device"))
    wall.until(lambda: one.health.down is not None)
    one.close()
    one.close()
    assert threading.active_count() == before
    assert (script.opened, script.closed) == (1, 1)
    assert wall.outages == ["+unplugged", "-unplugged"]


def test_a_port_is_closed_between_two_events_and_not_in_the_middle_of_one(
    wall: Bench, script: Script
) -> None:
    one = wall.port("scripted")
    entered, hold = threading.Event(), threading.Event()

    def event() -> None:
        entered.set()
        assert hold.wait(5.0)

    wall.timeline.post(event)
    assert entered.wait(5.0)
    closer = threading.Thread(target=one.close)
    closer.start()
    closer.join(0.3)
    assert closer.is_alive(), "what the event may be taking in is not taken away under it"
    hold.set()
    closer.join(5.0)
    assert not closer.is_alive()
    assert (one.dead, script.opened, script.closed) == (True, 1, 1)


def test_attempts_to_open_are_bounded(wall: Bench, script: Script) -> None:
    one = wall.port("scripted")
    script.absence = GONE
    script.incoming.put(OSError(errno.ENODEV, "No such device"))
    wall.until(lambda: one.health.down is not None)
    attempts: list[object] = []
    opening = one._adapter.open
    one._adapter.open = lambda settings: (attempts.append(1), opening(settings))[1]  # type: ignore[method-assign]
    wall.timeline.run(1.0)
    assert 1 <= len(attempts) <= 21


def test_a_full_buffer_is_one_event_that_ends_with_the_next_frame_taken(wall: Bench, script: Script) -> None:
    one = wall.port("scripted")
    script.refusal = can.CanOperationError("Failed to transmit: No buffer space available", errno.ENOBUFS)
    shot(wall, one)
    shot(wall, one)
    assert (one.health.lost, one.health.outages, one.dead) == (2, 1, False)
    assert one.health.down == "buffer full: Failed to transmit: No buffer space available [Error Code 105]"
    assert wall.outages == ["+buffer full"]
    script.refusal = None
    wall.timeline.run(0.6)
    shot(wall, one)
    assert wall.outages == ["+buffer full", "-buffer full"]
    assert (one.health.sent, one.health.down, script.closed) == (1, None, 0)
    assert [direction for _, direction, _ in wall.rows] == [
        Direction.LOST,
        Direction.LOST,
        Direction.UNCONFIRMED,
    ]


def test_a_dead_bus_that_only_refuses_to_send_is_opened_again(wall: Bench, script: Script) -> None:
    """As gs_usb through libusb, where reading never raises."""
    script.usb = usb(1, 7)
    one = wall.port("gs_usb")
    script.refusal = can.CanOperationError("The message could not be sent")
    shot(wall, one)
    assert wall.outages == ["+dead"]
    script.hear(KEEP_ALIVE)
    wall.until(lambda: one.health.received == 1)
    assert one.health.down is not None, "hearing does not show that it can send"
    wall.timeline.run(0.6)
    script.absence = GONE
    shot(wall, one)
    wall.until(lambda: script.closed == 1)
    script.refusal = script.absence = None
    wall.until(lambda: one.health.down is None)
    traffic_passes(wall, one, script)
    assert wall.outages == ["+dead", "-dead"]


def usb(bus: int, address: int) -> Any:
    """The part of pyusb's device that tells where it is."""
    return SimpleNamespace(gs_usb=SimpleNamespace(bus=bus, address=address))


def test_a_candlelight_that_is_pulled_out_is_noticed_without_sending(
    wall: Bench, script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gs_usb, "USB_DEVICES", tmp_path)
    (tmp_path / "001").mkdir()
    node = tmp_path / "001" / "007"
    node.touch()
    script.usb = usb(1, 7)
    one = wall.port("gs_usb", role="witness", listen_only=True)
    script.absence = GONE
    node.unlink()
    wall.until(lambda: one.health.down is not None and "could not open" in one.health.down)
    assert wall.events("port_error")[0]["cause"] == f"unplugged: USB device {node} is gone"
    (tmp_path / "001" / "008").touch()
    script.usb, script.absence = usb(1, 8), None
    wall.until(lambda: one.health.down is None)
    assert wall.outages == ["+unplugged", "-unplugged"]


def test_a_candlelight_on_a_silent_bus_has_a_full_buffer(wall: Bench, script: Script) -> None:
    script.usb = usb(1, 7)
    one = wall.port("gs_usb")
    refusal = can.CanOperationError("The message could not be sent")
    refusal.__cause__ = OSError(errno.ETIMEDOUT, "Operation timed out")
    script.refusal = refusal
    shot(wall, one)
    assert wall.outages == ["+buffer full"]


def test_a_driver_that_returns_nothing_for_ever_and_burns_the_processor_is_dead(
    wall: Bench, script: Script
) -> None:
    """As socketcand, whose server has closed the connection."""
    one = wall.port("socketcand")
    script.returns_at_once = True
    script.absence = GONE
    wall.until(lambda: one.health.down is not None and "could not open" in one.health.down)
    looks = script.looks
    wall.timeline.run(0.3)
    assert script.looks == looks
    assert wall.outages == ["+dead"]
    assert wall.events("port_error")[0]["cause"] == "dead: the driver returns nothing and does not wait"
    script.returns_at_once, script.absence = False, None
    wall.until(lambda: one.health.down is None)
    traffic_passes(wall, one, script)
    assert wall.outages == ["+dead", "-dead"]


@pytest.mark.parametrize(
    "error", [ValueError("invalid literal for int() with base 16: '1\\r'"), IndexError("string index")]
)
def test_a_garbled_line_is_told_and_does_not_end_the_port(
    wall: Bench, script: Script, error: Exception
) -> None:
    one = wall.port("scripted")
    for _ in range(3):
        script.incoming.put(error)
    script.hear(KEEP_ALIVE)
    wall.until(lambda: one.health.received == 1)
    assert (one.health.garbled, one.health.down, one.health.outages) == (3, None, 1)
    assert wall.outages == ["+garbled"]
    wall.until(lambda: len(wall.outages) == 2)
    assert wall.outages == ["+garbled", "-garbled"]
    assert wall.events("port_recovered")[0]["lost"] == 3
    assert script.closed == 0


def test_an_adapter_that_says_nothing_readable_is_opened_again(wall: Bench, script: Script) -> None:
    one = wall.port("scripted")
    for _ in range(10):
        script.incoming.put(IndexError("string index out of range"))
    wall.until(lambda: script.opened == 2 and one.health.down is None)
    traffic_passes(wall, one, script)
    assert wall.events("port_error")[-1]["cause"] == ("garbled: 10 times in a row: string index out of range")
    assert wall.outages == ["+garbled", "-garbled"] * 2


@pytest.mark.parametrize("plugged_in_again", [False, True])
def test_a_socketcan_interface_that_vanishes_silently_is_noticed(
    wall: Bench, script: Script, link: NetDevices, plugged_in_again: bool
) -> None:
    """The old socket of a device that was plugged in again reads as an idle bus."""
    link("can0", index=4)
    one = wall.port("socketcan", "can0")
    if plugged_in_again:
        link("can0", index=5)
    else:
        link.unplug("can0")
        wall.until(lambda: one.health.down is not None and "plug it in" in one.health.down)
        link("can0", index=5)
    wall.until(lambda: script.opened == 2)
    wall.until(lambda: one.health.down is None)
    traffic_passes(wall, one, script)
    assert wall.outages == ["+unplugged", "-unplugged"]


def test_a_device_that_is_back_but_down_says_how_to_bring_it_up(
    wall: Bench, script: Script, link: NetDevices
) -> None:
    link("can0", index=4)
    one = wall.port("socketcan", "can0")
    link.unplug("can0")
    wall.until(lambda: one.health.down is not None)
    link("can0", index=5, up=False)
    said = "unplugged: can0 is back, but down: ip link set can0 up type can bitrate 500000"
    wall.until(lambda: one.health.down == said)
    link("can0", index=5)
    wall.until(lambda: one.health.down is None)
    traffic_passes(wall, one, script)
    assert wall.outages == ["+unplugged", "-unplugged"]


def test_who_may_brings_a_device_up_that_is_back_and_leaves_one_alone_that_was_put_down(
    wall: Bench, script: Script, link: NetDevices, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> Any:
        commands.append(command)
        if command[-1] == "up":
            link("can0", index=5)
        return netdev.subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(netdev.NetDevice, "may_configure", staticmethod(lambda: True))
    monkeypatch.setattr(netdev.subprocess, "run", run)
    link("can0", index=4)
    one = wall.port("socketcan", "can0", bitrate=250_000)
    link("can0", index=4, up=False)
    wall.until(lambda: one.health.down is not None)
    wall.timeline.run(0.3)
    assert (wall.outages, commands) == (["+interface down"], [])
    link.unplug("can0")
    wall.timeline.run(0.2)
    link("can0", index=5, up=False)
    wall.until(lambda: one.health.down is None)
    assert commands == [
        ["ip", "link", "set", "can0", "down"],
        ["ip", "link", "set", "can0", "type", "can", "bitrate", "250000"],
        ["ip", "link", "set", "can0", "up"],
    ]
    assert wall.outages == ["+interface down", "-interface down"]
    assert script.opened == 2


def test_an_interface_that_is_down_is_not_opened(wall: Bench, script: Script, link: NetDevices) -> None:
    link("can0", up=False)
    with pytest.raises(OSError, match="can0 is down: ip link set can0 up type can bitrate 500000"):
        wall.port("socketcan", "can0")
    with pytest.raises(OSError, match="there is no interface can1: plug it in"):
        wall.port("socketcan", "can1")
    assert script.opened == 0
