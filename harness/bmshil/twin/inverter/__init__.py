"""The twin's inverter: the device under test when there is no hardware.

It reads frames with its own tables (`frames`), written from the vendor's documents, so that a mistake in
the harness's codec cannot hide in a shared table.
"""

from bmshil.twin.inverter.behaviour import DEFAULTS, Behaviour, check_deviations, merged
from bmshil.twin.inverter.display import Display, State
from bmshil.twin.inverter.identifiers import WireIds, wire_ids
from bmshil.twin.inverter.inverter import Inverter
from bmshil.twin.inverter.keepalive import InverterBus
from bmshil.twin.inverter.no_bus import NoBus
from bmshil.twin.inverter.real_bus import RealBus

__all__ = [
    "DEFAULTS",
    "Behaviour",
    "Display",
    "Inverter",
    "InverterBus",
    "NoBus",
    "RealBus",
    "State",
    "WireIds",
    "check_deviations",
    "merged",
    "wire_ids",
]
