"""Packs behind a collector that chooses one of them or adds them up."""

from collections.abc import Callable
from typing import Any

import pytest

from bmshil.bms import ArchitectureSettings, Link, Override, Silence
from bmshil.errors import InputError

Make = Callable[..., Any]


def behind(chooses: str, **more: Any) -> ArchitectureSettings:
    return ArchitectureSettings("collector", chooses=chooses, arithmetic="capacity_weighted", **more)


def limits(one: Any) -> list[str]:
    """What was said in 0x351, without repetitions."""
    found: list[str] = []
    for payload in one.sender.of(0x351):
        if not found or found[-1] != payload:
            found.append(payload)
    return found


def test_it_adds_all_packs_up(scene: Make) -> None:
    one = scene(3, architecture=behind("all"))
    one.fleet.limit(cvl=56.0, ccl=20.0)
    one.fleet[2].limit(cvl=55.2)
    one.timeline.run(3.0)
    (said,) = one.fleet.architecture.said
    assert (said.cvl, said.ccl, said.capacity, said.modules) == (55.2, 60.0, 300.0, 3)
    assert one.fleet.asks().ccl == 60.0
    assert one.sender.of(0x451) == []


def test_a_pack_that_leaves_takes_its_capacity_along_after_the_timeout(scene: Make) -> None:
    one = scene(3, architecture=behind("all"))
    one.fleet.limit(ccl=20.0)
    one.timeline.run(3.0)
    one.fleet[3].faults.on(Silence())
    one.timeline.run(9.0)
    assert one.fleet.architecture.said[0].capacity == 300.0
    one.timeline.run(3.0)
    (said,) = one.fleet.architecture.said
    assert (said.capacity, said.ccl, said.soc, said.cvl) == (200.0, 40.0, pytest.approx(0.6), 56.0)


@pytest.mark.parametrize(("chooses", "soc"), [("lowest_instance", 0.1), ("first_heard", 0.1), ("named", 0.2)])
def test_it_goes_by_one_pack(scene: Make, chooses: str, soc: float) -> None:
    one = scene(3, architecture=behind(chooses, master=2))
    for number in (1, 2, 3):
        one.fleet[number].faults.on(Override(soc=number / 10))
    one.timeline.run(3.0)
    (said,) = one.fleet.architecture.said
    assert (said.soc, said.capacity) == (soc, 100.0)


@pytest.mark.parametrize(
    ("chooses", "then", "back"), [("lowest_instance", (2,), (1,)), ("first_heard", (2,), (1,))]
)
def test_an_automatic_choice_takes_the_next(
    scene: Make, chooses: str, then: tuple[int, ...], back: tuple[int, ...]
) -> None:
    one = scene(3, architecture=behind(chooses, link=Link(timeout=5.0)))
    one.timeline.run(3.0)
    with one.fleet[1].faults.on(Silence()):
        one.timeline.run(8.0)
        assert one.fleet.architecture.chosen == then
    one.timeline.run(3.0)
    assert one.fleet.architecture.chosen == back


def test_with_equal_instances_it_is_chance_who_is_in_control(scene: Make) -> None:
    one = scene(3, architecture=behind("first_heard"), start=False)
    one.fleet[3].start()
    one.fleet.architecture.start()
    one.timeline.run(2.0)
    one.fleet[1].start()
    one.fleet[2].start()
    one.timeline.run(3.0)
    assert one.fleet.architecture.chosen == (3,)


def test_the_named_pack_is_lost_and_nobody_takes_its_place(scene: Make) -> None:
    one = scene(3, architecture=behind("named", master=2))
    one.timeline.run(3.0)
    one.fleet[2].faults.on(Silence())
    one.timeline.run(12.0)
    one.sender.clear()
    one.timeline.run(30.0)
    assert one.sender.sent == []
    assert not one.fleet.architecture.speaking
    stopped = {"text": "the collector stops publishing", "packs": []}
    assert one.events("architecture")[-1] == ("collector", stopped)


def test_two_packs_with_one_address_are_one_whose_values_alternate(scene: Make) -> None:
    one = scene(2, architecture=behind("all"))
    one.fleet[1].faults.on(Override(soc=0.1))
    one.timeline.run(3.0)
    assert one.fleet.architecture.said[0].capacity == 200.0
    one.fleet[2].panel.dip = "0000"
    one.timeline.run(12.0)
    assert one.fleet.architecture.said[0].capacity == 100.0


def test_faults_of_the_collector_are_its_own(scene: Make) -> None:
    one = scene(2, architecture=behind("all"))
    one.timeline.run(3.0)
    with one.fleet.silence(0x351):
        one.sender.clear()
        one.timeline.run(5.0)
        assert one.sender.of(0x351) == []
        assert len(one.sender.of(0x355)) == 5
    (faults,) = one.fleet.architecture.faults
    with faults.on(Override(cvl=50.0)):
        assert one.fleet.asks().cvl == 50.0
    faults.on(Override(cvl=50.0))
    one.fleet.reset()
    one.timeline.run(2.0)
    assert one.fleet.asks().cvl == 56.0
    assert ("collector", {"text": "collector.override cvl=50", "on": True}) in one.events("fault")


def test_a_bank_that_is_switched_off_is_silent(scene: Make) -> None:
    one = scene(2, architecture=behind("all"))
    one.timeline.run(3.0)
    sent = one.fleet.sent
    assert sent > 0
    one.fleet.stop()
    one.timeline.run(30.0)
    assert one.fleet.sent == sent


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"chooses": "lowest_instanze"}, "did you mean lowest_instance"),
        ({"chooses": "all", "arithmetic": "pylontec"}, "did you mean pylontech"),
    ],
)
def test_names_that_nobody_knows_are_refused(scene: Make, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        scene(2, architecture=ArchitectureSettings("collector", **settings))
