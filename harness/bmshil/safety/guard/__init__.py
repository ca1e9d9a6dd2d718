"""The guard process: who switches off when the harness cannot."""

from bmshil.safety.guard.client import Guard
from bmshil.safety.guard.record import GuardRecord, last_record
from bmshil.safety.guard.spec import GuardSpec

__all__ = ["Guard", "GuardRecord", "GuardSpec", "last_record"]
