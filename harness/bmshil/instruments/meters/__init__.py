"""Multimeters, one file per family."""

from typing import Any

from bmshil.instruments.meters.generic import ScpiMeter
from bmshil.instruments.meters.ohmmeter import ScpiOhmmeter

METERS: dict[str, type[Any]] = {
    "scpi-meter": ScpiMeter,
    "scpi-ohmmeter": ScpiOhmmeter,
}
"""Drivers by the name that a rig file gives them."""
