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
        lost: frames that were to be sent and were not, because the adapter could not.
        stale: frames that were dropped because they had waited for too long.
        unacknowledged: frames that were flushed because nobody acknowledged; part of ``stale``.
        drained: frames that the adapter had queued before it was opened; handed to nobody.
        error_frames: error frames that the adapter reported.
        garbled: times the adapter said something that its driver could not read.
        outages: times the adapter could not be used.
        outage_time: how long it could not be used, over all outages that are over, s.
        down: what it is and why while the adapter is unusable, otherwise None.
        tec: transmit error counter, as the adapter reported it last.
        rec: receive error counter, as the adapter reported it last.
        state: error-active, error-warning, error-passive or bus-off, as the adapter reported it last.
    """

    sent: int = 0
    confirmed: int = 0
    received: int = 0
    lost: int = 0
    stale: int = 0
    unacknowledged: int = 0
    drained: int = 0
    error_frames: int = 0
    garbled: int = 0
    outages: int = 0
    outage_time: float = 0.0
    down: str | None = None
    tec: int = 0
    rec: int = 0
    state: str = "error-active"
