"""The course that a field article on multi-battery CAN systems tells of, and what prevents it."""

from dataclasses import replace

import pytest

from bmshil.battery import Ladder
from bmshil.battery.divergence import FIELD_CASE, Course, Scenario, Traits, simulate

HASTY = (FIELD_CASE[0], replace(FIELD_CASE[1], cell_drift=0.001), FIELD_CASE[2])
"""The same three packs, with ten times the drift of the cell, so that days show what takes weeks."""


@pytest.fixture(scope="module")
def told() -> Course:
    """Sixty days of the three packs, of which the inverter hears the first one alone."""
    return simulate(Scenario(), 60)


def test_the_reported_states_of_charge_drift_apart_as_told(told: Course) -> None:
    spread = {day.day: day.spread for day in told.days}
    assert spread[1] < 0.01
    assert 0.03 <= spread[14] <= 0.05  # "week two, maybe 3-5 % difference"
    assert 0.08 <= spread[30] <= 0.12  # "month one, the gap widened to 8-12 %"
    assert told.days[29].counted[1] == max(told.days[29].counted)  # "Battery 2 consistently reading higher"


def test_warnings_come_at_five_and_ten_percent_and_the_inverter_hears_nothing(told: Course) -> None:
    warnings = [(int(one.day) + 1, one.text) for one in told.events if one.kind == "warning"]
    assert [day for day, _ in warnings] == [15, 33]
    assert warnings[0][1] == "SOC as reported 5.0% apart, 5% reached; pack 2 is ahead"
    assert told.first("alarm") is None


def test_in_the_second_month_the_protection_of_pack_2_opens(told: Course) -> None:
    opened = told.first("protection")
    assert opened is not None
    assert opened.pack == 2
    assert 31 <= opened.day <= 60
    assert opened.text == (
        "over-voltage protection at 3.620 V of its highest cell opens the contactor; its mean cell is at "
        "3.499 V, the other packs at 3.499 to 3.499 V"
    )
    assert told.days[-1].connected == (True, False, True)


def test_whole_packs_on_one_bus_never_lie_apart_as_the_article_says(told: Course) -> None:
    # 3.62 and 3.48 V per cell would be 0.14 V apart; only what current drops on resistance is left.
    for day in told.days:
        together = [mean for mean, joined in zip(day.mean, day.connected, strict=True) if joined]
        assert max(together) - min(together) < 0.005
        assert day.true_spread < 1e-4


@pytest.mark.parametrize(("rule", "opens"), [("first", True), ("average", True), ("lowest", False)])
def test_the_protection_never_opens_where_the_limits_of_every_pack_are_passed_on(
    rule: str, opens: bool
) -> None:
    course = simulate(Scenario(packs=HASTY, rule=rule), 10)
    assert (course.first("protection") is not None) is opens
    highest = max(max(day.cell_max) for day in course.days)
    assert highest >= 3.62 if opens else highest < 3.59


def test_an_inverter_that_hears_every_pack_is_told_before_the_contactor_opens() -> None:
    course = simulate(Scenario(packs=HASTY, rule="average"), 10)
    alarm, opened = course.first("alarm"), course.first("protection")
    assert alarm is not None
    assert opened is not None
    assert (alarm.pack, opened.pack) == (2, 2)
    assert alarm.day < opened.day


def test_a_bms_that_sees_a_full_pack_sets_its_counter_and_nothing_drifts_apart() -> None:
    healthy = tuple(replace(pack, ahead=0.0, cell_drift=0.0) for pack in FIELD_CASE)
    low = simulate(Scenario(packs=healthy, cvl=56.0), 10)
    high = simulate(Scenario(packs=healthy, cvl=57.6, trip=3.8, limits_by_cell=False), 10)
    assert low.days[-1].spread > 0.03
    assert high.days[-1].spread < 0.006


def test_on_a_daisy_chain_the_nearest_pack_works_hardest() -> None:
    equal = (Traits(),) * 5
    apart = {
        connection: simulate(Scenario(packs=equal, ladder=Ladder(connection)), 2).days[-1].widest
        for connection in ("busbar", "diagonal", "one_end")
    }
    assert apart["busbar"] == pytest.approx(0.0, abs=1e-9)
    assert 0.002 < apart["diagonal"] < apart["one_end"] / 3
