"""Roles (supply, load, meter, relays, ohmmeter) and their drivers over pyvisa."""

from bmshil.instruments.loads.generic import ScpiLoad
from bmshil.instruments.meters.generic import ScpiMeter
from bmshil.instruments.meters.ohmmeter import ScpiOhmmeter
from bmshil.instruments.operator import Operator
from bmshil.instruments.registry import DRIVERS, driver
from bmshil.instruments.roles import (
    MEMBERS,
    PERMIT,
    RELAY_ROLES,
    Capability,
    Extras,
    Instrument,
    Load,
    Meter,
    Ohmmeter,
    Permit,
    PowerSource,
    Relays,
    Supply,
)
from bmshil.instruments.session import Session
from bmshil.instruments.supplies.generic import ScpiSupply
from bmshil.instruments.switches.generic import ScpiRelays

__all__ = [
    "DRIVERS",
    "MEMBERS",
    "PERMIT",
    "RELAY_ROLES",
    "Capability",
    "Extras",
    "Instrument",
    "Load",
    "Meter",
    "Ohmmeter",
    "Operator",
    "Permit",
    "PowerSource",
    "Relays",
    "ScpiLoad",
    "ScpiMeter",
    "ScpiOhmmeter",
    "ScpiRelays",
    "ScpiSupply",
    "Session",
    "Supply",
    "driver",
]
