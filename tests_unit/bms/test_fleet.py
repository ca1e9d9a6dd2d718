import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from bmshil.battery import Bank, module
from bmshil.bms import Fleet, Silence
from bmshil.bms.phases import plan_phases
from bmshil.dialects import assign_ids, dialect, id_scheme
from bmshil.errors import InputError

Make = Callable[..., Any]


def test_packs_are_numbered_from_one(scene: Make) -> None:
    fleet = scene(3).fleet
    assert [node.number for node in fleet] == [1, 2, 3]
    assert fleet[3].number == len(fleet) == 3
    for number in (0, 4, -1):
        with pytest.raises(InputError, match=f"no pack {number}, the bank has packs 1 to 3"):
            fleet[number]


def test_every_pack_speaks_with_its_own_identifiers_at_its_own_phase(scene: Make) -> None:
    one = scene(3)
    one.timeline.run(1.0)
    assert [one.sender.times(identifier)[0] for identifier in (0x351, 0x451, 0x551)] == pytest.approx(
        [0.0, 1 / 3, 2 / 3]
    )


def test_no_two_frames_share_a_time(scene: Make) -> None:
    one = scene(16, scheme="<<12")
    one.timeline.run(0.999)
    times = [when for when, _ in one.sender.sent]
    assert len(times) == 96
    assert min(late - early for early, late in pairwise(times)) >= 0.004


def test_a_limit_of_the_bank_is_one_of_every_pack(scene: Make) -> None:
    one = scene(3)
    one.fleet.limit(cvl=56.0, ccl=30.0)
    one.fleet[2].limit(cvl=55.2)
    one.timeline.run(1.0)
    assert one.sender.of(0x351)[0] == "30 02 2C 01 84 03 C0 01"
    assert one.sender.of(0x451)[0] == "28 02 2C 01 84 03 C0 01"
    assert one.sender.of(0x551)[0] == "30 02 2C 01 84 03 C0 01"
    assert one.events("limit") == [("bank", {"cvl": 56.0, "ccl": 30.0}), ("pack2", {"cvl": 55.2})]


def test_ten_thousand_equal_limits_are_one_event(scene: Make) -> None:
    one = scene(2)
    for _ in range(10_000):
        one.fleet.limit(cvl=55.2)
    assert len(one.events("limit")) == 1
    one.fleet.unlimit()
    assert one.fleet[1].report.cvl == 56.0
    assert one.events("limit")[-1] == ("bank", {"decided_by": "node"})


def test_the_bank_asks_for_the_lowest_voltage_and_the_sum_of_currents(scene: Make) -> None:
    one = scene(3)
    one.fleet.limit(ccl=30.0, dcl=40.0)
    one.fleet[2].limit(cvl=55.2, ccl=15.0)
    assert math.isnan(one.fleet.asks().cvl)  # nobody has spoken yet
    one.timeline.run(1.0)
    assert one.fleet.asks() == (55.2, 75.0, 120.0)
    silence = one.fleet[2].faults.on(Silence())
    assert one.fleet.asks() == (56.0, 60.0, 80.0)
    silence.off()
    assert one.fleet.asks() == (55.2, 75.0, 120.0)


def test_the_bank_can_be_silenced_as_a_whole(scene: Make) -> None:
    one = scene(3)
    one.timeline.run(1.0)
    with one.fleet.silence():
        one.sender.clear()
        one.timeline.run(60.0)
        assert one.sender.sent == []
    one.timeline.run(1.0)
    assert len(one.sender.sent) == 18


def test_one_message_of_the_bank_can_be_silenced(scene: Make) -> None:
    one = scene(2)
    one.fleet.silence(0x351)
    one.timeline.run(1.5)
    assert one.sender.of(0x351) == one.sender.of(0x451) == []
    assert len(one.sender.of(0x355)) == 2


