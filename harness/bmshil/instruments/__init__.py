"""Roles (supply, load, meter, relays) and their drivers over pyvisa."""

from bmshil.instruments.registry import DRIVERS, driver
from bmshil.instruments.roles import RELAY_ROLES, Capability, Instrument, Load, Meter, Relays, Supply
from bmshil.instruments.scpi_load import ScpiLoad
from bmshil.instruments.scpi_meter import ScpiMeter
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
    "Relays",
    "ScpiLoad",
    "ScpiMeter",
    "ScpiRelays",
    "ScpiSupply",
    "Session",
    "Supply",
    "driver",
]
