"""What feeds the device: grid and PV simulators."""

from typing import Any

from bmshil.instruments.sources.generic import ScpiSource

SOURCES: dict[str, type[Any]] = {
    "scpi-source": ScpiSource,
}
"""Drivers by the name that a rig file gives them."""
