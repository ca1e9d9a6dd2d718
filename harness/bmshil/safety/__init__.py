"""Envelope, energising, the off order, the guard and its mark, and signals that must not prevent it."""

from bmshil.safety.drills import Drill, last_drill, record_drill
from bmshil.safety.energise import energise, protect
from bmshil.safety.envelope import Envelope
from bmshil.safety.equipment import Equipment
from bmshil.safety.guard import Guard, GuardRecord, GuardSpec, last_record
from bmshil.safety.mark import Mark, clear_mark, new_mark, read_mark, write_mark
from bmshil.safety.off import switch_off
from bmshil.safety.own_sessions import Device, OwnSessions
from bmshil.safety.report import OffReport, OffStep, Outcome
from bmshil.safety.signals import teardown_on_termination, uninterrupted
from bmshil.safety.waiting import Wait, wait_on_wall
from bmshil.safety.watch import EnvelopeWatch

__all__ = [
    "Device",
    "Drill",
    "Envelope",
    "EnvelopeWatch",
    "Equipment",
    "Guard",
    "GuardRecord",
    "GuardSpec",
    "Mark",
    "OffReport",
    "OffStep",
    "Outcome",
    "OwnSessions",
    "Wait",
    "clear_mark",
    "energise",
    "last_drill",
    "last_record",
    "new_mark",
    "protect",
    "read_mark",
    "record_drill",
    "switch_off",
    "teardown_on_termination",
    "uninterrupted",
    "wait_on_wall",
    "write_mark",
]
