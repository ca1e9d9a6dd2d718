"""The python-can interface on simulated time."""

import threading
from collections.abc import Callable

import can
import pytest

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus.bus import TwinBus

CHANNEL = "canbus-test"


def frame(identifier: int = 0x305, data: bytes = bytes(8), **more: object) -> can.Message:
    return can.Message(arbitration_id=identifier, is_extended_id=False, data=data, **more)


def received(bus: can.BusABC) -> list[int]:
    messages = iter(lambda: bus.recv(0), None)
    return [message.arbitration_id for message in messages]


def test_a_frame_arrives_with_the_end_of_the_frame_as_timestamp(opened: Callable[..., TwinBus]) -> None:
    sender, receiver = opened(bitrate=500_000), opened()
    sender.send(frame(0x07C, bytes.fromhex("3C3C000BFF041003")))
    message = receiver.recv(1.0)
    assert message is not None
    assert (message.arbitration_id, message.is_extended_id, message.dlc) == (0x07C, False, 8)
    assert message.data.hex() == "3c3c000bff041003"
    assert message.timestamp == pytest.approx(0.00026, abs=1e-12)
    assert message.channel == CHANNEL
    assert message.is_rx


def test_extended_and_remote_frames_arrive_as_such(opened: Callable[..., TwinBus]) -> None:
    sender, receiver = opened(), opened()
    sender.send(can.Message(arbitration_id=0x1351, is_extended_id=True, is_remote_frame=True, dlc=5))
    message = receiver.recv(1.0)
    assert message is not None
    assert message.equals(can.Message(0.0, 0x1351, True, True, channel=CHANNEL, dlc=5), timestamp_delta=None)


def test_a_message_is_copied_for_each_receiver(opened: Callable[..., TwinBus]) -> None:
    sender, first, second = opened(), opened(), opened()
    original = frame(0x351, b"\x01\x02")
    sender.send(original)
    original.data[0] = 0xFF
    one, two = first.recv(1.0), second.recv(0)
    assert one is not None
    assert two is not None
    assert one is not two
    one.data[1] = 0xFF
    assert bytes(two.data) == b"\x01\x02"


def test_the_sender_hears_no_echo_unless_it_asks(opened: Callable[..., TwinBus]) -> None:
    quiet, echoing, peer = opened(), opened(receive_own_messages=True), opened()
    echoing.send(frame(0x351))
    quiet.send(frame(0x355))
    assert echoing.recv(0) is None  # not before the frame has been sent
    echo = echoing.recv(1.0)
    assert echo is not None
    assert (echo.arbitration_id, echo.is_rx) == (0x351, False)
    peer.recv(1.0)
    other = echoing.recv(1.0)
    assert other is not None
    assert (other.arbitration_id, other.is_rx) == (0x355, True)
    assert received(quiet) == [0x351]


