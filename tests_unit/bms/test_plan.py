"""What is planned is what is sent; the lengths of frames are checked against the wire's own count."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.bms import NodeSettings, PlannedMessage, bus_load, plan_messages, worst_bits
from bmshil.dialects import assign_ids, dialect, id_scheme
from bmshil.errors import InputError
from bmshil.twin.canbus.bits import frame_bits

PYLON = dialect("pylontech-lv-1.2")


def planned(packs: int, scheme: str = "+0x100", **settings: Any) -> tuple[PlannedMessage, ...]:
    return plan_messages(PYLON, assign_ids(PYLON, id_scheme(scheme), packs), NodeSettings(**settings))


def test_the_longest_frames() -> None:
    # Davis and others, 2007: 135 bits for 8 bytes and 11 bits of identifier, 160 with 29; 55 and 80 for none.
    assert [worst_bits(8), worst_bits(8, True), worst_bits(0), worst_bits(0, True)] == [135, 160, 55, 80]


@given(
    st.one_of(
        st.tuples(st.just(False), st.integers(0, 0x7FF)), st.tuples(st.just(True), st.integers(0, 0x1FFFFFFF))
    ),
    st.binary(max_size=8),
)
def test_no_frame_is_longer_than_the_longest(identifier: tuple[bool, int], data: bytes) -> None:
    extended, id_ = identifier
    assert frame_bits(id_, data, extended) <= worst_bits(len(data), extended)


def test_one_pack_sends_its_set_at_the_spacing_of_real_packs() -> None:
    found = planned(1)
    assert [one.id for one in found] == [0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E]
    assert [one.offset for one in found] == pytest.approx([0.0, 0.005, 0.010, 0.015, 0.020, 0.025])
    assert [one.length for one in found] == [8, 4, 6, 7, 2, 8]
    assert {one.period for one in found} == {1.0}
    assert [one.bits for one in found] == [135, 95, 115, 125, 75, 135]


def test_three_packs_speak_a_third_of_a_second_apart() -> None:
    limits = [one for one in planned(3) if one.name == "Limits"]
    assert [(one.pack, one.id, one.extended) for one in limits] == [
        (1, 0x351, False),
        (2, 0x451, False),
        (3, 0x551, False),
    ]
    assert [one.offset for one in limits] == pytest.approx([0.0, 1 / 3, 2 / 3])


def test_the_order_of_sending_moves_the_sets() -> None:
    ids = assign_ids(PYLON, id_scheme("+0x100"), 3)
    found = plan_messages(PYLON, ids, NodeSettings(), order=(3, 1, 2))
    assert [one.pack for one in found if one.name == "Limits"] == [3, 1, 2]


def test_sets_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match=r"3 packs at a stagger of 0\.5 s need more than the period of 1 s"):
        planned(3, stagger=0.5)


@pytest.mark.parametrize(
    ("packs", "scheme", "settings"),
    [(3, "+0x100", {}), (3, "+0x100", {"stagger": 0.1, "spacing": 0.003}), (16, "<<12", {"period": 0.2})],
)
def test_a_fleet_keeps_the_plan(
    scene: Callable[..., Any], packs: int, scheme: str, settings: dict[str, float]
) -> None:
    one = scene(packs, scheme=scheme, **settings)
    plan = planned(packs, scheme, **settings)
    one.timeline.run(plan[0].period - 1e-6)
    sent = [(frame.id, frame.extended, when) for when, frame in one.sender.sent]
    assert [(id_, extended) for id_, extended, _ in sent] == [(slot.id, slot.extended) for slot in plan]
    assert [when for *_, when in sent] == pytest.approx([slot.offset for slot in plan], abs=1e-6)


def test_the_load_of_a_bus() -> None:
    assert bus_load([], 500_000) == 0.0
    # 135 bits each second and 95 bits ten times a second are 1085 bit/s.
    assert bus_load([(135, 1.0), (95, 0.1)], 500_000) == pytest.approx(0.00217)
    assert bus_load([(160, 0.0002)], 500_000) == pytest.approx(1.6)
