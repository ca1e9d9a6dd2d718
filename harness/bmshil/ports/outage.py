"""One outage of an adapter, from its cause to its end: one event each in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.ports.trouble import What

if TYPE_CHECKING:
    from bmshil.journal import Journal
    from bmshil.ports.health import PortHealth
    from bmshil.ports.trouble import Trouble
    from bmshil.timeline import Timeline

GARBLED_FOR = 1.0
"""An adapter that has said nothing unreadable for so long is well again, s."""


class OutageLog:
    """Writes when an adapter cannot be used, and when it can again.

    What is said wrong (garbled) does not keep the adapter from being used, so that it is counted apart, and
    ends when an outage begins: at any time there is at most one ``port_error`` without its end.

    Attributes:
        present: the outage that is going on; None while there is none.
    """

    def __init__(self, name: str, timeline: Timeline, journal: Journal, health: PortHealth) -> None:
        self.present: Trouble | None = None
        self._name = name
        self._timeline = timeline
        self._journal = journal
        self._health = health
        self._since = 0.0
        self._lost = 0
        self._garbled_since: float | None = None
        self._garbled_last = 0.0
        self._garbled_lines = 0

    @property
    def seconds(self) -> float:
        """How long the present outage has lasted, s; 0 without one."""
        return 0.0 if self.present is None else self._timeline.seconds - self._since

    def begin(self, trouble: Trouble) -> bool:
        """An adapter cannot be used; False when that is known already."""
        present = self.present
        if present is not None:
            if present.lasting or not trouble.lasting or present.what is trouble.what:
                return False
            self.end()  # it could be used in a way, and now it cannot at all
        self.end_garbling()
        self._begin(trouble)
        self.present = trouble
        self._since = self._timeline.seconds
        self._lost = self._health.lost
        self._health.down = _words(trouble)
        return True

    def explain(self, cause: str) -> None:
        """Say why the present outage goes on; the journal keeps how it began."""
        if self.present is not None:
            self._health.down = _words(self.present._replace(cause=cause))

    def end(self) -> None:
        """It can be used again."""
        trouble, self.present = self.present, None
        if trouble is None:
            return
        health = self._health
        health.down = None
        self._end(trouble.what, self._since, health.lost - self._lost)

    def garbled(self, trouble: Trouble) -> None:
        """The adapter has said something unreadable."""
        self._health.garbled += 1
        self._garbled_last = self._timeline.seconds
        if self.present is not None:
            return
        if self._garbled_since is None:
            self._garbled_since = self._garbled_last
            self._garbled_lines = self._health.garbled - 1
            self._begin(trouble)
            self._timeline.after(GARBLED_FOR, self._listen_again)

    def end_garbling(self) -> None:
        """It speaks well again, or there is something worse."""
        since, self._garbled_since = self._garbled_since, None
        if since is not None:
            self._end(What.GARBLED, since, self._health.garbled - self._garbled_lines)

    def _listen_again(self) -> None:
        if self._garbled_since is None:
            return
        left = self._garbled_last + GARBLED_FOR - self._timeline.seconds
        if left > 0:
            self._timeline.after(left, self._listen_again)
        else:
            self.end_garbling()

    def _begin(self, trouble: Trouble) -> None:
        self._health.outages += 1
        self._journal.event("port_error", self._name, cause=_words(trouble), what=trouble.what.value)

    def _end(self, what: What, since: float, lost: int) -> None:
        outage = self._timeline.seconds - since
        self._health.outage_time += outage
        self._journal.event("port_recovered", self._name, what=what.value, outage=round(outage, 6), lost=lost)


def _words(trouble: Trouble) -> str:
    cause = trouble.cause
    return cause if cause.startswith(trouble.what) else f"{trouble.what}: {cause}"
