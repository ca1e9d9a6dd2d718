"""What a port does with frames, on an adapter that is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import can
import pytest

from bmshil.errors import InputError, PortError
from bmshil.journal import Direction, Frame
from bmshil.ports import Capability

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Bench, Script

LIMITS = Frame(0x351, bytes.fromhex("30 02 E8 03 E8 03 E0 01"))
KEEP_ALIVE = Frame(0x305, bytes(8))


@pytest.fixture
def other_end() -> Iterator[can.BusABC]:
    """Somebody else on python-can's bus inside this process."""
    bus = can.Bus(interface="virtual", channel="ports", ignore_config=True)
    yield bus
    bus.shutdown()


def message(frame: Frame) -> can.Message:
    return can.Message(arbitration_id=frame.id, data=frame.data, is_extended_id=frame.extended, timestamp=1.0)


def test_a_frame_that_comes_back_is_written_as_sent(wall: Bench, other_end: can.BusABC) -> None:
    one = wall.port("virtual", "ports")
    told: list[Frame] = []
    one.subscribe_sent(lambda _when, frame: told.append(frame))
    wall.timeline.call(lambda: one.send(LIMITS))
    wall.until(lambda: one.health.confirmed == 1)
    arrived = other_end.recv(2.0)
    assert arrived is not None
    assert (arrived.arbitration_id, bytes(arrived.data), arrived.is_extended_id) == (
        0x351,
        LIMITS.data,
        False,
    )
    assert wall.rows == [(0x351, Direction.SENT, False)]
    assert told == [LIMITS]
    assert (one.health.sent, one.health.received, one.confirms, one.acknowledged) == (1, 0, True, True)


def test_without_an_echo_a_frame_is_written_as_unconfirmed(wall: Bench, script: Script) -> None:
    one = wall.port("scripted")
    told: list[Frame] = []
    one.subscribe_sent(lambda _when, frame: told.append(frame))
    one.send(Frame(0x1351, b"\1\2", extended=True))
    assert wall.rows == [(0x1351, Direction.UNCONFIRMED, False)]
    assert told == [Frame(0x1351, b"\1\2", extended=True)]
    assert [(sent.arbitration_id, sent.is_extended_id) for sent in script.sent] == [(0x1351, True)]
    assert (one.health.sent, one.health.confirmed, one.confirms) == (1, 0, False)
    assert "receive_own_messages" not in script.opened_with


def test_frames_of_others_reach_the_listeners(wall: Bench, other_end: can.BusABC) -> None:
    one = wall.port("virtual", "ports")
    heard: list[tuple[float, Frame]] = []
    one.subscribe(lambda when, frame: heard.append((when * 1e-9, frame)))
    other_end.send(message(KEEP_ALIVE))
    wall.until(lambda: len(heard) == 1)
    assert heard[0][1] == KEEP_ALIVE
    assert 0.0 <= heard[0][0] <= wall.timeline.seconds
    assert wall.rows == [(0x305, Direction.RECEIVED, False)]


def test_an_error_frame_is_counted_and_handed_to_nobody(wall: Bench, other_end: can.BusABC) -> None:
    one = wall.port("virtual", "ports")
    heard: list[Frame] = []
    one.subscribe(lambda _when, frame: heard.append(frame))
    other_end.send(
        can.Message(arbitration_id=0x8, is_error_frame=True, is_extended_id=False, data=b"\0\0\4\0\0\0\0\0")
    )
    other_end.send(message(KEEP_ALIVE))
    wall.until(lambda: len(heard) == 1)
    assert heard == [KEEP_ALIVE]
    assert (one.health.error_frames, one.health.received) == (1, 1)
    assert wall.rows == [(0x8, Direction.RECEIVED, True), (0x305, Direction.RECEIVED, False)]
    assert wall.events("bus_error") == [{"kind": "stuff", "state": "error-active", "tec": 0, "rec": 0}]


def test_a_port_that_listens_only_refuses_to_send(wall: Bench, script: Script) -> None:
    one = wall.port("scripted", role="witness", listen_only=True)
    with pytest.raises(PortError, match="CAN witness: listens only, 0x351 cannot be sent"):
        one.send(LIMITS)
    assert script.sent == []


def test_a_closed_port_refuses_to_send(wall: Bench, script: Script) -> None:
    one = wall.port("scripted")
    assert not one.dead
    one.close()
    with pytest.raises(PortError, match="CAN emulator: not open, 0x351 cannot be sent"):
        one.send(LIMITS)
    assert script.closed == 1
    assert one.dead


def test_frames_of_other_programs_on_the_same_interface_are_received(
    wall: Bench, script: Script, link: Any
) -> None:
    link("can0")
    one = wall.port("socketcan", "can0")
    one.send(LIMITS)
    for frame in (KEEP_ALIVE, LIMITS, LIMITS):
        script.hear(frame, is_rx=False)
    wall.until(lambda: one.health.confirmed + one.health.received == 3)
    assert (one.health.confirmed, one.health.received) == (1, 2)
    assert wall.rows == [
        (0x305, Direction.RECEIVED, False),
        (0x351, Direction.SENT, False),
        (0x351, Direction.RECEIVED, False),
    ]
    assert script.opened_with["receive_own_messages"] is True


