"""A device that speaks for a bank and is no pack: a collector, a hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.faults.switchboard import NodeFaults
from bmshil.timeline import Periodic, to_ns

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms.fleet import Fleet
    from bmshil.dialects import Report
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline


class Spokesman:
    """Says once per period what it is given, message by message, under the base identifiers.

    Args:
        fleet: the packs it speaks for; gives dialect, identifiers and port.
        name: its name in the journal.
        says: asked once per period on the timeline; None is silence.
        timeline: gives the time.
        journal: where its faults are written.

    Attributes:
        faults: switches its faults on and off, as those of a node.
        period: from one question to the next, s.
    """

    def __init__(
        self, fleet: Fleet, name: str, says: Callable[[], Report | None], timeline: Timeline, journal: Journal
    ) -> None:
        self._transmitter = fleet.new_transmitter(0, speaks_as=1, name=name)
        self._says = says
        self._timeline = timeline
        slots = self._transmitter.slots.values()
        self.period = min(slot.period for slot in slots)
        self._spacing = min(fleet.settings.spacing, self.period / len(slots))
        self._deciding: Periodic | None = None
        # A fault is tried on what is said; before anything is, on what any pack would say.
        self.faults = NodeFaults(
            self._transmitter, lambda: self._transmitter.report or fleet[1].own_report, journal
        )

    @property
    def report(self) -> Report | None:
        """What it is saying, faults of values included; None while it is silent."""
        transmitter = self._transmitter
        said = transmitter.report
        if said is None or not transmitter.audible:
            return None
        return transmitter.deviating_report(None, said, transmitter.effects)

    @property
    def sent(self) -> int:
        """Frames handed to the port."""
        return self._transmitter.sent

    def start(self) -> None:
        """Speak from now on; harmless when it does."""
        if self._deciding is None:
            # Queued before the slots, so that at one instant the decision comes first.
            first = self._transmitter.first_slot(self._timeline.now)
            self._deciding = Periodic(self._timeline, to_ns(self.period), self._decide, first)
            self._transmitter.start(first, self._spacing)

    def stop(self) -> None:
        """Fall silent."""
        if self._deciding is not None:
            self._deciding.cancel()
            self._deciding = None
        self._transmitter.stop()

    def _decide(self) -> None:
        self._transmitter.report = self._says()
