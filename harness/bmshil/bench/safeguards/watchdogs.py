"""The watchdogs of the instruments themselves: the layer that needs no computer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability

if TYPE_CHECKING:
    from bmshil.journal import Journal
    from bmshil.timeline import Periodic, Timeline

GUARDED = ("supply", "sink", "load")
"""Roles whose instruments have an output that a watchdog can switch off."""

TALKS = 4.0
"""How often an armed instrument is spoken to within the time that it bears silence."""


class Watchdogs:
    """Arms the watchdog of every instrument that has one, and keeps speaking to it as long as it is armed.

    The control loop speaks to the supply alone, and not while the device is pre-charged: whoever is armed is
    asked for a reading beside it. The questions are put by the timeline and answered on the lane of each
    instrument, so that a harness whose timeline hangs is silent.

    Args:
        timeline: gives the time.
        journal: gets an event ``watchdog`` at each change.
        equipment: the instruments, by the roles of :data:`GUARDED`.
        seconds: silence after which they shall switch off, s.
    """

    def __init__(self, timeline: Timeline, journal: Journal, equipment: object, seconds: float) -> None:
        self._timeline = timeline
        self._journal = journal
        self._seconds = seconds
        found = {role: getattr(equipment, role, None) for role in GUARDED}
        self._instruments: dict[str, Any] = {
            role: one
            for role, one in found.items()
            if one is not None and Capability.WATCHDOG in one.capabilities
        }
        self._talks: dict[str, Periodic] = {}
        self._asked: set[str] = set()

    @property
    def armed(self) -> frozenset[str]:
        """Roles whose watchdogs are armed."""
        return frozenset(self._talks)

    def arm(self) -> None:
        """Arm those that are not armed yet; to be called before anything is switched on.

        Raises:
            InstrumentError: one refused; nothing may be switched on then.
        """
        for role, one in self._instruments.items():
            if role in self._talks:
                continue
            # What was asked before, and never answered, is no reason to leave it in silence now.
            self._asked.discard(role)
            seconds = float(one.arm_watchdog(self._seconds))
            self._journal.event("watchdog", role, armed=True, seconds=seconds)
            self._talks[role] = self._timeline.every(seconds / TALKS, partial(self._talk, role))

    def disarm(self) -> None:
        """Disarm them; to be called when everything is verified off.

        One that refuses is written down: it can only switch off what is off.
        """
        for role, talk in list(self._talks.items()):
            talk.cancel()
            try:
                self._instruments[role].disarm_watchdog()
            except InstrumentError as error:
                self._journal.event("watchdog", role, armed=True, cause=str(error))
            else:
                self._journal.event("watchdog", role, armed=False)
            del self._talks[role]

    def cancel(self) -> None:
        """Speak to nobody any more; who is armed stays armed."""
        for talk in self._talks.values():
            talk.cancel()

    def _talk(self, role: str) -> None:
        if role in self._asked:
            return  # its last answer is still under way: it is spoken to
        self._asked.add(role)
        one = self._instruments[role]
        ask = one.power if role == "load" else one.read
        self._timeline.offload(role, ask, lambda _reading: self._asked.discard(role))
