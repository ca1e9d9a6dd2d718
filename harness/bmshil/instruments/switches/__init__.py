"""Switch units and relay boards, one file per family."""

from typing import Any

from bmshil.instruments.switches.generic import ScpiRelays

SWITCHES: dict[str, type[Any]] = {
    "scpi-relays": ScpiRelays,
}
"""Drivers by the name that a rig file gives them."""
