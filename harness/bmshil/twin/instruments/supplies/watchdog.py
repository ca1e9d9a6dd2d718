"""The watchdog inside an instrument: when nobody speaks for too long, it does something."""

from collections.abc import Callable
from threading import Lock

from bmshil.timeline import Nanoseconds, Timeline, Timer, to_ns, to_seconds


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
        self._timer: Timer | None = None
        self._lock = Lock()

    @property
    def left(self) -> float:
        """Time until it acts, s; 0 when it is off or has acted."""
        due = self._due
        return 0.0 if due is None else max(0.0, to_seconds(Nanoseconds(due - self._timeline.now)))

    def arm(self, seconds: float) -> None:
        """Allow so long a silence, s, from now on."""
        self.prepare(seconds)
        self.feed()

    def prepare(self, seconds: float) -> None:
        """Allow so long a silence, s, from the next time on that somebody speaks; 0 allows any."""
        with self._lock:
            self.seconds = seconds
            self._due = None
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def disarm(self) -> None:
        """Allow any silence."""
        self.prepare(0.0)

    def feed(self) -> None:
        """Somebody has spoken."""
        with self._lock:
            if self.seconds:
                self._due = Nanoseconds(self._timeline.now + to_ns(self.seconds))
                # One event is under way at most: an exchange ten times a second must not fill the queue.
                if self._timer is None:
                    self._look_at(self._due)

    def _look_at(self, due: Nanoseconds) -> None:
        timer = self._timer = Timer(self._look)
        self._timeline.at(due, timer.fire)

    def _look(self) -> None:
        with self._lock:
            due, self._timer = self._due, None
            if due is None:
                return
            if self._timeline.now < due:
                self._look_at(due)
                return
            self._due = None
        self._expired()
