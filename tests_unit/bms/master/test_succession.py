"""Who speaks when the master is lost: nobody, the lowest address, one made master by hand, or two."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bms import Failover
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def heirs(make: Callable[..., Any]) -> Callable[..., Any]:
    """Three packs of 200 Ah that have found each other, with a failover."""

    def started(mode: str = "lowest", **failover: Any) -> Any:
        one = make(failover=Failover(mode=mode, **failover))  # type: ignore[arg-type]  # one of its words
        one.run(5.5)
        return one

    return started


def silence(one: Any) -> float:
    """The longest time between two sets."""
    return max(after - before for before, after in pairwise(one.times()))


def test_without_failover_a_lost_master_is_silence(heirs: Callable[..., Any]) -> None:
    one = heirs("none")
    one.master.lose_master()
    one.run(300.0)
    assert one.times()[-1] == 5.0
    assert (one.master.speakers, one.master.present) == ((), ())
    assert one.fleet[1].pack.connected


@pytest.mark.parametrize("gap", [2.0, 10.0, 45.0])
def test_the_lowest_address_speaks_after_the_gap(heirs: Callable[..., Any], gap: float) -> None:
    one = heirs(gap=gap)
    one.master.lose_master()  # at 5.5 s, half a period after the last set
    one.run(gap + 5.0)
    assert silence(one) == pytest.approx(gap + 1.0)
    assert (one.master.speakers, one.master.present, one.said.capacity) == ((2,), (2, 3), 400.0)


def test_the_gap_is_in_the_journal(heirs: Callable[..., Any]) -> None:
    one = heirs(gap=10.0)
    one.master.lose_master()
    one.run(15.0)
    events = {event.data["step"]: event.t for event in one.journal.events(0.0, 99.0, "architecture")}
    assert events["takes over"] - events["master lost"] == pytest.approx(10.0)


def test_a_pack_with_a_broken_link_does_not_take_over(heirs: Callable[..., Any]) -> None:
    one = heirs(gap=4.0)
    one.master.lose(2)
    one.master.lose_master()
    one.run(20.0)
    # It waits for pack 2 as long as the link allows: 10 s from when it began to ask.
    assert (one.master.speakers, one.said.capacity) == ((3,), 200.0)


def test_the_next_one_takes_over_from_the_first_heir(heirs: Callable[..., Any]) -> None:
    one = heirs(gap=4.0)
    for _ in range(2):
        one.master.lose_master()
        one.run(10.0)
    assert (one.master.speakers, one.said.capacity) == ((3,), 200.0)
    one.master.lose_master()
    one.run(30.0)
    assert one.master.speakers == ()


def test_an_old_master_that_yields_becomes_a_slave(heirs: Callable[..., Any]) -> None:
    one = heirs(gap=4.0)
    one.master.lose_master()
    one.run(10.0)
    one.master.restore_master()
    one.run(5.0)
    assert (one.master.speakers, one.master.present) == ((2,), (1, 2, 3))
    assert one.said.capacity == 600.0


def test_an_old_master_that_is_back_within_the_gap_goes_on(heirs: Callable[..., Any]) -> None:
    one = heirs(gap=10.0)
    one.master.lose_master()
    one.run(7.0)
    one.master.restore_master()
    one.run(20.0)
    assert (one.master.speakers, one.said.capacity) == ((1,), 600.0)
    assert one.master.group.masters == (1,)
    assert silence(one) == pytest.approx(9.0)  # 7 s lost, then it reads the others first


def test_two_masters_speak_in_turn_and_each_misses_the_other_one_s_pack(heirs: Callable[..., Any]) -> None:
    one = heirs(gap=4.0, returning="speaks")
    one.fleet[2].limit(ccl=50.0)
    one.master.lose_master()
    one.run(10.0)
    one.master.restore_master()
    one.run(15.0)
    assert one.master.speakers == (2, 1)
    one.sent.clear()
    one.run(10.0)
    assert len(one.times()) == 20
    # 56.0 V; packs 1 and 3 are 200.0 A, packs 2 and 3 are 150.0 A.
    payloads = {frame.data[2:4] for _, frame in one.sent if frame.id == 0x351}
    assert payloads == {(2000).to_bytes(2, "little"), (1500).to_bytes(2, "little")}
    assert min(after - before for before, after in pairwise(one.times())) >= 0.4


def test_one_that_is_made_master_by_hand_speaks_when_it_has_read_the_others(
    heirs: Callable[..., Any],
) -> None:
    one = heirs("manual")
    one.master.lose_master()
    one.run(300.0)
    assert one.times()[-1] == 5.0
    one.master.promote(2)
    one.run(5.0)
    assert (one.master.speakers, one.said.capacity) == ((2,), 400.0)


@pytest.mark.parametrize(("returning", "speakers"), [("yields", (3,)), ("speaks", (1, 3))])
def test_one_made_master_beside_another_ends_it_or_does_not(
    heirs: Callable[..., Any], returning: str, speakers: tuple[int, ...]
) -> None:
    one = heirs("manual", returning=returning)
    one.master.promote(3)
    one.run(15.0)
    assert one.master.speakers == speakers


def test_reset_brings_the_first_master_back_and_no_other(heirs: Callable[..., Any]) -> None:
    one = heirs(gap=4.0, returning="speaks")
    one.master.lose_master()
    one.run(10.0)
    one.master.restore_master()
    one.run(10.0)
    one.fleet.reset()
    one.run(5.0)
    assert (one.master.speakers, one.master.present) == ((1,), (1, 2, 3))
    one.master.lose_master()
    one.fleet.reset()
    one.run(20.0)
    assert (one.master.speakers, one.master.group.masters) == ((1,), (1,))


def test_what_cannot_be_is_refused(heirs: Callable[..., Any]) -> None:
    one = heirs()
    with pytest.raises(InputError, match="no master was lost"):
        one.master.restore_master()
    with pytest.raises(InputError, match="pack 1 is the master already"):
        one.master.promote(1)
    with pytest.raises(InputError, match="no pack 7 on its link"):
        one.master.promote(7)
    one.master.lose_master()
    with pytest.raises(InputError, match="no master speaks"):
        one.master.lose_master()
