"""Arbitration, timing, acknowledgement and queues of the medium, on simulated time."""

import random
from collections import deque
from collections.abc import Iterator

import can
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import PortError
from bmshil.timeline import Nanoseconds, SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bits import frame_bits
from bmshil.twin.canbus.medium import Medium, Station

KEEP_ALIVE_NS = 250_000  # 0x305 with eight zeros: 125 bits at 500 kbit/s
LONGEST = bytes.fromhex("3C3C000BFF041003")  # with 0x07C: 130 bits


def frame(identifier: int, data: bytes = bytes(8), *, extended: bool = False) -> can.Message:
    return can.Message(arbitration_id=identifier, is_extended_id=extended, data=data)


class Recorder(Station):
    """A station that keeps what it heard and what was confirmed to it."""

    def __init__(self, name: str = "station", *, listen_only: bool = False) -> None:
        self.heard: list[tuple[int, int]] = []
        self.confirmed: list[tuple[int, int]] = []
        super().__init__(
            name,
            lambda when, message: self.heard.append((when, message.arbitration_id)),
            lambda when, message: self.confirmed.append((when, message.arbitration_id)),
            listen_only=listen_only,
        )


class Segment:
    """A medium with a witness and two senders."""

    def __init__(self, bitrate: int = 500_000) -> None:
        self.timeline = SimulatedTimeline()
        self.medium = Medium(self.timeline, "segment", bitrate)
        self.witness = Recorder("witness")
        self.a = Recorder("a")
        self.b = Recorder("b")
        for station in (self.witness, self.a, self.b):
            self.medium.attach(station)

    def submit_at(self, when: int, station: Station, message: can.Message) -> None:
        self.timeline.at(Nanoseconds(when), lambda: self.medium.submit(station, message))

    def order(self) -> list[int]:
        self.timeline.run(0.1)
        return [identifier for _, identifier in self.witness.heard]


@pytest.fixture
def segment() -> Segment:
    return Segment()


@pytest.mark.parametrize(
    ("bitrate", "identifier", "data", "nanoseconds"),
    [
        (500_000, 0x07C, LONGEST, 260_000),
        (500_000, 0x305, bytes(8), 250_000),
        (125_000, 0x305, bytes(8), 1_000_000),
        (1_000_000, 0x07C, LONGEST, 130_000),
    ],
)
def test_a_frame_takes_its_time(bitrate: int, identifier: int, data: bytes, nanoseconds: int) -> None:
    segment = Segment(bitrate)
    segment.medium.submit(segment.a, frame(identifier, data))
    segment.timeline.run(1)
    assert segment.witness.heard == [(nanoseconds, identifier)]
    assert segment.b.heard == [(nanoseconds, identifier)]
    assert segment.a.heard == []
    assert segment.a.confirmed == [(nanoseconds, identifier)]


def test_a_waiting_sender_goes_back_to_back(segment: Segment) -> None:
    for _ in range(3):
        segment.medium.submit(segment.a, frame(0x305))
    segment.timeline.run(1)
    assert segment.witness.heard == [(250_000, 0x305), (500_000, 0x305), (750_000, 0x305)]


def test_an_idle_bus_is_taken_at_once(segment: Segment) -> None:
    segment.submit_at(1_000_000, segment.a, frame(0x305))
    segment.submit_at(7_000_001, segment.b, frame(0x305))
    segment.timeline.run(1)
    assert segment.witness.heard == [(1_250_000, 0x305), (7_250_001, 0x305)]


def test_the_smallest_identifier_of_one_instant_wins_whatever_the_order_of_events(segment: Segment) -> None:
    third = Recorder("c")
    segment.medium.attach(third)
    segment.submit_at(1_000, segment.a, frame(0x35E))
    segment.submit_at(1_000, segment.b, frame(0x305))
    segment.submit_at(1_000, third, frame(0x351))
    assert segment.order() == [0x305, 0x351, 0x35E]
    assert segment.witness.heard[0] == (251_000, 0x305)


def test_a_frame_that_gave_way_sends_its_whole_length_later(segment: Segment) -> None:
    segment.submit_at(0, segment.a, frame(0x305))
    segment.submit_at(0, segment.b, frame(0x07C, LONGEST))
    segment.timeline.run(1)
    assert segment.witness.heard == [(260_000, 0x07C), (510_000, 0x305)]
    assert segment.medium.frames == 2


