"""What does not go off: it stays marked and is named, and it keeps nothing else on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.safety import last_record, read_mark, wait_on_wall

if TYPE_CHECKING:
    from conftest import Place

pytestmark = pytest.mark.wall(3)


def test_what_nobody_can_switch_off_stays_marked_and_is_named(place: Place) -> None:
    (place.folder / "supply.broken").touch()
    process, _ = place.harness()
    process.kill()

    def tried() -> bool:
        mark = read_mark("lab")
        return mark is not None and bool(mark.unconfirmed)

    assert wait_on_wall(tried, 20.0)
    mark = read_mark("lab")
    assert mark is not None
    assert mark.unconfirmed == (
        "supply: off: failed (supply: broken)",
        "supply: no current: failed (supply: broken)",
    )
    assert "load off" in place.said(), "one device never blocks the others"
    (place.folder / "supply.broken").unlink()
    place.wait_until_free()
    assert read_mark("lab") is None, "it went on trying"


def test_what_only_a_person_can_switch_is_left_to_a_person_at_once(place: Place) -> None:
    process, _ = place.harness("works", "supply", "operated")
    process.kill()
    place.wait_until_free()
    mark = read_mark("lab")
    assert mark is not None
    assert mark.unconfirmed == ("load: off: failed (load: nobody is there)",)
    assert "supply off" in place.said()
    record = last_record("lab")
    assert record is not None
    assert record.rounds == 1


def test_an_instrument_that_hangs_does_not_keep_the_others_on(place: Place) -> None:
    (place.folder / "load.hangs").touch()
    process, _ = place.harness()
    process.kill()
    assert wait_on_wall(lambda: "supply off" in place.said(), 5.0)
