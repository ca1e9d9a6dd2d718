"""Envelope, energising, the off order, and signals that must not prevent it."""

from bmshil.safety.energise import energise, protect
from bmshil.safety.envelope import Envelope
from bmshil.safety.equipment import Equipment
from bmshil.safety.off import switch_off
from bmshil.safety.report import OffReport, OffStep, Outcome
from bmshil.safety.signals import teardown_on_termination, uninterrupted
from bmshil.safety.waiting import Wait, wait_on_wall
from bmshil.safety.watch import EnvelopeWatch

__all__ = [
    "Envelope",
    "EnvelopeWatch",
    "Equipment",
    "OffReport",
    "OffStep",
    "Outcome",
    "Wait",
    "energise",
    "protect",
    "switch_off",
    "teardown_on_termination",
    "uninterrupted",
    "wait_on_wall",
]
