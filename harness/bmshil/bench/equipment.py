"""The instruments of a rig, connected by role."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from bmshil.bench.terminals.pair import Pair
from bmshil.instruments import driver

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from bmshil.instruments import Load, Meter, Ohmmeter, PowerSource, Relays, Supply
    from bmshil.journal import Journal
    from bmshil.rig import Rig

BY_HAND = {
    "ac_grid": ("ac_grid", "manual-source"),
    "pv": ("pv", "manual-source"),
    "ac_load": ("load", "manual-load"),
}
"""What an operator switches, by the key in ``power``: its role among the instruments, and its driver."""


@dataclass(frozen=True)
class Equipment:
    """Connected instruments by role; all but supply and meter are None where a rig has none.

    Attributes:
        pair: supply and sink as one, where there is a sink.
    """

    supply: Supply
    meter: Meter
    load: Load | None = None
    relays: Relays | None = None
    ohmmeter: Ohmmeter | None = None
    sink: Load | None = None
    ac_grid: PowerSource | None = None
    pv: PowerSource | None = None
    pair: Pair | None = None

    def source(self, role: str) -> PowerSource | None:
        """What feeds the device in this role, where no relay switches it."""
        return {"ac_grid": self.ac_grid, "pv": self.pv}.get(role)

    def described(self, rig: Rig) -> dict[str, str]:
        """Which instruments these are, by role: driver, identity, and when the calibration ends."""
        found: dict[str, str] = {}
        for role, entry in rig.instruments.items():
            instrument = getattr(self, role, None)
            if instrument is not None:
                ends = entry.calibration.due
                due = f", calibrated until {ends}" if ends else ""
                found[role] = f"{entry.driver}: {instrument.identity}{due}"
        return found

    @property
    def terminals(self) -> Supply:
        """What plays the bank's terminals: the supply, or supply and sink as one."""
        return self.supply if self.pair is None else cast("Supply", self.pair)

    @property
    def joined(self) -> Equipment:
        """The same equipment, with the terminals as its supply."""
        return replace(self, supply=self.terminals)


def connect(rig: Rig, journal: Journal, addresses: Mapping[str, str], stack: ExitStack) -> Equipment:
    """Connect every instrument of a rig but the permit, which is the guard's; ``stack`` lets go of them.

    Args:
        rig: names drivers and resources; has at least a supply and a meter.
        journal: where the dialogue is written.
        addresses: resource strings of instruments that the twin plays, by role.
        stack: takes the disconnecting.

    Raises:
        InputError: an unknown driver or option.
        InstrumentError: one does not answer, or answers as something else.
    """
    roles = [role for role in rig.instruments if role != "permit"]
    connected = {role: connect_one(rig, role, journal, addresses, stack) for role in roles}
    return equip(rig, connected | {role: connect_by_hand(role, journal) for role in by_hand(rig)})


def by_hand(rig: Rig) -> list[str]:
    """Roles of the equipment that an operator switches, because the rig file says ``by: manual``."""
    return [BY_HAND[role][0] for role, source in rig.power.items() if source.by == "manual"]


def driver_by_hand(role: str) -> str:
    """The driver for the equipment of a role that an operator switches."""
    return next(kind for one, kind in BY_HAND.values() if one == role)


def connect_by_hand(role: str, journal: Journal) -> Any:  # noqa: ANN401 - what it is follows from its role
    """Make sure that an operator is there for the equipment of a role that nothing switches.

    Raises:
        InstrumentError: nobody is there.
    """
    name, kind = next((name, kind) for name, (one, kind) in BY_HAND.items() if one == role)
    return driver(kind, role).connect(f"power.{name}", "manual", journal=journal)


def connect_one(rig: Rig, role: str, journal: Journal, addresses: Mapping[str, str], stack: ExitStack) -> Any:  # noqa: ANN401 - what it is follows from its role
    """Connect one instrument of a rig; arguments and errors as :func:`connect`."""
    entry = rig.instruments[role]
    options: dict[str, Any] = dict(entry.options)
    if entry.channels:
        options["channels"] = entry.channels
    resource = addresses.get(role, entry.resource)
    instrument = driver(entry.driver, role).connect(role, resource, journal=journal, **options)
    stack.callback(instrument.disconnect)
    return instrument


def equip(rig: Rig, connected: Mapping[str, Any]) -> Equipment:
    """Make the equipment of a bench from its connected instruments by role; supply and meter are there."""
    if "sink" not in connected:
        return Equipment(**connected)
    pair = Pair(
        connected["supply"],
        connected["sink"],
        diode=rig.control.diode,
        supply_rating=rig.instruments["supply"].rating,
        load_rating=rig.instruments["sink"].rating,
    )
    return Equipment(**connected, pair=pair)
