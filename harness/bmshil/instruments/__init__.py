"""Roles of instruments, and their drivers over pyvisa: by name, or a lab's own class."""

from bmshil.instruments.byte_instrument import ByteInstrument
from bmshil.instruments.byte_session import ByteSession
from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.loads.generic import ScpiLoad
from bmshil.instruments.meters.generic import ScpiMeter
from bmshil.instruments.meters.ohmmeter import ScpiOhmmeter
from bmshil.instruments.operator import Operator
from bmshil.instruments.registry import DRIVERS, ROLES, driver, roles_of
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
    "ROLES",
    "ByteInstrument",
    "ByteSession",
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
    "SessionInstrument",
    "Supply",
    "driver",
    "roles_of",
]
