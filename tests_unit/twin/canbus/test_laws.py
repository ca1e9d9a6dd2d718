"""What holds on a segment whatever happens there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from bmshil.twin.canbus.confinement import State

if TYPE_CHECKING:
    from conftest import Segment

# when (steps of 0.1 ms), which node, which of three identifiers, which of four payloads
frames = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 3), st.integers(0, 2), st.integers(0, 3)), max_size=60
)
noise = st.sampled_from([0.0, 0.0, 0.05, 0.3])
"""Shares of frames that are destroyed."""


def busy(
    make: type[Segment], submissions: list[tuple[int, int, int, int]], probability: float, seed: int
) -> tuple[Segment, Counter[str]]:
    """Let four nodes send, with payloads that no two frames share except on purpose; count what was taken."""
    made = make(4, seed=seed, recovers=False)
    made.medium.disturbance = lambda _bits: probability
    taken: Counter[str] = Counter()
    for when, node, identifier, payload in submissions:
        made.send_at(when * 100_000, made.nodes[node], 0x350 + identifier, bytes([payload]))
        taken[f"{node}:{0x350 + identifier:x}:{payload:02x}"] += 1
    made.timeline.run(1)
    return made, taken


@settings(deadline=None)
@given(frames, noise, st.integers(0, 5))
def test_nothing_is_lost_or_doubled_but_by_bus_off(
    make_segment: type[Segment], submissions: list[tuple[int, int, int, int]], probability: float, seed: int
) -> None:
    made, taken = busy(make_segment, submissions, probability, seed)
    confirmed = Counter(
        f"{number}:{identifier:x}:{data}"
        for number, node in enumerate(made.nodes)
        for _, identifier, data in node.confirmed
    )
    if not any(node.off for node in made.nodes):
        assert confirmed == taken
    assert confirmed <= taken
    # What one node has sent stands at one time on the bus; frames that merged are confirmed to several
    sent = {one for node in made.nodes for one in node.confirmed}
    assert len({when for when, *_ in sent}) == len(sent) == made.medium.frames
    assert {one for node in made.nodes for one in node.heard} <= sent


@settings(deadline=None)
@given(frames, noise, st.integers(0, 5))
def test_counters_and_states_stay_within_their_bounds(
    make_segment: type[Segment], submissions: list[tuple[int, int, int, int]], probability: float, seed: int
) -> None:
    made, _ = busy(make_segment, submissions, probability, seed)
    for node in made.nodes:
        for error in node.errors:
            assert 0 <= error.tec <= 255 + 16
            assert 0 <= error.rec <= 255
            assert (error.state is State.BUS_OFF) == (error.tec > 255)
            assert (error.state >= State.ERROR_PASSIVE) == (error.tec > 127 or error.rec > 127)
        assert node.told == sorted(node.told)
    # Only when all send one and the same frame together is nobody left to acknowledge it
    waiting = {str(node.queue[0].message) if node.queue else "" for node in made.nodes}
    assert len(waiting) == 1


@settings(deadline=None)
@given(frames, noise, st.integers(0, 5))
def test_the_bus_is_never_busier_than_time_allows(
    make_segment: type[Segment], submissions: list[tuple[int, int, int, int]], probability: float, seed: int
) -> None:
    made, _ = busy(make_segment, submissions, probability, seed)
    assert made.medium.busy_ns <= made.timeline.now
    assert round(made.medium.load(1.0) * 1e9) == made.medium.busy_ns
    at_least = 47 * made.medium.frames + (1 + 6 + 8 + 3) * made.medium.error_frames
    assert made.medium.busy_ns >= at_least * 2_000
    assert made.medium.collisions <= made.medium.error_frames + made.medium.frames


@settings(deadline=None)
@given(frames, noise, st.integers(0, 5))
def test_equal_seeds_give_equal_traces(
    make_segment: type[Segment], submissions: list[tuple[int, int, int, int]], probability: float, seed: int
) -> None:
    first, _ = busy(make_segment, submissions, probability, seed)
    second, _ = busy(make_segment, submissions, probability, seed)
    for one, other in zip(first.nodes, second.nodes, strict=True):
        assert (one.heard, one.confirmed, one.errors) == (other.heard, other.confirmed, other.errors)