def test_a_witness_receives_what_the_emulator_beside_it_sends(wall: Bench, script: Script, link: Any) -> None:
    link("can0")
    one = wall.port("socketcan", "can0", role="witness", listen_only=True)
    script.hear(LIMITS, is_rx=False)
    wall.until(lambda: one.health.received == 1)
    assert one.health.confirmed == 0


@pytest.mark.parametrize(
    ("interface", "channel", "cause"),
    [
        ("nonsense", "can0", "CAN emulator: nonsense can0 cannot be opened: "),
        ("slcan", "/dev/bmshil-nothing", "CAN emulator: slcan /dev/bmshil-nothing cannot be opened: "),
    ],
)
def test_what_cannot_be_opened_is_one_line(wall: Bench, interface: str, channel: str, cause: str) -> None:
    with pytest.raises(PortError) as caught:
        wall.port(interface, channel)
    assert str(caught.value).startswith(cause)
    assert "\n" not in str(caught.value)


def test_what_was_queued_before_opening_is_counted_and_not_handed_over(wall: Bench, script: Script) -> None:
    for _ in range(3):
        script.hear(KEEP_ALIVE)
    one = wall.port("scripted")
    heard: list[Frame] = []
    one.subscribe(lambda _when, frame: heard.append(frame))
    script.hear(LIMITS)
    wall.until(lambda: one.health.received == 1)
    assert heard == [LIMITS]
    assert one.health.drained == 3
    assert wall.events("drained") == [{"frames": 3}]


@pytest.mark.parametrize(
    ("interface", "present", "absent"),
    [
        ("virtual", Capability.ECHO, Capability.ERROR_FRAMES),
        ("slcan", Capability.LISTEN_ONLY | Capability.FLUSH, Capability.ECHO),
        (
            "socketcan",
            Capability.ECHO | Capability.ERROR_FRAMES,
            Capability.LISTEN_ONLY | Capability.ONE_SHOT,
        ),
        ("kvaser", Capability.ECHO | Capability.LISTEN_ONLY, Capability.ISOLATION),
        ("something", Capability(0), ~Capability(0)),
    ],
)
def test_what_an_adapter_can_do_is_known_by_its_interface(
    simulated: Bench, interface: str, present: Capability, absent: Capability
) -> None:
    from bmshil.ports import CanPort  # noqa: PLC0415 - a port that is never opened

    port = CanPort(simulated.timeline, simulated.journal, role="witness", interface=interface, channel="c")
    assert present in port.capabilities
    assert not port.capabilities & absent


def test_a_rig_file_corrects_what_an_adapter_can_do(wall: Bench, script: Script) -> None:
    one = wall.port("kvaser", capabilities={"echo": False, "isolation": True})
    assert Capability.ECHO not in one.capabilities
    assert Capability.ISOLATION in one.capabilities
    one.send(LIMITS)
    assert wall.rows == [(0x351, Direction.UNCONFIRMED, False)]
    assert script.ids == [0x351]


def test_an_unknown_capability_names_the_known_ones(wall: Bench) -> None:
    with pytest.raises(InputError) as caught:
        wall.port("virtual", capabilities={"telepathy": True})
    assert str(caught.value) == (
        "CAN emulator: capability 'telepathy' is unknown: use echo, error_frames, listen_only, one_shot, "
        "hardware_time, isolation, flush"
    )


def test_a_disturber_opens_its_channel_in_another_way(wall: Bench, script: Script) -> None:
    one = wall.port("kvaser", role="disturber")
    one.reopen(bitrate=250_000, listen_only=True)
    assert (script.opened_with["bitrate"], script.opened_with["driver_mode"]) == (250_000, False)
    assert (one.bitrate, one.listen_only, script.closed) == (250_000, True, 1)
    one.reopen(listen_only=False)
    assert script.opened_with["bitrate"] == 250_000
    assert "driver_mode" not in script.opened_with
    one.send(LIMITS)
    assert script.ids == [0x351]


def test_what_an_adapter_cannot_do_is_said_with_what_to_do(wall: Bench, script: Script, link: Any) -> None:
    link("can0")
    with pytest.raises(PortError, match="kvaser c cannot send one-shot: use another adapter"):
        wall.port("kvaser", role="disturber").reopen(one_shot=True)
    with pytest.raises(
        PortError,
        match="CAN witness: listen-only is a property of interface can0: ip link set can0 down; "
        "ip link set can0 up type can listen-only on",
    ):
        wall.port("socketcan", "can0", role="witness").reopen(listen_only=True)
    assert script.opened == 2