def test_an_unacknowledged_frame_has_no_echo(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    alone = opened(receive_own_messages=True)
    opened(listen_only=True)
    alone.send(frame())
    timeline.run(0.0005)
    assert received(alone) == [0x2A0]  # the error frame of the first attempt
    assert (alone.pending, alone.medium.unacknowledged) == (1, 1)
    assert [message.arbitration_id for message in alone.flush()] == [0x305]
    assert alone.pending == 0


def test_filters_drop_other_frames_on_arrival(opened: Callable[..., TwinBus]) -> None:
    sender = opened()
    filtered = opened(can_filters=[{"can_id": 0x350, "can_mask": 0x7F0}])
    for identifier in (0x305, 0x351, 0x35E, 0x360):
        sender.send(frame(identifier))
    first = filtered.recv(1.0)
    assert first is not None
    assert first.arbitration_id == 0x351
    assert filtered.recv(0.01) is not None
    assert filtered.recv(0.01) is None
    filtered.set_filters(None)
    sender.send(frame(0x305))
    filtered.recv(0.01)
    assert received(filtered) == []


def test_recv_lets_exactly_its_timeout_pass(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    bus = opened()
    assert bus.recv(0) is None
    assert bus.recv(-1.0) is None
    assert timeline.now == 0
    assert bus.recv(2.5) is None
    assert timeline.now == 2_500_000_000


def test_recv_returns_at_the_end_of_the_frame(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    sender, receiver = opened(), opened()
    timeline.after(1.0, lambda: sender.send(frame()))
    assert receiver.recv() is not None
    assert timeline.now == 1_000_250_000
    sender.send(frame())
    timeline.run(1.0)
    assert receiver.recv(-1.0) is not None


def test_waiting_for_ever_for_nothing_is_an_error(opened: Callable[..., TwinBus]) -> None:
    with pytest.raises(can.CanOperationError, match="nothing is left that could ever be received"):
        opened().recv()


def test_recv_inside_an_event_may_look_but_not_wait(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    bus = opened()
    looked: list[can.Message | None] = []
    timeline.after(1.0, lambda: looked.append(bus.recv(0)))
    timeline.run(1.0)
    assert looked == [None]
    timeline.after(1.0, lambda: bus.recv(1.0))
    with pytest.raises(can.CanOperationError, match="recv cannot wait: waiting inside an event"):
        timeline.run(1.0)


def in_another_thread(action: Callable[[], object]) -> BaseException | None:
    caught: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except can.CanError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return caught[0] if caught else None


def test_other_threads_are_refused(opened: Callable[..., TwinBus]) -> None:
    bus = opened()
    assert "only the owner thread may receive" in str(in_another_thread(lambda: bus.recv(1.0)))
    assert "only the owner thread may receive" in str(in_another_thread(lambda: bus.recv(0)))
    assert "only the owner thread may send" in str(in_another_thread(lambda: bus.send(frame())))
    refused = in_another_thread(opened)
    assert isinstance(refused, can.CanInitializationError)
    assert "only its owner thread may open it" in str(refused)


def test_a_notifier_is_refused(opened: Callable[..., TwinBus]) -> None:
    refused = threading.Event()
    errors: list[str] = []

    class Listener(can.Listener):
        def on_message_received(self, msg: can.Message) -> None:
            raise AssertionError(msg)

        def on_error(self, exc: Exception) -> None:
            errors.append(str(exc))
            notifier._stopped = True
            refused.set()

    notifier = can.Notifier([], [Listener()])
    notifier.add_bus(opened())
    assert refused.wait(10)
    notifier.stop()
    assert "no Notifier" in errors[0]


def test_send_periodic_is_refused(opened: Callable[..., TwinBus]) -> None:
    with pytest.raises(can.CanOperationError, match=r"counts wall time in a thread: use timeline\.every"):
        opened().send_periodic(frame(), 1.0)


def test_on_frame_is_handed_one_shared_message(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    sender, first, second = opened(receive_own_messages=True), opened(), opened()
    seen: list[tuple[int, can.Message]] = []
    for bus in (sender, first, second):
        bus.on_frame = lambda when, message: seen.append((when, message))
    sender.send(frame())
    timeline.run(1.0)
    assert [when for when, _ in seen] == [250_000, 250_000, 250_000]
    assert seen[0][1] is seen[1][1]
    assert [message.is_rx for _, message in seen] == [True, True, False]
    assert received(first) == []


def test_a_listener_hears_and_cannot_send(opened: Callable[..., TwinBus]) -> None:
    sender, listener = opened(), opened(listen_only=True)
    opened()
    sender.send(frame())
    assert listener.recv(1.0) is not None
    assert listener.state is can.BusState.PASSIVE
    with pytest.raises(can.CanOperationError, match="cannot send: it was opened with listen_only"):
        listener.send(frame())


def test_shutdown_leaves_the_bus(opened: Callable[..., TwinBus], timeline: SimulatedTimeline) -> None:
    sender, receiver = opened(), opened()
    assert receiver.state is can.BusState.ACTIVE
    sender.send(frame(0x305))
    receiver.recv(1.0)
    sender.send(frame(0x351))
    timeline.run(1.0)
    receiver.shutdown()
    receiver.shutdown()
    assert len(sender.medium.stations) == 1
    assert receiver.state is can.BusState.ERROR
    late = receiver.recv(0)  # what came before is still there
    assert late is not None
    for _ in range(2):
        with pytest.raises(can.CanOperationError, match="cannot receive: it is shut down"):
            receiver.recv(1.0)
    with pytest.raises(can.CanOperationError, match="cannot send: it is shut down"):
        receiver.send(frame())


def test_the_state_cannot_be_set(opened: Callable[..., TwinBus]) -> None:
    bus = opened()
    with pytest.raises(can.CanOperationError, match="cannot be set to PASSIVE"):
        bus.state = can.BusState.PASSIVE


def test_flush_keeps_the_frame_on_the_wire(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    sender, receiver = opened(), opened()
    for identifier in (0x305, 0x351, 0x355):
        sender.send(frame(identifier))
    sender.flush_tx_buffer()
    timeline.run(1.0)
    assert received(receiver) == [0x305]


@pytest.mark.parametrize(
    "message",
    [
        can.Message(arbitration_id=0x800, is_extended_id=False),
        can.Message(arbitration_id=0x20000000, is_extended_id=True),
        can.Message(arbitration_id=0x351, is_fd=True, data=bytes(12)),
        can.Message(arbitration_id=0x351, is_error_frame=True),
        can.Message(arbitration_id=0x351, dlc=9, is_remote_frame=True),
        can.Message(arbitration_id=0x351, dlc=4, data=bytes(8)),
    ],
)
def test_what_a_classic_bus_cannot_carry(opened: Callable[..., TwinBus], message: can.Message) -> None:
    with pytest.raises(can.CanOperationError, match="a classic CAN bus cannot carry") as caught:
        opened().send(message)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("timeline")
@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"channel": "nowhere"}, "twin channel 'nowhere' does not exist"),
        ({"bitrate": 0}, "a bit rate of 0 bit/s cannot be: use e.g. 500000"),
        ({"fd": True}, "has no option fd: leave it out"),
        ({"ttyBaudrate": 115_200}, "has no option ttyBaudrate: leave it out"),
    ],
)
def test_what_cannot_be_opened_says_so_in_one_line(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(can.CanInitializationError) as caught:
        can.Bus(interface="twin", ignore_config=True, **{"channel": CHANNEL, **options})
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("timeline")
def test_python_can_lists_the_channels() -> None:
    assert {"interface": "twin", "channel": CHANNEL} in can.detect_available_configs("twin")