@pytest.mark.parametrize(
    ("order", "first"), [((1, 2, 3), (0x351, 0x451, 0x551)), ((3, 1, 2), (0x551, 0x351, 0x451))]
)
def test_the_send_order_is_the_order_of_phases(
    scene: Make, order: tuple[int, ...], first: tuple[int, ...]
) -> None:
    one = scene(3, start=False)
    one.fleet.order = order
    one.fleet.start()
    one.timeline.run(0.999)
    assert tuple(frame.id for _, frame in one.sender.sent if frame.id & 0xFF == 0x51) == first


def test_the_send_order_can_change_while_running(scene: Make) -> None:
    one = scene(3)
    one.timeline.run(10.1)
    one.fleet.order = (3, 2, 1)
    one.timeline.run(2.9)
    one.sender.clear()
    one.timeline.run(0.999)
    sets = [(round(when % 1, 3), frame.id) for when, frame in one.sender.sent if frame.id & 0xFF == 0x51]
    assert sorted(sets) == [(0.1, 0x551), (0.433, 0x451), (0.767, 0x351)]


def test_moving_to_another_phase_keeps_half_a_period_between_two_sends(scene: Make) -> None:
    one = scene(3)
    one.timeline.run(10.1)
    one.fleet.order = (2, 3, 1)
    one.timeline.run(0.3)
    one.fleet.order = (3, 2, 1)
    one.timeline.run(5.0)
    for identifier in (0x351, 0x451, 0x551, 0x356, 0x456, 0x556):
        times = one.sender.times(identifier)
        gaps = [late - early for early, late in pairwise(times)]
        assert min(gaps) >= 0.5
        assert max(gaps) < 2.5


@pytest.mark.parametrize("order", [(1, 2), (1, 2, 2), (0, 1, 2), (1, 2, 4)])
def test_a_send_order_names_every_pack_once(scene: Make, order: tuple[int, ...]) -> None:
    one = scene(3)
    with pytest.raises(InputError, match="names each of the packs 1 to 3 once"):
        one.fleet.order = order


def test_phases_are_spread_over_the_period() -> None:
    phases, spacing = plan_phases((2, 1), messages=6, period=1.0, spacing=0.005, stagger=None)
    assert phases == {2: 0.0, 1: 0.5}
    assert spacing == 0.005


def test_sets_that_would_run_into_each_other_are_spaced_closer() -> None:
    _, spacing = plan_phases(range(1, 97), messages=6, period=0.96, spacing=0.005, stagger=None)
    assert spacing == pytest.approx(0.01 / 6)


def test_a_stagger_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match=r"3 packs at a stagger of 0.4 s need more than the period of 1 s"):
        plan_phases((1, 2, 3), messages=6, period=1.0, spacing=0.005, stagger=0.4)


def test_identifiers_for_another_bank_are_refused(scene: Make) -> None:
    one = scene(3)
    spoken = dialect("pylontech-lv-1.2")
    with pytest.raises(InputError, match="identifiers for 2 packs, but the bank has 3"):
        Fleet(
            Bank([module("generic-16s")] * 3),
            dialect=spoken,
            ids=assign_ids(spoken, id_scheme("+0x100"), 2),
            sender=one.sender,
            timeline=one.timeline,
            journal=one.journal,
        )


def test_two_runs_are_equal(scene: Make) -> None:
    first, second = scene(3), scene(3)
    for one in (first, second):
        one.timeline.run(5.0)
        one.fleet[2].limit(cvl=55.2)
        one.timeline.run(5.0)
    assert first.sender.sent == second.sender.sent
    assert len(first.sender.sent) == 3 * 6 * 10 + 1


def test_after_a_change_of_order_a_new_limit_is_in_the_very_next_set(scene: Make) -> None:
    one = scene(3)
    one.timeline.run(5.05)  # pack 1 has just spoken, so its new place begins half a period later
    one.fleet.order = (1, 2, 3)
    one.timeline.run(2.0)
    one.sender.clear()
    one.fleet.limit(cvl=55.2)
    one.timeline.run(1.0)
    assert [one.sender.of(identifier)[0][:5] for identifier in (0x351, 0x451, 0x551)] == ["28 02"] * 3
