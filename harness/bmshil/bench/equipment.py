"""The instruments of a rig, connected by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bmshil.instruments import driver

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from bmshil.instruments import Load, Meter, Ohmmeter, Relays, Supply
    from bmshil.journal import Journal
    from bmshil.rig import Rig


@dataclass(frozen=True)
class Equipment:
    """Connected instruments; load, relays and ohmmeter are None where a rig has none."""

    supply: Supply
    meter: Meter
    load: Load | None = None
    relays: Relays | None = None
    ohmmeter: Ohmmeter | None = None


def connect(rig: Rig, journal: Journal, addresses: Mapping[str, str], stack: ExitStack) -> Equipment:
    """Connect every instrument of a rig; ``stack`` lets go of them.

    Args:
        rig: names drivers and resources; has at least a supply and a meter.
        journal: where the dialogue is written.
        addresses: resource strings of instruments that the twin plays, by role.
        stack: takes the disconnecting.

    Raises:
        InputError: an unknown driver or option.
        InstrumentError: one does not answer, or answers as something else.
    """
    connected: dict[str, Any] = {}
    for role, entry in rig.instruments.items():
        options: dict[str, Any] = dict(entry.options)
        if entry.channels:
            options["channels"] = entry.channels
        resource = addresses.get(role, entry.resource)
        instrument = driver(entry.driver, role).connect(role, resource, journal=journal, **options)
        stack.callback(instrument.disconnect)
        connected[role] = instrument
    return Equipment(**connected)
