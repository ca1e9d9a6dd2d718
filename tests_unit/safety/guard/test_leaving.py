"""A harness that leaves: its guard switches nothing if all is off, and everything if that was not said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.safety import OffReport, OffStep, Outcome, last_record, read_mark, write_mark

if TYPE_CHECKING:
    from conftest import Place

pytestmark = pytest.mark.wall(1)

NOTHING = OffReport(())
FAILED = OffReport((OffStep("supply", "off", Outcome.FAILED, "no reply"),))


def test_a_harness_that_leaves_without_a_word_is_off(place: Place) -> None:
    process, _ = place.harness("leaves")
    assert process.wait(20.0) == 0
    place.wait_until_free()
    assert {"supply off", "load off"} <= set(place.said())


def test_a_released_guard_switches_nothing_and_lets_go_of_the_rig(place: Place, guard: Any) -> None:
    one, told = guard()
    assert one.release(NOTHING)
    assert one.release(NOTHING), "twice"
    assert not one.alive
    place.lock.release()
    place.wait_until_free()
    assert (place.said(), told) == ([], [])
    assert last_record("lab") is None


def test_what_the_harness_could_not_verify_the_guard_switches_off(place: Place, guard: Any) -> None:
    one, _ = guard()
    write_mark(one.spec.mark)
    assert one.release(FAILED)
    assert {"supply off", "load off"} <= set(place.said())
    record = last_record("lab")
    assert record is not None
    assert record.cause == "the harness could not verify that everything is off"
    assert record.killed == []
    assert read_mark("lab") is None
