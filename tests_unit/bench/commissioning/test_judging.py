"""What each step makes of what was heard: the limits of the field articles, in literals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from bmshil.bench.checks import Result
from bmshil.bench.commissioning import Terms, judging, plausibility

if TYPE_CHECKING:
    from conftest import Heard

OK, WARNING, FAILED, NOT_CHECKED = Result.OK, Result.WARNING, Result.FAILED, Result.NOT_CHECKED


@pytest.mark.parametrize(
    ("ohms", "result", "named"),
    [
        (60.0, OK, "two terminators"),
        (55.0, OK, "two terminators"),
        (54.0, FAILED, "it must be 55 to 65 ohm"),
        (66.0, FAILED, "it must be 55 to 65 ohm"),
        (120.0, FAILED, "one terminator"),
        (40.0, FAILED, "three terminators"),
        (15.0, FAILED, "eight terminators"),
        (math.inf, FAILED, "open: no terminator"),
    ],
)
def test_termination_is_60_ohm_give_or_take_5(ohms: float, result: Result, named: str) -> None:
    one = judging.termination(ohms)
    assert one.result is result
    assert named in one.found


def test_each_battery_speaks_alone(speakers: Heard) -> None:
    assert judging.each_alone({1: speakers(1), 2: speakers(2)}).result is OK
    silent = judging.each_alone({1: speakers(1), 2: None, 3: None})
    assert (silent.result, silent.found) == (FAILED, "battery 2 and 3 alone says nothing")
    several = judging.each_alone({1: speakers(1, 2), 2: speakers(2)})
    assert (several.result, several.found) == (FAILED, "with battery 1 on, more than one speaks")


def test_together_they_show_what_each_shows_alone(speakers: Heard) -> None:
    alone = {1: speakers(1), 2: speakers(2)}
    assert judging.all_together(speakers(1, 2), alone, 0).result is OK
    missing = judging.all_together(speakers(1), alone, 0)
    assert (missing.result, missing.found) == (FAILED, "0x451 heard before, and not with all of them on")
    noisy = judging.all_together(speakers(1, 2), alone, 7)
    assert noisy.result is FAILED
    assert noisy.found.endswith("and 7 error frames")
    nobody = judging.all_together(None, alone, 0)
    assert nobody.result is FAILED
    assert nobody.remedy.startswith("a cable in Link Port 0 of the master makes it a slave")


def test_identifiers_have_one_sender_each(speakers: Heard) -> None:
    assert judging.identifiers({1: speakers(1), 2: speakers(2)}, speakers(1, 2)).result is OK
    doubled = judging.identifiers({1: speakers(1), 2: speakers(1)}, speakers(1, rate=2.0))
    assert doubled.result is FAILED
    assert doubled.found.startswith("those of battery 1 have two senders")
    fast = judging.identifiers({1: speakers(1, rate=5.0), 2: speakers(2, rate=5.0)}, speakers(1, 2, rate=5.0))
    assert fast.result is OK
    unknown = judging.identifiers({}, speakers(1, rate=5.0))
    assert unknown.result is WARNING
    assert unknown.found == "those of battery 1 come more often than pylontech-lv-1.2 says"
    shared = judging.identifiers({1: speakers(1), 2: speakers(1), 3: speakers(3)}, speakers(1, 3))
    assert (shared.result, shared.found) == (FAILED, "0x351 are used by two batteries")
    one_for_all = judging.identifiers({1: speakers(1), 2: speakers(1)}, speakers(1))
    assert (one_for_all.result, one_for_all.found) == (
        OK,
        "one battery speaks for all, and no other beside it",
    )


def test_as_many_modules_are_told_as_there_are(speakers: Heard) -> None:
    assert plausibility.module_count(speakers(1, 2, 3), 3).result is OK
    assert plausibility.module_count(speakers(1, modules=10), 10).result is OK
    few = plausibility.module_count(speakers(1, modules=2), 3)
    assert (few.result, few.found) == (FAILED, "2 of 3 batteries are told")
    assert plausibility.module_count(speakers(1), None).result is NOT_CHECKED


def test_a_dialect_without_a_count_tells_none(speakers: Heard) -> None:
    one = speakers(1)
    del one.each[1].report["modules"]
    assert plausibility.module_count(one, 3).result is NOT_CHECKED
    assert plausibility.module_count(one, 1).result is OK


@pytest.mark.parametrize(
    ("ccl", "soc", "result", "found"),
    [
        (148.0, 0.60, OK, "148 A for 4 batteries"),
        (37.0, 0.60, FAILED, "37 A, and 4 batteries take 148 A, as much as 1 of them take"),
        (111.0, 0.94, FAILED, "111 A, and 4 batteries take 148 A, as much as 3 of them take"),
        (22.2, 0.95, NOT_CHECKED, "not applicable: at 95% SOC packs take less than their full current"),
        (150.0, 0.60, OK, "150 A for 4 batteries"),
        (160.0, 0.60, FAILED, "160 A, and 4 batteries take 148 A"),
    ],
)
def test_the_charge_current_tells_how_many_are_heard(
    speakers: Heard, ccl: float, soc: float, result: Result, found: str
) -> None:
    # Field article: a bank of 4 US3000C shows 4 x 37 = 148 A; 37 A alone means that one communicates.
    one = plausibility.charge_current(speakers(1, ccl=ccl, soc=soc), 4, Terms(per_pack=(37.0,)), {})
    assert one.result is result
    assert one.found.startswith(found)


def test_what_one_takes_is_what_it_said_alone(speakers: Heard) -> None:
    alone = {1: speakers(1, ccl=50.0), 2: speakers(1, ccl=25.0)}
    assert plausibility.charge_current(speakers(1, ccl=75.0), 2, Terms(), alone).result is OK
    assert plausibility.charge_current(speakers(1, ccl=50.0), 2, Terms(), alone).result is FAILED
    assert plausibility.charge_current(speakers(1, ccl=75.0), 2, Terms(), {}).result is NOT_CHECKED
    mixed = Terms(per_pack=(50.0, 25.0))
    assert plausibility.charge_current(speakers(1, 2, ccl={1: 50.0, 2: 25.0}), 2, mixed, {}).result is OK


@pytest.mark.parametrize(
    ("low", "before_joining", "joined", "said"),
    [
        (0.87, OK, OK, "2% from 87% to 89%"),
        (0.86, FAILED, WARNING, "3% from 86% to 89%"),
        (0.82, FAILED, WARNING, "above 5% it is time to act"),
        (0.78, FAILED, WARNING, "above 10% customers notice it"),
    ],
)
def test_the_spread_of_soc(
    speakers: Heard, low: float, before_joining: Result, joined: Result, said: str
) -> None:
    alone = {1: speakers(1, soc=0.89), 2: speakers(2, soc=low)}
    one = plausibility.soc_spread(alone, None)
    assert one.result is before_joining
    assert said in one.found
    assert plausibility.soc_spread({}, speakers(1, 2, soc={1: 0.89, 2: low})).result is joined
    assert plausibility.soc_spread({}, speakers(1)).result is NOT_CHECKED


@pytest.mark.parametrize(
    ("told", "ambient", "result", "said"),
    [
        (25.0, 24.0, OK, "25.0 degC, 24 degC around"),
        (0.0, 24.0, FAILED, "battery 1 reads 0"),
        (0.0, None, FAILED, "battery 1 reads 0"),
        (0.0, 0.5, OK, "0.0 degC"),
        (34.0, 24.0, OK, "34.0 degC"),
        (34.1, 24.0, FAILED, "battery 1 is more than 10 K away from 24 degC around it"),
        (25.0, None, NOT_CHECKED, "which is not 0; how warm it is here: nobody knows"),
    ],
)
def test_temperatures_are_real(
    speakers: Heard, told: float, ambient: float | None, result: Result, said: str
) -> None:
    one = plausibility.temperature(speakers(1, temperature=told), ambient, "nobody knows")
    assert one.result is result
    assert said in one.found


def test_what_lives_changes(speakers: Heard) -> None:
    found = plausibility.live(speakers(1, 2, changing=("voltage", "current")))
    assert found is not None
    assert found.found == "current, voltage changed"
    assert plausibility.live(speakers(1)) is None
    assert plausibility.dead(10.0, "").result is FAILED
    assert plausibility.dead(10.0, "nobody is there").result is NOT_CHECKED


def test_where_nobody_is_heard_nothing_is_judged() -> None:
    for one in (
        judging.identifiers({}, None),
        plausibility.module_count(None, 3),
        plausibility.charge_current(None, 3, Terms(), {}),
        plausibility.temperature(None, 20.0, ""),
    ):
        assert (one.result, one.found) == (NOT_CHECKED, "no battery is heard")


def test_switches_are_kept_as_photos_or_as_they_stand() -> None:
    assert judging.documentation(2, {}).found == "2 photos"
    assert judging.documentation(0, {"pack1": "master"}).result is OK
    assert judging.documentation(0, {}).result is NOT_CHECKED