def test_a_frame_on_the_wire_is_not_interrupted(segment: Segment) -> None:
    segment.submit_at(0, segment.a, frame(0x305))
    segment.submit_at(1, segment.b, frame(0x07C, LONGEST))
    segment.timeline.run(1)
    assert segment.witness.heard == [(250_000, 0x305), (510_000, 0x07C)]


def test_who_submits_when_the_bus_becomes_free_takes_part(segment: Segment) -> None:
    segment.submit_at(0, segment.a, frame(0x305))
    segment.submit_at(100, segment.a, frame(0x35E))
    segment.submit_at(250_000, segment.b, frame(0x351))
    assert segment.order() == [0x305, 0x351, 0x35E]


def test_an_answer_given_within_the_delivery_takes_part(segment: Segment) -> None:
    def answer(_when: int, message: can.Message) -> None:
        if message.arbitration_id == 0x305:
            segment.medium.submit(eager, frame(0x351))

    eager = Station("eager", answer, lambda _when, _message: None)
    segment.medium.attach(eager)
    segment.submit_at(0, segment.a, frame(0x305))
    segment.submit_at(0, segment.a, frame(0x35E))
    segment.submit_at(0, segment.b, frame(0x700))
    assert segment.order() == [0x305, 0x351, 0x35E, 0x700]


def test_standard_before_extended_and_data_before_remote(segment: Segment) -> None:
    stations = [segment.a, segment.b, Recorder(), Recorder()]
    messages = [
        can.Message(arbitration_id=0x351 << 18, is_extended_id=True, is_remote_frame=True),
        can.Message(arbitration_id=0x351 << 18, is_extended_id=True),
        can.Message(arbitration_id=0x351, is_extended_id=False, is_remote_frame=True),
        can.Message(arbitration_id=0x351, is_extended_id=False),
    ]
    order: list[tuple[bool, bool]] = []
    segment.witness.receive = lambda _when, message: order.append(
        (message.is_extended_id, message.is_remote_frame)
    )
    for station, message in zip(stations, messages, strict=True):
        segment.medium.attach(station)
        segment.submit_at(0, station, message)
    segment.timeline.run(1)
    assert order == [(False, False), (False, True), (True, False), (True, True)]


def test_a_station_sends_its_own_frames_in_order(segment: Segment) -> None:
    segment.submit_at(0, segment.a, frame(0x700))
    segment.submit_at(0, segment.a, frame(0x100))
    segment.submit_at(0, segment.b, frame(0x200))
    assert segment.order() == [0x200, 0x700, 0x100]


def test_one_identifier_twice_in_one_queue_is_no_collision(segment: Segment) -> None:
    for _ in range(2):
        segment.medium.submit(segment.a, frame(0x351))
    segment.medium.submit(segment.b, frame(0x355))
    segment.timeline.run(1)
    assert segment.medium.collisions == 0


def test_a_lone_station_waits_for_somebody_to_acknowledge() -> None:
    timeline = SimulatedTimeline()
    medium = Medium(timeline, "lone")
    alone, late = Recorder("alone"), Recorder("late")
    medium.attach(alone)
    medium.submit(alone, frame(0x305))
    timeline.run(0.0005)
    assert (medium.frames, medium.unacknowledged, len(alone.queue)) == (0, 1, 1)
    medium.attach(late)
    timeline.run(1)
    # Two attempts of 125 bits with a late error flag of 6 bits; who comes during the second hears the third
    assert late.heard == [(2 * 262_000 + 250_000, 0x305)]
    assert alone.confirmed == [(774_000, 0x305)]


def test_a_listener_does_not_acknowledge_but_hears() -> None:
    timeline = SimulatedTimeline()
    medium = Medium(timeline, "listener")
    sender, listener = Recorder("sender"), Recorder("listener", listen_only=True)
    medium.attach(sender)
    medium.attach(listener)
    medium.submit(sender, frame(0x305))
    timeline.run(0.0005)
    assert (listener.heard, medium.unacknowledged) == ([], 1)
    medium.attach(Recorder("peer"))
    timeline.run(1)
    assert listener.heard == [(774_000, 0x305)]


