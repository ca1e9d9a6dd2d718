"""What a port has moved, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class PortHealth:
    """Counters of one port since it was opened.

    Attributes:
        sent: frames handed to the adapter.
        confirmed: frames that the adapter reported as sent and acknowledged.
        received: frames from others.
        lost: frames that were to be sent but refused.
        error_frames: error frames that the adapter reported.
        garbled: times the adapter said something that its driver could not read.
        failures: times the adapter itself failed.
        down: the cause while the adapter is unusable, otherwise None.
    """

    sent: int = 0
    confirmed: int = 0
    received: int = 0
    lost: int = 0
    error_frames: int = 0
    garbled: int = 0
    failures: int = 0
    down: str | None = None
