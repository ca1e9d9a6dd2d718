"""Faults of nodes: each can be switched on and off at any time, and written as one line of text."""

from bmshil.bms.faults.fault import Fault
from bmshil.bms.faults.payloads import ByteOrder, Dlc, Freeze, Raw
from bmshil.bms.faults.plan import KINDS, FaultPlan, parse_fault
from bmshil.bms.faults.reboot import Reboot
from bmshil.bms.faults.schedule import BankFaults, ScheduledFault
from bmshil.bms.faults.sending import Duplicate, Period, Silence
from bmshil.bms.faults.switchboard import FaultHandle, NodeFaults
from bmshil.bms.faults.values import Override, Scale, Swap

__all__ = [
    "KINDS",
    "BankFaults",
    "ByteOrder",
    "Dlc",
    "Duplicate",
    "Fault",
    "FaultHandle",
    "FaultPlan",
    "Freeze",
    "NodeFaults",
    "Override",
    "Period",
    "Raw",
    "Reboot",
    "Scale",
    "ScheduledFault",
    "Silence",
    "Swap",
    "parse_fault",
]
