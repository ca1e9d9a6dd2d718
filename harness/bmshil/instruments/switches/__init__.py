"""Switch units and relay boards, one file per family."""

from typing import Any

from bmshil.instruments.switches.generic import ScpiRelays
from bmshil.instruments.switches.keysight import Keysight34970A
from bmshil.instruments.switches.kmtronic import KmtronicRelays
from bmshil.instruments.switches.lcus import LcusRelays
from bmshil.instruments.switches.waveshare import WaveshareRelays

SWITCHES: dict[str, type[Any]] = {
    "scpi-relays": ScpiRelays,
    "keysight-34970a": Keysight34970A,
    "lcus-relays": LcusRelays,
    "kmtronic-relays": KmtronicRelays,
    "waveshare-relays": WaveshareRelays,
}
"""Drivers by the name that a rig file gives them."""
