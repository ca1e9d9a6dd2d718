"""Protections that act while the bench works: a supply that has tripped plays no bank any more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.journal import Journal
    from bmshil.timeline import Periodic, Timeline

WATCHED = ("supply", "sink", "load")
"""Roles whose instruments have an output that a protection can switch off."""

INTERVAL = 1.0
"""Distance of two questions to one instrument, s."""

FIRST = 0.55
"""From the begin to the first question, s: between two steps of the control loop, and far from that in which
it asks for the limit, so that no step has to wait for both."""


class TripWatch:
    """Asks every instrument whether a protection has switched it off, or whether it has gone off by itself.

    One that cannot tell trips (``Capability.TRIPS``) is asked for its state, where its driver knows what that
    has to be (``went_off``). Nothing else would show it: behind a supply that has tripped no current flows,
    which is just what a device does that obeys a limit of 0 A. So a trip is trouble of the rig, whatever the
    test was about.

    Args:
        timeline: gives the time.
        journal: gets an event ``instrument_error`` for a trip.
        equipment: the instruments, by the roles of :data:`WATCHED`.
    """

    def __init__(self, timeline: Timeline, journal: Journal, equipment: object) -> None:
        self._timeline = timeline
        self._journal = journal
        found = {role: getattr(equipment, role, None) for role in WATCHED}
        self._questions: dict[str, Callable[[], str]] = {
            role: question for role, one in found.items() if (question := _question(one)) is not None
        }
        self._asked: set[str] = set()
        self._slots: Periodic | None = None

    def start(self) -> None:
        """Ask from now on."""
        self.stop()
        self._asked = set()
        self._slots = self._timeline.every(INTERVAL, self._ask, phase=FIRST)

    def stop(self) -> None:
        """Ask no more; may be called twice."""
        if self._slots is not None:
            self._slots.cancel()
            self._slots = None

    def look(self) -> None:
        """Ask all of them now, on the calling thread, as long as the watch is on.

        Raises:
            InstrumentError: one has tripped, or does not answer.
        """
        if self._slots is not None:
            for role, question in self._questions.items():
                self._take(role, question())

    def _ask(self) -> None:
        for role, question in self._questions.items():
            if role not in self._asked:  # else its last answer is still under way
                self._asked.add(role)
                self._timeline.offload(role, question, partial(self._hear, role, self._asked))

    def _hear(self, role: str, asked: set[str], cause: str) -> None:
        asked.discard(role)
        if asked is self._asked and self._slots is not None:
            self._take(role, cause)

    def _take(self, role: str, cause: str) -> None:
        if cause:
            told = f"{role}: has tripped while it was on: {cause}: find out why, then clear it"
            self._journal.event("instrument_error", role, cause=told)
            raise InstrumentError(told)


def _question(instrument: Any) -> Callable[[], str] | None:  # noqa: ANN401 - of any role, or none
    """What to ask an instrument; None where it can tell neither."""
    if instrument is None:
        return None
    can: Capability = instrument.capabilities
    question: Callable[[], str] | None = (
        instrument.tripped if Capability.TRIPS in can else getattr(instrument, "went_off", None)
    )
    return question
