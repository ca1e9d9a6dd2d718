"""Each relay driver speaks with its twin through the door that the twin stands behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import DRIVERS, Capability
from bmshil.safety import wait_on_wall
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus.wiring import Wiring
from bmshil.twin.doors import SerialDoor, TcpDoor
from bmshil.twin.instruments import Contacts, Place, Ratings
from bmshil.twin.instruments.switches import SWITCHES
from bmshil.twin.server import Server
from bmshil.twin.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MODELS = sorted(SWITCHES)
TELLING = [model for model in MODELS if Capability.READ_BACK in DRIVERS[model].capabilities]
SERIAL = ["kmtronic-relays", "lcus-relays", "waveshare-relays"]
SLOT = {"keysight-34970a": 100}


class Stand:
    """A board of a model, its contacts, and the driver connected to it."""

    def __init__(self, model: str, folder: Path, roles: tuple[str, ...]) -> None:
        self.timeline = SimulatedTimeline()
        first = SLOT.get(model, 0) + 1
        channels = {role: first + place for place, role in enumerate(roles)}
        self.contacts = Contacts(
            self.timeline, {channel: role for role, channel in channels.items()}, lambda *_: None
        )
        self.twin: Any = SWITCHES[model](
            Place(
                timeline=self.timeline,
                world=World(self.timeline),
                role="relays",
                rating=Ratings(),
                contacts=self.contacts,
                wiring=Wiring(None, length=1.0, terminators=2, coupling=0.0, seed=1, current=lambda: 0.0),
                live=lambda: True,
                seed=1,
            )
        )
        self._server = Server()
        door: SerialDoor | TcpDoor = (
            SerialDoor(self._server, folder / "board", self.twin.converse, self.twin.faults)
            if self.twin.serial
            else TcpDoor(self._server, self.twin.converse, self.twin.faults)
        )
        self._server.start()
        self.driver: Any = DRIVERS[model].connect("relays", door.resource, channels=channels, timeout=0.25)

    def close(self) -> None:
        self.driver.disconnect()
        self._server.stop()

    def is_closed(self, role: str) -> bool:
        """Whether a contact is closed, once the board has done all that it was told."""
        self._server.do(lambda: None)
        return self.contacts.closed(role)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Callable[..., Stand]]:
    made: list[Stand] = []

    def make(model: str, *roles: str) -> Stand:
        made.append(Stand(model, tmp_path, roles or ("dc_main", "dc_precharge", "pv")))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_binary_boards_stand_on_serial_lines(stand: Any) -> None:
    assert [model for model in MODELS if stand(model).twin.serial] == SERIAL


@pytest.mark.parametrize("model", TELLING)
def test_contacts_move_and_read_back(stand: Any, model: str) -> None:
    bench = stand(model)
    for role in ("dc_precharge", "dc_main"):
        bench.driver.close(role)
        assert bench.is_closed(role)
        assert bench.driver.closed(role) is True
    bench.driver.open("dc_precharge")
    assert not bench.is_closed("dc_precharge")
    assert bench.driver.closed("dc_precharge") is False
    bench.driver.open_all()
    bench.driver.open_all()
    assert not bench.is_closed("dc_main")


def test_a_board_that_never_answers_moves_all_the_same(stand: Any) -> None:
    bench = stand("lcus-relays")
    bench.driver.close("pv")
    assert wait_for(bench, "pv", closed=True)
    bench.driver.open_all()
    assert wait_for(bench, "pv", closed=False)


def wait_for(bench: Stand, role: str, *, closed: bool) -> bool:
    """Nothing but the contact tells that the board has heard: give the line a moment."""
    return wait_on_wall(lambda: bench.is_closed(role) is closed, 10.0)


@pytest.mark.parametrize("model", TELLING)
def test_a_board_that_does_not_follow_is_an_error(stand: Any, model: str) -> None:
    bench = stand(model)
    bench.twin.faults.refuses_output = True
    with pytest.raises(InstrumentError, match="still reads open"):
        bench.driver.close("dc_main")
    bench.twin.faults.refuses_output = False
    bench.driver.close("dc_main")
    bench.twin.faults.stays_on = True
    with pytest.raises(InstrumentError, match="still reads closed"):
        bench.driver.open("dc_main")
    with pytest.raises(InstrumentError, match=r"still (be )?closed: dc_main"):
        bench.driver.open_all()


@pytest.mark.parametrize("model", TELLING)
def test_a_welded_contact_reads_open(stand: Any, model: str) -> None:
    bench = stand(model)
    bench.driver.close("dc_main")
    bench.contacts.weld("dc_main")
    bench.driver.open("dc_main")
    assert bench.driver.closed("dc_main") is False
    assert bench.is_closed("dc_main")


@pytest.mark.parametrize("model", TELLING)
@pytest.mark.parametrize("fault", ["silent", "garble", "half_line"])
def test_a_spoilt_line_is_an_error_and_the_next_command_works(stand: Any, model: str, fault: str) -> None:
    bench = stand(model)
    setattr(bench.twin.faults, fault, True)
    with pytest.raises(InstrumentError, match="relays"):
        bench.driver.open("dc_main")
    setattr(bench.twin.faults, fault, False)
    bench.driver.close("dc_main")
    assert bench.is_closed("dc_main")


def test_a_permit_that_is_not_held_any_more_opens_by_itself(stand: Any) -> None:
    bench = stand("waveshare-relays", "permit")
    bench.driver.hold(0.5)
    bench.timeline.run(0.4)
    assert bench.driver.held() is True
    bench.driver.hold(0.5)
    bench.timeline.run(0.4)
    assert bench.driver.held() is True
    bench.timeline.run(0.2)
    assert bench.driver.held() is False
    assert not bench.is_closed("permit")


@pytest.mark.parametrize("model", TELLING)
def test_any_board_can_hold_a_permit_until_it_is_told_to_open(stand: Any, model: str) -> None:
    bench = stand(model, "permit")
    bench.driver.hold(1.0)
    assert bench.driver.held() is True
    assert bench.is_closed("permit")
    bench.driver.off()
    assert bench.driver.held() is False
    assert not bench.is_closed("permit")
