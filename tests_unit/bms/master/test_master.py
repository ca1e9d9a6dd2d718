"""One pack reads the others over a link and speaks for all: slaves lost and back, another arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.battery import module
from bmshil.bms import Link, Override, PowerOn
from bmshil.dialects import Alarm
from bmshil.dialects.pylontech_rs485 import Command, request
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.timeline import Nanoseconds


def test_the_master_speaks_for_all_under_the_base_identifiers(stack: Any) -> None:
    assert {frame.id for _, frame in stack.sent} == {0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E}
    # 56.0 V, 3 x 100 A, 3 x 180 A, 44.8 V; three modules.
    assert stack.last(0x351) == "30 02 B8 0B 18 15 C0 01"
    assert stack.last(0x359).split()[4] == "03"
    assert (stack.said.capacity, stack.master.present, stack.master.speakers) == (600.0, (1, 2, 3), (1,))


def test_it_asks_for_one_thing_after_the_other_at_its_interval(stack: Any) -> None:
    assert stack.ear.requests[:7] == [
        (0x42, 3),
        (0x42, 4),
        (0x92, 3),
        (0x92, 4),
        (0x44, 3),
        (0x44, 4),
        (0x42, 3),
    ]
    assert stack.master.polls == pytest.approx(5.0 / 0.15, abs=1)
    assert (stack.master.errors, stack.master.collisions, stack.master.group.unanswered) == (0, 0, 0)


def test_it_is_silent_until_it_knows_its_slaves(make: Callable[..., Any]) -> None:
    one = make(link=Link(interval=0.5))
    one.run(10.0)
    # Six questions are asked from 0.5 s on, and the last one is answered just after 3 s.
    assert one.times()[0] == 4.0


def test_a_slave_that_never_answers_is_waited_for_only_so_long(make: Callable[..., Any]) -> None:
    one = make(link=Link(timeout=6.0))
    one.master.lose(3)
    one.run(12.0)
    assert one.times()[0] == 7.0
    assert (one.master.present, one.said.capacity) == ((1, 2), 400.0)


def test_a_bank_that_asks_for_more_than_a_message_carries_asks_for_the_most_that_it_can(
    make: Callable[..., Any],
) -> None:
    """20 x 180 A are 3600 A, and 16 bits of 0.1 A with a sign carry 3276.7 A: FF 7F."""
    one = make(*[module("generic-16s", capacity=200.0)] * 20, link=Link(interval=0.05))
    one.run(8.0)
    assert len(one.master.present) == 20
    assert one.last(0x351) == "30 02 20 4E FF 7F C0 01"


def test_limits_extremes_and_alarms_come_over_the_link(stack: Any) -> None:
    stack.fleet[2].limit(cvl=55.2, ccl=50.0)
    stack.fleet[3].faults.on(Override(protections=Alarm.HIGH_TEMPERATURE, cell_max=3.45))
    stack.run(3.0)
    said = stack.said
    assert (said.cvl, said.ccl, said.cell_max) == (55.2, 250.0, 3.45)
    assert Alarm.HIGH_TEMPERATURE in said.protections


def test_what_is_raised_no_more_is_cleared(stack: Any) -> None:
    with stack.fleet[3].faults.on(Override(protections=Alarm.HIGH_TEMPERATURE)):
        stack.run(3.0)
    stack.run(3.0)
    assert stack.said.protections == Alarm(0)
    assert Alarm.HIGH_TEMPERATURE in stack.said.cleared


def test_a_lost_slave_takes_its_share_of_everything_away_after_the_time_out(stack: Any) -> None:
    stack.fleet[3].limit(cvl=54.0)
    stack.run(3.0)
    assert stack.said.cvl == 54.0
    stack.master.lose(3)
    stack.run(9.0)
    assert (stack.said.capacity, stack.said.modules, stack.said.cvl) == (600.0, 3, 54.0)
    stack.run(2.0)
    assert (stack.said.capacity, stack.said.modules, stack.said.cvl) == (400.0, 2, 56.0)
    assert (stack.said.ccl, stack.master.present) == (200.0, (1, 2))
    assert stack.master.group.unanswered > 0


def test_a_slave_that_is_back_counts_when_it_has_answered_everything_anew(stack: Any) -> None:
    stack.master.lose(3)
    stack.run(12.0)
    stack.fleet[3].limit(ccl=20.0)
    stack.master.restore(3)
    stack.run(0.4)
    assert stack.said.capacity == 400.0
    stack.run(2.0)
    assert (stack.said.capacity, stack.said.ccl) == (600.0, 220.0)
    assert stack.steps()[2:] == [
        ("link broken", 3),
        ("slave lost", 3),
        ("link mended", 3),
        ("slave found", 3),
    ]


def test_a_slave_without_supply_is_lost_like_one_without_a_link(stack: Any) -> None:
    stack.fleet[2].disconnect(silent=True)
    stack.run(12.0)
    assert stack.master.present == (1, 3)
    stack.fleet[2].connect()
    stack.run(3.0)
    assert stack.master.present == (1, 2, 3)


def test_a_garbled_answer_is_counted_and_not_believed(stack: Any) -> None:
    group = stack.master.group
    before = stack.said

    def shout(_when: Nanoseconds, data: bytes) -> None:
        if data[3:5] == b"04" and data[7:9] == b"92":  # a question to pack 3
            group.line.send(stack.ear, request(Command.ANALOG, 9), after=0.0212)

    stack.ear.hear = shout  # joins in when pack 3 begins to answer
    stack.run(9.0)
    assert stack.master.errors >= 8
    assert stack.master.collisions >= 8
    assert stack.said == before
    # Its other answers are good: it is not lost, only old.
    assert stack.master.present == (1, 2, 3)
    stack.run(13.0)
    # But not for ever: its limits are older than twice the time-out of the link.
    assert stack.master.present == (1, 2)


def test_equal_addresses_garble_each_other_until_both_are_lost(stack: Any) -> None:
    stack.master.group.readdress(3, 3)
    stack.run(20.0)
    assert stack.master.collisions > 10
    assert stack.master.present == (1,)


def test_another_arithmetic_is_spoken_from_the_next_period_on(stack: Any) -> None:
    stack.fleet[2].limit(ccl=50.0)
    stack.master.arithmetic = "bms_to_inverter"
    stack.run(3.0)
    assert stack.said.ccl == 50.0
    stack.master.arithmetic = "sum_with_feedback"
    assert stack.master.arithmetic == "sum_with_feedback"
    assert stack.said.ccl == 250.0
    with pytest.raises(InputError, match="no arithmetic is called 'median'"):
        stack.master.arithmetic = "median"


def test_one_that_says_nothing_of_an_incomplete_bank_makes_it_silent(stack: Any) -> None:
    stack.master.arithmetic = "dbus_aggregate_batteries"
    stack.master.lose(2)
    stack.run(15.0)
    assert stack.times()[-1] <= 16.0
    assert stack.fleet.asks().ccl == 0.0


def test_reset_mends_the_link_and_the_arithmetic(stack: Any) -> None:
    stack.master.lose(2)
    stack.master.arithmetic = "avg_cvl"
    stack.run(15.0)
    stack.fleet.reset()
    stack.run(3.0)
    assert (stack.master.present, stack.master.arithmetic) == ((1, 2, 3), "pylontech")


def test_after_a_power_cycle_it_begins_anew(stack: Any) -> None:
    hands = PowerOn(stack.fleet, stack.timeline, stack.journal, gap=3.0)
    hands.switch_off()
    stack.run(30.0)
    asked = stack.master.polls
    stack.run(5.0)
    assert stack.master.polls == asked
    stack.sent.clear()
    hands.switch_on()
    hands.press_start()
    hands.precharged()
    stack.run(15.0)
    # The third pack starts 6 s after the master, and is waited for.
    assert stack.times()[0] == pytest.approx(47.0, abs=1.01)
    assert stack.said.capacity == 600.0


def test_fleet_stop_ends_the_questions(stack: Any) -> None:
    stack.fleet.stop()
    asked = stack.master.polls
    stack.run(5.0)
    assert stack.master.polls == asked


@pytest.mark.parametrize("number", [2, 3])
def test_any_pack_may_be_the_master(make: Callable[..., Any], number: int) -> None:
    one = make(master=number)
    one.run(5.0)
    assert (one.master.speakers, one.said.capacity) == ((number,), 600.0)
    assert one.ear.requests[:2] == [(0x42, 3), (0x42, 4)]


@pytest.mark.parametrize(
    ("lose", "message"),
    [(1, "pack 1 is the master: use lose_master"), (4, "bank: no pack 4 on its link, there are 1, 2, 3")],
)
def test_only_slaves_have_a_link_to_lose(stack: Any, lose: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        stack.master.lose(lose)


@pytest.mark.parametrize(
    ("modules", "newer"),
    [
        (["us2000c", "us5000", "us3000c"], [(2, "us5000"), (3, "us3000c")]),
        (["us5000", "us3000c"], []),
        (["us3000c"] * 2, []),
    ],
)
def test_the_newest_module_ought_to_be_the_master(
    make: Callable[..., Any], modules: list[str], newer: list[tuple[int, str]]
) -> None:
    one = make(*(module(name) for name in modules))
    assert one.master.findings == tuple(
        f"pack {number} ({name}) is newer than the master, pack 1 (us2000c): make the newest "
        "module the master"
        for number, name in newer
    )
    assert [step for step, _ in one.steps() if step == "finding"] == ["finding"] * len(newer)


def test_of_modules_without_a_number_the_largest_ought_to_be_the_master(make: Callable[..., Any]) -> None:
    one = make(module("generic-16s"), module("generic-16s", capacity=200.0))
    assert one.master.findings == (
        "pack 2 (200 Ah) is larger than the master, pack 1 (100 Ah): make the largest module the master",
    )
