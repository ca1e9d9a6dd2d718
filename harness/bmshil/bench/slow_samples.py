"""Samples of what changes slowly: the limits in force, and state of charge and current of each pack."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.battery import Bank
    from bmshil.bms import Fleet
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline

PERIOD = 1.0
"""Distance of two samples, s: what a node says changes once per period of its messages."""


class SlowSamples:
    """Writes what plots and divergence tests need, once per second.

    Args:
        timeline: gives the times.
        journal: where samples are written.
        packs: physics of the bank.
        bank: nodes of the bank.
    """

    def __init__(self, timeline: Timeline, journal: Journal, packs: Bank, bank: Fleet) -> None:
        self._journal = journal
        self._packs = packs
        self._bank = bank
        self._limits = [
            journal.channel("limit.cvl", "V"),
            journal.channel("limit.ccl", "A"),
            journal.channel("limit.dcl", "A"),
        ]
        self._socs = [journal.channel(f"pack{pack.number}.soc", "1") for pack in packs]
        self._currents = [journal.channel(f"pack{pack.number}.current", "A") for pack in packs]
        self._slots = timeline.every(PERIOD, self._sample)

    def cancel(self) -> None:
        """Stop for good."""
        self._slots.cancel()

    def _sample(self) -> None:
        sample = self._journal.sample
        asked = self._bank.asks()
        # With no pack on the air there is no limit in force, and a gap says so.
        if not isnan(asked.cvl):
            for channel, value in zip(self._limits, asked, strict=True):
                sample(channel, value)
        for pack, soc, current in zip(self._packs, self._socs, self._currents, strict=True):
            sample(soc, pack.soc)
            sample(current, pack.current)