def test_the_last_acknowledging_station_leaves_during_the_frame() -> None:
    timeline = SimulatedTimeline()
    medium = Medium(timeline, "leaving")
    sender, peer = Recorder("sender"), Recorder("peer")
    medium.attach(sender)
    medium.attach(peer)
    medium.submit(sender, frame(0x305))
    timeline.at(Nanoseconds(1_000), lambda: medium.detach(peer))
    timeline.run(0.0005)
    assert (sender.confirmed, len(sender.queue)) == ([], 1)
    assert medium.unacknowledged == 1
    medium.attach(peer)
    timeline.run(1)
    assert peer.heard == [(774_000, 0x305)]


def test_a_sender_that_leaves_at_once_is_still_heard_by_its_only_peer() -> None:
    timeline = SimulatedTimeline()
    medium = Medium(timeline, "leaving")
    sender, peer = Recorder("sender"), Recorder("peer")
    medium.attach(sender)
    medium.attach(peer)
    medium.submit(sender, frame(0x305))
    medium.detach(sender)
    timeline.run(1)
    assert peer.heard == [(250_000, 0x305)]


def test_both_stations_leave_during_the_frame() -> None:
    timeline = SimulatedTimeline()
    medium = Medium(timeline, "leaving")
    sender, peer = Recorder("sender"), Recorder("peer")
    medium.attach(sender)
    medium.attach(peer)
    medium.submit(sender, frame(0x305))
    medium.detach(sender)
    medium.detach(peer)
    timeline.run(1)
    assert (medium.frames, medium.unacknowledged, len(sender.queue)) == (0, 1, 0)


def test_a_station_that_leaves_completes_its_frame_and_drops_the_rest(segment: Segment) -> None:
    segment.medium.submit(segment.a, frame(0x305))
    segment.medium.submit(segment.a, frame(0x351))
    segment.medium.detach(segment.a)
    assert segment.order() == [0x305]
    with pytest.raises(PortError, match="a is not on the bus and cannot send"):
        segment.medium.submit(segment.a, frame(0x305))


def test_a_listener_cannot_send(segment: Segment) -> None:
    listener = Recorder("listener", listen_only=True)
    segment.medium.attach(listener)
    with pytest.raises(PortError, match="listener only listens and cannot send"):
        segment.medium.submit(listener, frame(0x305))


def test_blocked_frames_are_flushed_in_their_order() -> None:
    timeline = SimulatedTimeline()
    medium = Medium(timeline, "blocked")
    sender, peer = Recorder("sender"), Recorder("peer")
    medium.attach(sender)
    medium.submit(sender, frame(0x355))
    medium.submit(sender, frame(0x351))
    assert [message.arbitration_id for message in medium.flush(sender)] == [0x355, 0x351]
    assert medium.flush(sender) == []
    medium.attach(peer)
    timeline.run(1)
    assert peer.heard == []


def test_flush_leaves_the_frame_on_the_wire_and_the_other_stations(segment: Segment) -> None:
    for identifier in (0x305, 0x351):
        segment.medium.submit(segment.a, frame(identifier))
    segment.medium.submit(segment.b, frame(0x700))
    segment.timeline.run(0.0001)
    assert [message.arbitration_id for message in segment.medium.flush(segment.a)] == [0x351]
    assert segment.order() == [0x305, 0x700]


def test_flush_of_a_station_that_waits_for_another(segment: Segment) -> None:
    segment.medium.submit(segment.a, frame(0x305))
    for identifier in (0x700, 0x351):
        segment.medium.submit(segment.b, frame(identifier))
    assert [message.arbitration_id for message in segment.medium.flush(segment.b)] == [0x700, 0x351]
    assert segment.order() == [0x305]


def test_flush_keeps_the_order_of_the_others(segment: Segment) -> None:
    third, fourth = Recorder("c"), Recorder("d")
    for station in (third, fourth):
        segment.medium.attach(station)
    segment.medium.submit(segment.a, frame(0x305))
    segment.timeline.run(0.0001)
    for station, identifier in ((segment.b, 0x101), (third, 0x110), (fourth, 0x102)):
        segment.medium.submit(station, frame(identifier))
    segment.medium.flush(segment.b)
    assert segment.order() == [0x305, 0x102, 0x110]


