"""Multimeters, one file per family."""

from typing import Any

from bmshil.instruments.meters.generic import ScpiMeter
from bmshil.instruments.meters.keithley import KeithleyDmm6500
from bmshil.instruments.meters.keysight import Keysight34461A
from bmshil.instruments.meters.ohmmeter import ScpiOhmmeter

METERS: dict[str, type[Any]] = {
    "scpi-meter": ScpiMeter,
    "scpi-ohmmeter": ScpiOhmmeter,
    "keysight-34461a": Keysight34461A,
    "keithley-dmm6500": KeithleyDmm6500,
}
"""Drivers by the name that a rig file gives them."""
