"""One bench: its file, its lock and its state."""

from bmshil.rig.channels import Channel
from bmshil.rig.equipment import InstrumentEntry, Source
from bmshil.rig.finding import find, rig_names
from bmshil.rig.layout import BankEntry, Control, Dut, Envelope, PackEntry, ReadbackEntry, Tolerances
from bmshil.rig.lock import Owner, RigLock, runs
from bmshil.rig.part import TWIN
from bmshil.rig.preflight import check_ready, is_adapter, refusals, waivers, warnings
from bmshil.rig.qualification import qualification_lacks
from bmshil.rig.rig_file import Rig, load
from bmshil.rig.seeding import seeded
from bmshil.rig.serial import SerialChannel, Serials
from bmshil.rig.state import RigState, StateMachine
from bmshil.rig.traffic import Traffic, node_settings, planned_traffic

__all__ = [
    "TWIN",
    "BankEntry",
    "Channel",
    "Control",
    "Dut",
    "Envelope",
    "InstrumentEntry",
    "Owner",
    "PackEntry",
    "ReadbackEntry",
    "Rig",
    "RigLock",
    "RigState",
    "SerialChannel",
    "Serials",
    "Source",
    "StateMachine",
    "Tolerances",
    "Traffic",
    "check_ready",
    "find",
    "is_adapter",
    "load",
    "node_settings",
    "planned_traffic",
    "qualification_lacks",
    "refusals",
    "rig_names",
    "runs",
    "seeded",
    "waivers",
    "warnings",
]
