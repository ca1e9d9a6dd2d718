"""The python-can interface on wall time: threads, Notifier, send_periodic."""

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise

import can
import pytest

from bmshil.timeline import WallTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus

pytestmark = pytest.mark.wall

CHANNEL = "canbus-test"


@pytest.fixture
def timeline() -> Iterator[WallTimeline]:
    made = WallTimeline(realtime=False)
    can_medium.create(CHANNEL, made)
    yield made
    can_medium.remove(CHANNEL)
    made.close()


def frame(identifier: int = 0x305) -> can.Message:
    return can.Message(arbitration_id=identifier, is_extended_id=False, data=bytes(8))


def test_two_threads_talk(opened: Callable[..., TwinBus]) -> None:
    here, there = opened(), opened()

    def answer() -> None:
        for _ in range(20):
            message = there.recv(10.0)
            assert message is not None
            there.send(frame(message.arbitration_id + 0x10))

    thread = threading.Thread(target=answer)
    thread.start()
    stamps = []
    for identifier in range(0x300, 0x314):
        here.send(frame(identifier))
        message = here.recv(10.0)
        assert message is not None
        assert message.arbitration_id == identifier + 0x10
        stamps.append(message.timestamp)
    thread.join()
    # two frames of at least 111 bits lie between two answers
    assert min(later - earlier for earlier, later in pairwise(stamps)) > 0.000443


def test_lateness_does_not_stretch_the_traffic(opened: Callable[..., TwinBus]) -> None:
    sender = opened()
    for _ in range(10):
        sender.send(frame())  # nobody acknowledges yet
    receiver = opened()
    stamps = []
    for _ in range(10):
        message = receiver.recv(10.0)
        assert message is not None
        stamps.append(round(message.timestamp * 1e9))
    assert [stamp - stamps[0] for stamp in stamps] == [250_000 * count for count in range(10)]


def test_recv_gives_up_after_its_timeout(opened: Callable[..., TwinBus]) -> None:
    bus = opened()
    assert bus.recv(0) is None
    assert bus.recv(0.01) is None


def test_shutdown_wakes_up_all_who_wait(opened: Callable[..., TwinBus]) -> None:
    bus = opened()
    errors: list[str] = []

    def wait() -> None:
        try:
            bus.recv()
        except can.CanOperationError as error:
            errors.append(str(error))

    threads = [threading.Thread(target=wait) for _ in range(2)]
    for thread in threads:
        thread.start()
    bus.shutdown()
    for thread in threads:
        thread.join(10.0)
    assert errors == [f"twin {CHANNEL} cannot receive: it is shut down"] * 2


def test_notifier_and_send_periodic_work(opened: Callable[..., TwinBus]) -> None:
    sender, receiver = opened(), opened()
    reader = can.BufferedReader()
    with can.Notifier(receiver, [reader], timeout=0.1):
        task = sender.send_periodic(frame(0x351), 0.002)
        messages = [reader.get_message(10.0) for _ in range(3)]
        task.stop()
    assert [message.arbitration_id for message in messages if message] == [0x351, 0x351, 0x351]


def test_a_closed_timeline_is_no_obstacle_to_shutdown(
    opened: Callable[..., TwinBus], timeline: WallTimeline
) -> None:
    bus = opened()
    timeline.close()
    bus.shutdown()
    assert bus.medium.stations == ()
    with pytest.raises(can.CanInitializationError, match="cannot be joined"):
        opened()


def test_a_send_that_races_with_shutdown_is_dropped(
    opened: Callable[..., TwinBus], timeline: WallTimeline
) -> None:
    sender, receiver = opened(), opened()

    def both() -> None:
        sender.send(frame())  # is posted, and runs after this event
        sender.shutdown()

    timeline.call(both)
    timeline.run(0.01)
    assert receiver.recv(0) is None


def test_frames_are_flushed_when_nobody_acknowledges(opened: Callable[..., TwinBus]) -> None:
    alone = opened()
    alone.send(frame(0x351))
    alone.send(frame(0x355))
    assert [message.arbitration_id for message in alone.flush()] == [0x351, 0x355]
