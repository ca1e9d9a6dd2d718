"""Emulated battery management: nodes that decide, protect and speak, and their faults."""

from bmshil.bms.capture import CapturedFrame, read_capture
from bmshil.bms.curve import Curve
from bmshil.bms.faults import (
    KINDS,
    BankFaults,
    ByteOrder,
    Dlc,
    Duplicate,
    Fault,
    FaultHandle,
    FaultPlan,
    Freeze,
    Override,
    Period,
    Reboot,
    Scale,
    ScheduledFault,
    Silence,
    parse_fault,
)
from bmshil.bms.fleet import BankLimits, Fleet, Silenced
from bmshil.bms.limits import Limits, decide_limits
from bmshil.bms.node import Node
from bmshil.bms.replay import Replay
from bmshil.bms.sender import Sender
from bmshil.bms.settings import NodeSettings
from bmshil.bms.thresholds import Threshold, Thresholds

__all__ = [
    "KINDS",
    "BankFaults",
    "BankLimits",
    "ByteOrder",
    "CapturedFrame",
    "Curve",
    "Dlc",
    "Duplicate",
    "Fault",
    "FaultHandle",
    "FaultPlan",
    "Fleet",
    "Freeze",
    "Limits",
    "Node",
    "NodeSettings",
    "Override",
    "Period",
    "Reboot",
    "Replay",
    "Scale",
    "ScheduledFault",
    "Sender",
    "Silence",
    "Silenced",
    "Threshold",
    "Thresholds",
    "decide_limits",
    "parse_fault",
    "read_capture",
]
