"""Roles (supply, load, meter, relays, ohmmeter) and their drivers over pyvisa."""

from bmshil.instruments.registry import DRIVERS, driver
from bmshil.instruments.roles import (
    RELAY_ROLES,
    Capability,
    Instrument,
    Load,
    Meter,
    Ohmmeter,
    Relays,
    Supply,
)
from bmshil.instruments.scpi_load import ScpiLoad
from bmshil.instruments.scpi_meter import ScpiMeter
from bmshil.instruments.scpi_ohmmeter import ScpiOhmmeter
from bmshil.instruments.scpi_relays import ScpiRelays
from bmshil.instruments.scpi_supply import ScpiSupply
from bmshil.instruments.session import Session

__all__ = [
    "DRIVERS",
    "RELAY_ROLES",
    "Capability",
    "Instrument",
    "Load",
    "Meter",
    "Ohmmeter",
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
