"""A bank as a SunSpec device: its registers, renewed every second, and the commands that it takes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic import ARITHMETICS, Member
from bmshil.bms.gate import everything
from bmshil.bms.rs485.pack_data import pack_data
from bmshil.dialects.modbus import Block, Reason, Refusal
from bmshil.dialects.sunspec import BASE, VALUES, BankState, Place, StringState, image, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bmshil.bms.fleet import Fleet
    from bmshil.bms.node import Node
    from bmshil.dialects import Report
    from bmshil.journal import Journal
    from bmshil.timeline import Periodic, Timeline

SECOND = 1.0
CONNECT, ENABLE, RESET = 1, 1, 1
VERSION = "1.0"


class SunSpecBank:
    """Registers of models 1, 802 and 803, where one string is one pack.

    Once per second of the timeline the heartbeat counts, and all registers are made anew together: whoever
    reads them between finds values of one moment. A command changes what it changes at once; the registers
    show it at once too.

    Commands (AlmRst, SetOp, SetInvState, StrSetEna, StrSetCon) are refused as long as nobody on the bench has
    authorised them: Modbus knows no user, and who can reach the port could clear alarms. The heartbeat of a
    controller is no command and is always taken.

    Args:
        fleet: the nodes.
        timeline: gives the time.
        journal: where commands and refusals are written, as events of kind ``sunspec``.
        unit: Modbus unit of the device.
        serial: its serial number.
        admits: whether the limits of a pack may be told; before a real device a gate.

    Attributes:
        unit: as given.
        authorised: whether commands are taken; may be set at any time.

    Source: SunSpec models 1, 802 and 803 (sunspec/models, 2026-04-22); field article on communication between
    BMS and inverter, for the refusal of commands.
    """

    def __init__(
        self,
        fleet: Fleet,
        timeline: Timeline,
        journal: Journal,
        *,
        unit: int = 1,
        serial: str = "BMSHIL1",
        admits: Callable[[Report], bool] = everything,
    ) -> None:
        self.unit = unit
        self.authorised = False
        self._fleet = fleet
        self._timeline = timeline
        self._journal = journal
        self._serial = serial
        self._admits = admits
        self._heartbeat = 0
        self._controller = 0
        self._set_operation = CONNECT
        self._inverter = 3
        self._disabled: set[int] = set()
        self._clock: Periodic | None = None
        self._shown = Block(BASE, b"")

    def start(self) -> None:
        """Begin to count and to renew the registers, on the timeline."""
        self._renew()
        self._clock = self._timeline.every(SECOND, self._tick, phase=SECOND)

    def stop(self) -> None:
        """Stop to count, on the timeline. The registers stay as they are. May be called twice."""
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def read(self, address: int, count: int) -> Sequence[int]:
        """Return registers; from any thread.

        Raises:
            Refusal: they are not all there.
        """
        return self._shown.words(address, count)

    def write(self, address: int, words: Sequence[int]) -> None:
        """Take registers over, all or none; from any thread.

        Raises:
            Refusal: they cannot be written, are not authorised, or have values that mean nothing.
        """
        strings = len(self._fleet)
        writes = []
        for offset, word in enumerate(words):
            place = place_of(address + offset, strings)
            if place is None:
                raise Refusal(f"register {address + offset} cannot be written", Reason.ADDRESS)
            if word not in VALUES.get(place.point, (word,)):
                raise Refusal(f"{place.point}: {word} means nothing", Reason.VALUE)
            if place.point != "CtrlHb" and not self.authorised:
                self._timeline.call(partial(self._tell, place, word, taken=False))
                # The code for "in a state in which this is not allowed".
                raise Refusal(f"{place.point} without authorisation", Reason.FUNCTION)
            writes.append((place, word))
        self._timeline.call(lambda: self._obey(writes))

    def _tick(self) -> None:
        self._heartbeat = (self._heartbeat + 1) % 0xFFFF  # the last number means "not implemented"
        self._renew()

    def _renew(self) -> None:
        state = self._state()
        # As on CAN, each pack for itself: what they ask for together may be more than one inverter takes.
        if all(self._admits(one.pack.report) for one in state.strings if one.pack is not None):
            data = image(state, serial=self._serial, device=self.unit, version=VERSION)
            self._shown = Block(BASE, data)

    def _state(self) -> BankState:
        strings = tuple(
            StringState(
                pack_data(node) if node.told is not None else None,
                node.pack.connected,
                node.number not in self._disabled,
            )
            for node in self._fleet
        )
        members = [
            Member(one.pack.number, one.pack.report, resistance=self._fleet[one.pack.number].pack.resistance)
            for one in strings
            if one.pack is not None
        ]
        return BankState(
            ARITHMETICS["capacity_weighted"](members),
            strings,
            self._heartbeat,
            self._controller,
            self.authorised,
            self._set_operation,
            self._inverter,
        )

    def _obey(self, writes: Sequence[tuple[Place, int]]) -> None:
        for place, value in writes:
            if place.point == "CtrlHb":
                self._controller = value
                continue
            self._tell(place, value, taken=True)
            if place.point == "SetInvState":
                self._inverter = value
                continue
            if place.point == "SetOp":
                self._set_operation = value
            for node in self._fleet if place.string is None else [self._fleet[place.string]]:
                self._order(node, place, value)
        self._renew()

    def _tell(self, place: Place, value: int, *, taken: bool) -> None:
        name = "bank" if place.string is None else f"pack{place.string}"
        self._journal.event("sunspec", name, point=place.point, value=value, taken=taken)

    def _order(self, node: Node, place: Place, value: int) -> None:
        match place.point:
            case "AlmRst":
                if value == RESET and node.contactor.latch.latched:
                    node.contactor.latch.reset()
                    node.connect()
            case "StrSetEna":
                if value == ENABLE:
                    self._disabled.discard(node.number)
                else:
                    self._disabled.add(node.number)
                    node.disconnect()
            case _:
                if value != CONNECT:
                    node.disconnect()
                elif node.number not in self._disabled:
                    node.connect()
