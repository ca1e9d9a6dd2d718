"""DC supplies that play the bank's terminals, one file per family."""

from typing import Any

from bmshil.instruments.supplies.generic import ScpiSupply

SUPPLIES: dict[str, type[Any]] = {
    "scpi-supply": ScpiSupply,
}
"""Drivers by the name that a rig file gives them."""
