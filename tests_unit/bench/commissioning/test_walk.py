"""The order of the steps, and what becomes of them where hands or eyes are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.bench.commissioning import Terms, Walk

if TYPE_CHECKING:
    from conftest import Heard, Script

    from bmshil.bench.commissioning.speakers import Speakers

STEPS = [
    "termination",
    "each alone",
    "all together",
    "identifiers",
    "module count",
    "charge current",
    "SOC spread",
    "temperature",
    "live values",
    "inverter display",
    "documentation",
]


@pytest.fixture
def hear(monkeypatch: pytest.MonkeyPatch) -> list[Speakers | None]:
    """What is heard step by step; the last one again and again."""
    heard: list[Speakers | None] = []
    monkeypatch.setattr(
        "bmshil.bench.commissioning.walk.understand",
        lambda *_args, **_options: heard.pop(0) if len(heard) > 1 else heard[0],
    )
    return heard


def results(walk: Walk) -> dict[str, str]:
    return {one.name: str(one.result) for one in walk.walk()}


def test_with_hands_and_eyes_every_step_is_done(
    script: type[Script], hear: list[Speakers | None], speakers: Heard
) -> None:
    site = script(hands=True, ohm=60.0, degc=24.0, shown=True, switches={"pack1": "peer"})
    hear += [speakers(1), speakers(2), speakers(1, 2), speakers(1, 2, changing=("voltage",))]
    walk = Walk(site, Terms(packs=2, per_pack=(37.0,)))
    assert results(walk) == dict.fromkeys(STEPS, "ok")
    assert site.done == [
        "only 1", 5.0, "only 2", 5.0, "everyone", 5.0, "stir", 5.0, "calm", "shown 2"
    ]  # fmt: skip
    assert walk.measured == {"resistance": 60.0, "ambient": 24.0}


def test_with_nobody_there_it_says_plainly_what_was_not_checked(
    script: type[Script], hear: list[Speakers | None], speakers: Heard
) -> None:
    hear += [speakers(1, 2)]
    walk = Walk(script(), Terms(packs=2))
    assert results(walk) == {
        **dict.fromkeys(STEPS, "not checked"),
        "identifiers": "ok",
        "module count": "ok",
        "SOC spread": "ok",
    }
    said = {one.name: one.found for one in walk.checks}
    assert said["termination"] == "nobody is there for ohm"
    assert said["each alone"] == "nobody is there for hands"
    assert said["all together"] == "nobody is there for hands; heard: 2 speakers in pylontech-lv-1.2 (+0x100)"
    assert said["live values"] == "nothing changed in 5 s, and no current flows: nobody is there for hands"
    assert said["inverter display"] == "nobody is there for shown"


def test_a_silent_bus_with_nobody_there_is_no_success(
    script: type[Script], hear: list[Speakers | None]
) -> None:
    hear += [None]
    walk = Walk(script(), Terms(packs=2))
    assert results(walk) == dict.fromkeys(STEPS, "not checked")


def test_a_silent_bus_is_a_failure_once_all_are_on(script: type[Script], hear: list[Speakers | None]) -> None:
    hear += [None]
    found = results(Walk(script(hands=True), Terms(packs=2)))
    assert (found["each alone"], found["all together"]) == ("failed", "failed")


def test_the_cable_comes_first(script: type[Script], hear: list[Speakers | None]) -> None:
    hear += [None]
    walk = Walk(script(ohm=40.0, blocked="the cable comes first"), Terms(packs=3))
    found = results(walk)
    assert list(found) == STEPS
    assert found["termination"] == "failed"
    assert {one.found for one in walk.checks[1:-1]} == {"the cable comes first"}


def test_the_number_of_batteries_is_asked_where_it_is_not_given(
    script: type[Script], hear: list[Speakers | None], speakers: Heard
) -> None:
    hear += [speakers(1)]
    site = script(hands=True, count=1, shown=False)
    walk = Walk(site, Terms())
    found = results(walk)
    assert walk.packs == 1
    assert (found["each alone"], found["inverter display"]) == ("not checked", "failed")
