"""The watchdog inside an instrument: when nobody speaks for too long, it does something."""

from collections.abc import Callable

from bmshil.timeline import Nanoseconds, Timeline, to_ns, to_seconds


class Watchdog:
    """Calls `expired` on the timeline after a silence, once, and again only after somebody has spoken.

    It is armed and fed on the thread that serves the instruments. On simulated time the owner of the
    timeline stands still meanwhile, waiting for the reply, so that one event may be put into its queue.

    Args:
        timeline: whose time it watches, simulated or real.
        expired: what it does.

    Attributes:
        seconds: the silence that it allows, s; 0 while it is off.
    """

    def __init__(self, timeline: Timeline, expired: Callable[[], object]) -> None:
        self.seconds = 0.0
        self._timeline = timeline
        self._expired = expired
        self._due: Nanoseconds | None = None
        self._looking = False

    @property
    def left(self) -> float:
        """Time until it acts, s; 0 when it is off or has acted."""
        due = self._due
        return 0.0 if due is None else max(0.0, to_seconds(Nanoseconds(due - self._timeline.now)))

    def arm(self, seconds: float) -> None:
        """Allow so long a silence, s, from now on."""
        self.seconds = seconds
        self._due = None
        self.feed()

    def prepare(self, seconds: float) -> None:
        """Allow so long a silence, s, from the next time on that somebody speaks."""
        self.seconds = seconds
        self._due = None

    def disarm(self) -> None:
        """Allow any silence."""
        self.seconds = 0.0
        self._due = None

    def feed(self) -> None:
        """Somebody has spoken."""
        if self.seconds:
            self._due = Nanoseconds(self._timeline.now + to_ns(self.seconds))
            self._look_later()

    def _look_later(self) -> None:
        # One event is under way at most: an exchange ten times a second must not fill the queue.
        if not self._looking and self._due is not None:
            self._looking = True
            self._timeline.at(self._due, self._look)

    def _look(self) -> None:
        self._looking = False
        due = self._due
        if due is None:
            return
        if self._timeline.now < due:
            self._look_later()
            return
        self._due = None
        self._expired()
