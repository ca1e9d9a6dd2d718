"""One bench: its file, its lock, and the power budget that preflight prints."""

from bmshil.rig.budget import Budget, power_budget
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
    "Budget",
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
    "power_budget",
    "rig_names",
]
