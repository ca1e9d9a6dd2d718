"""Equipment without remote control, one file per role."""

from typing import Any

from bmshil.instruments.manual.load import ManualLoad
from bmshil.instruments.manual.meter import ManualMeter
from bmshil.instruments.manual.relays import ManualRelays
from bmshil.instruments.manual.source import ManualSource
from bmshil.instruments.manual.supply import ManualSupply

MANUAL: dict[str, type[Any]] = {
    "manual-supply": ManualSupply,
    "manual-load": ManualLoad,
    "manual-meter": ManualMeter,
    "manual-relays": ManualRelays,
    "manual-source": ManualSource,
}
"""Drivers by the name that a rig file gives them."""
