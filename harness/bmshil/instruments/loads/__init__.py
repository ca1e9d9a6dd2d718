"""Electronic loads, one file per family."""

from typing import Any

from bmshil.instruments.loads.generic import ScpiLoad

LOADS: dict[str, type[Any]] = {
    "scpi-load": ScpiLoad,
}
"""Drivers by the name that a rig file gives them."""
