"""One bench: its file and its lock."""

from bmshil.rig.layout import (
    TWIN,
    BankEntry,
    Channel,
    Control,
    Dut,
    Envelope,
    InstrumentEntry,
    PackEntry,
    ReadbackEntry,
    Source,
    Tolerances,
)
from bmshil.rig.lock import Owner, RigLock
from bmshil.rig.rig_file import Rig, find, load, rig_names

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
    "Source",
    "Tolerances",
    "find",
    "load",
    "rig_names",
]
