"""Emulated battery management: nodes that decide, protect and speak, and their faults."""

from bmshil.bms.architectures import (
    ALONE,
    KINDS_OF_ARCHITECTURE,
    Architecture,
    ArchitectureSettings,
    Collector,
    Failover,
    Gated,
    Hub,
    Link,
    LoneMaster,
    Master,
    Switches,
)
from bmshil.bms.bank_words import BankLimits, Silenced
from bmshil.bms.bus_load import bus_load, worst_bits
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
    Raw,
    Reboot,
    Scale,
    ScheduledFault,
    Silence,
    Swap,
    parse_fault,
)
from bmshil.bms.fleet import Fleet
from bmshil.bms.gate import Absolute, StimulusGate
from bmshil.bms.latch import DISCHARGE_TIME, RITUAL
from bmshil.bms.limits import Limits, decide_limits
from bmshil.bms.line_faults import FlippedDigit, LateAnswers, LostAnswers
from bmshil.bms.matching import Matching
from bmshil.bms.node import Node
from bmshil.bms.pack_frames import packs_beside
from bmshil.bms.plan import PlannedMessage, plan_messages
from bmshil.bms.power_on import PowerOn, Stage
from bmshil.bms.replay import Replay
from bmshil.bms.sender import Sender
from bmshil.bms.settings import NodeSettings
from bmshil.bms.thresholds import Threshold, Thresholds

__all__ = [
    "ALONE",
    "DISCHARGE_TIME",
    "KINDS",
    "KINDS_OF_ARCHITECTURE",
    "RITUAL",
    "Absolute",
    "Architecture",
    "ArchitectureSettings",
    "BankFaults",
    "BankLimits",
    "ByteOrder",
    "CapturedFrame",
    "Collector",
    "Curve",
    "Dlc",
    "Duplicate",
    "Failover",
    "Fault",
    "FaultHandle",
    "FaultPlan",
    "Fleet",
    "FlippedDigit",
    "Freeze",
    "Gated",
    "Hub",
    "LateAnswers",
    "Limits",
    "Link",
    "LoneMaster",
    "LostAnswers",
    "Master",
    "Matching",
    "Node",
    "NodeSettings",
    "Override",
    "Period",
    "PlannedMessage",
    "PowerOn",
    "Raw",
    "Reboot",
    "Replay",
    "Scale",
    "ScheduledFault",
    "Sender",
    "Silence",
    "Silenced",
    "Stage",
    "StimulusGate",
    "Swap",
    "Switches",
    "Threshold",
    "Thresholds",
    "bus_load",
    "decide_limits",
    "packs_beside",
    "parse_fault",
    "plan_messages",
    "read_capture",
    "worst_bits",
]
