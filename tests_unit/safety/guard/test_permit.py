"""The permit relay: held while the harness is well, and without it nothing is switched on."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.errors import RigError
from bmshil.safety import clear_mark, last_record, wait_on_wall

if TYPE_CHECKING:
    from conftest import Place

pytestmark = pytest.mark.wall(2)


def test_the_permit_relay_is_held_while_leases_are_fresh_and_opened_with_the_contactors(place: Place) -> None:
    process, _ = place.harness("energised", "supply", "permit")
    assert wait_on_wall(lambda: place.said().count("permit hold 0.6") >= 4, 10.0)
    process.send_signal(signal.SIGSTOP)
    process.wait(20.0)
    place.wait_until_free()
    said = [line for line in place.said() if line.startswith("permit")]
    assert said.count("permit connect") == 2, "once to hold it, once to open it"
    assert said.index("permit off") > max(i for i, line in enumerate(said) if line == "permit hold 0.6")
    record = last_record("lab")
    assert record is not None
    assert [one.device for one in record.steps] == ["supply", "permit", "supply"]


def test_a_permit_relay_that_does_not_hold_lets_nothing_be_switched_on(place: Place, guard: Any) -> None:
    (place.folder / "permit.broken").touch()
    one, told = guard("supply", "permit")
    with pytest.raises(RigError, match="the permit relay does not hold: permit: broken"):
        one.energised(True)
    assert wait_on_wall(lambda: bool(told), 5.0)
    assert told[0] == "rig lab: its guard reports trouble: permit: permit: broken"


def test_a_permit_relay_that_fails_later_is_trouble(place: Place, guard: Any) -> None:
    one, told = guard("supply", "permit", lease=0.4)
    beating = threading.Event()

    def beat() -> None:
        while not beating.wait(0.1):
            one.beat(30.0)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        one.energised(True)
        (place.folder / "permit.broken").touch()
        assert wait_on_wall(lambda: bool(told), 5.0)
        (place.folder / "permit.broken").unlink()
    finally:
        beating.set()
        thread.join()
    one.energised(False)
    assert "permit off" in place.said()
    clear_mark("lab")
