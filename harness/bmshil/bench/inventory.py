"""What a bench is made of: its parts, each under its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from bmshil.bench.safeguards.standing import Safeguards
from bmshil.errors import InstrumentError
from bmshil.rig.sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.battery import Bank
    from bmshil.bench.assembly.bank_on_line import BankOnLine
    from bmshil.bench.assembly.listening import Listeners
    from bmshil.bench.equipment import Equipment
    from bmshil.bench.fitness.levels import Levels
    from bmshil.bench.terminals.control import ControlLoop
    from bmshil.bms import Fleet, StimulusGate
    from bmshil.instruments import Load, Meter, Ohmmeter, Relays, Supply
    from bmshil.inverter import Declares, Profile, Readback
    from bmshil.journal import Journal
    from bmshil.judge import Acceptance
    from bmshil.ports import CanPort
    from bmshil.rig import Rig
    from bmshil.timeline import Timeline


_Part = TypeVar("_Part")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a rig was put together from; see :class:`Inventory` for what each is."""

    rig: Rig
    profile: Profile
    mutation: str | None
    acceptance: Acceptance
    levels: Levels
    timeline: Timeline
    journal: Journal
    ports: Mapping[str, CanPort]
    packs: Bank
    bank: Fleet
    listeners: Listeners
    readback: Readback | None
    control: ControlLoop
    equipment: Equipment
    gate: StimulusGate | None = None
    safeguards: Safeguards = field(default_factory=Safeguards)
    on_line: BankOnLine | None = None


class Inventory:
    """The parts of a bench by name.

    Attributes:
        rig: the rig file.
        profile: the device's profile; tests read :attr:`declares` alone.
        declares: what the device declares.
        acceptance: the safety floor.
        levels: what to set, scaled to the ratings.
        timeline: the one timeline.
        journal: the one record.
        ports: CAN ports by role.
        packs: physics of the bank.
        bank: nodes of the bank: limits, faults, silence.
        readback: what the device believes; None where it cannot be asked.
        control: measures and plays the terminals.
        mutation: name of the twin's deliberate deviation, or None.
        safeguards: told before outputs go on and after they are off.
    """

    def __init__(self, parts: Parts) -> None:
        self.rig = parts.rig
        self.profile = parts.profile
        self.mutation = parts.mutation
        self.acceptance = parts.acceptance
        self.levels = parts.levels
        self.timeline = parts.timeline
        self.journal = parts.journal
        self.ports = parts.ports
        self.packs = parts.packs
        self.bank = parts.bank
        self.readback = parts.readback
        self.control = parts.control
        self.safeguards = parts.safeguards
        self._equipment = parts.equipment

    @property
    def set_up(self) -> str:
        """Who has set the device up, for citations."""
        if self.rig.twin_device:
            return "set-up sheet: not needed, the device is software"
        sheet = read_sheet(self.rig)
        return "set-up sheet: none" if sheet is None else sheet.citation

    @property
    def declares(self) -> Declares:
        """What the device declares: all that a test may read of it."""
        return self.profile.declares

    @property
    def supply(self) -> Supply:
        """The supply that plays the bank's terminals, alone or with a sink beside it."""
        return self._equipment.terminals

    @property
    def meter(self) -> Meter:
        """The meter at the device's terminals."""
        return self._equipment.meter

    @property
    def load(self) -> Load:
        """The load on the device's AC side.

        Raises:
            InstrumentError: the rig has none.
        """
        return self._required(self._equipment.load, "load")

    @property
    def instruments(self) -> dict[str, str]:
        """Which instruments are there, by role: driver, identity, and when the calibration ends."""
        return self._equipment.described(self.rig)

    @property
    def relays(self) -> Relays:
        """The relays by role.

        Raises:
            InstrumentError: the rig has none.
        """
        return self._required(self._equipment.relays, "relays")

    @property
    def ohmmeter(self) -> Ohmmeter:
        """The meter between CAN-H and CAN-L.

        Raises:
            InstrumentError: the rig has none.
        """
        return self._required(self._equipment.ohmmeter, "ohmmeter")

    @property
    def has_ohmmeter(self) -> bool:
        """Whether termination can be measured."""
        return self._equipment.ohmmeter is not None

    @property
    def relay_roles(self) -> frozenset[str]:
        """Roles of the relays that are wired."""
        return self._equipment.relays.roles if self._equipment.relays is not None else frozenset()

    def _required(self, part: _Part | None, role: str) -> _Part:
        if part is None:
            raise InstrumentError(f"rig {self.rig.name} has no {role}: add instruments.{role}")
        return part
