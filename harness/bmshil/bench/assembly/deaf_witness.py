"""A witness that hears nothing of what the bank says: a plug that is out, another bus, a dead transceiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.timeline import Nanoseconds, to_ns, to_seconds

if TYPE_CHECKING:
    from bmshil.journal import Frame, Journal
    from bmshil.ports import CanPort
    from bmshil.timeline import Timeline

LONG = 5
"""A witness is deaf when it has heard nothing for so many periods of the bank's messages."""


class DeafWitness:
    """Tells a witness that is deaf as an outage of its adapter, which answers and knows nothing of it.

    Otherwise the device's silence, which a deaf witness hears too, would be blamed on the device. Only while
    the bank's own frames go out is anything concluded: a silent bank proves nothing.

    Args:
        timeline: gives the time.
        journal: gets ``port_error`` and ``port_recovered`` with ``what`` "deaf", a pair for each time.
        emulator: sends the bank's frames.
        witness: should hear them.
        period: of the bank's messages, s.
    """

    def __init__(
        self, timeline: Timeline, journal: Journal, *, emulator: CanPort, witness: CanPort, period: float
    ) -> None:
        self._timeline = timeline
        self._journal = journal
        self._emulator = emulator
        self._witness = witness
        self._long = to_ns(LONG * period)
        self._unheard_since: Nanoseconds | None = None
        self._deaf = False
        emulator.subscribe_sent(self._sent)
        witness.subscribe(self._heard)

    def _sent(self, _when: Nanoseconds, _frame: Frame) -> None:
        now = self._timeline.now
        if self._unheard_since is None:
            self._unheard_since = now
        elif not self._deaf and now - self._unheard_since >= self._long:
            if not self._emulator.acknowledged or self._witness.health.down is not None:
                self._unheard_since = None  # that explains it, and is told already
                return
            self._deaf = True
            cause = (
                f"deaf: {self._witness.channel} has heard nothing for {to_seconds(self._long):g} s, in which "
                f"the {self._emulator.name} has sent: look at its plug and its bit rate"
            )
            self._journal.event("port_error", self._witness.name, cause=cause, what="deaf")

    def _heard(self, _when: Nanoseconds, _frame: Frame) -> None:
        since, self._unheard_since = self._unheard_since, None
        if not self._deaf or since is None:
            return
        self._deaf = False
        outage = round(to_seconds(Nanoseconds(self._timeline.now - since)), 6)
        self._journal.event("port_recovered", self._witness.name, what="deaf", outage=outage, lost=0)