def test_a_failing_receiver_is_heard_and_the_bus_goes_on(segment: Segment) -> None:
    def fail(_when: int, _message: can.Message) -> None:
        segment.b.receive = lambda _when, _message: None
        raise ZeroDivisionError

    segment.b.receive = fail
    for _ in range(2):
        segment.medium.submit(segment.a, frame(0x305))
    with pytest.raises(ZeroDivisionError):
        segment.timeline.run(1)
    segment.timeline.run(1)
    assert segment.witness.heard == [(250_000, 0x305), (500_000, 0x305)]


def test_frames_bus_time_and_load(segment: Segment) -> None:
    for _ in range(4):
        segment.medium.submit(segment.a, frame(0x305))
    segment.timeline.run(0.002)
    assert (segment.medium.frames, segment.medium.busy_ns) == (4, 1_000_000)
    assert segment.medium.load(0.002) == 0.5
    segment.timeline.run(0.002)
    assert segment.medium.load(0.002) == 0.0
    assert segment.medium.load(0.004) == 0.25


def test_a_medium_needs_a_bit_rate() -> None:
    with pytest.raises(PortError, match="bit rate of 0 bit/s"):
        Medium(SimulatedTimeline(), "x", 0)


def traffic(seed: int) -> list[tuple[int, int]]:
    chance = random.Random(seed)
    segment = Segment()
    for station, identifiers in ((segment.a, (0x351, 0x355)), (segment.b, (0x352, 0x356))):
        for _ in range(200):
            segment.submit_at(
                chance.randrange(40) * 1_000_000, station, frame(chance.choice(identifiers), bytes(2))
            )
    segment.timeline.run(1)
    return segment.witness.heard


def test_repeated_runs_have_equal_traces() -> None:
    first = traffic(7)
    assert len(first) == 400
    assert traffic(7) == first
    assert traffic(8) != first


def expected(submissions: list[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """Walk through the traffic instant by instant, as one would on paper."""
    arriving = deque(sorted(submissions, key=lambda one: one[0]))
    queues: dict[int, deque[tuple[int, int]]] = {0: deque(), 1: deque(), 2: deque()}
    now = 0
    for order in range(2 * len(submissions) + 1):
        if not any(queues.values()):
            if not arriving:
                return
            now = max(now, arriving[0][0])
        while arriving and arriving[0][0] <= now:
            _, station, identifier = arriving.popleft()
            queues[station].append((identifier, len(submissions) - len(arriving)))
        station = min((queue[0], station) for station, queue in queues.items() if queue)[1]
        identifier, _ = queues[station].popleft()
        assert order <= len(submissions)
        now += frame_bits(identifier, bytes(8)) * 2_000
        yield now, identifier


@given(
    st.lists(
        st.tuples(
            st.integers(0, 12).map(lambda step: step * 125_000), st.integers(0, 2), st.integers(0x100, 0x102)
        ),
        max_size=25,
    )
)
def test_any_traffic_is_as_worked_out_on_paper(submissions: list[tuple[int, int, int]]) -> None:
    segment = Segment()
    third = Recorder("c")
    segment.medium.attach(third)
    stations = [segment.a, segment.b, third]
    distinct = [(when, station, 3 * identifier + station) for when, station, identifier in submissions]
    for when, station, identifier in distinct:
        segment.submit_at(when, stations[station], frame(identifier))
    segment.timeline.run(1)
    assert segment.witness.heard == list(expected(distinct))


def test_channels_have_names() -> None:
    timeline = SimulatedTimeline()
    made = can_medium.create("registry-test", timeline, 250_000)
    try:
        assert can_medium.medium("registry-test") is made
        assert "registry-test" in can_medium.names()
        with pytest.raises(PortError, match="'registry-test' exists already"):
            can_medium.create("registry-test", timeline)
    finally:
        can_medium.remove("registry-test")
    can_medium.remove("registry-test")
    with pytest.raises(PortError, match="'registry-test' does not exist"):
        can_medium.medium("registry-test")
