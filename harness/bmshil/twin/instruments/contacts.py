"""The contacts behind a relay board: what its outputs move, whatever language the board speaks."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from threading import RLock

from bmshil.errors import InputError
from bmshil.timeline import Timeline, Timer

BOUNCES = (0.0008, 0.0015, 0.0024, 0.0029)
"""When a bouncing contact moves again after it has closed, s: open, closed, open, closed for good."""


class Contacts:
    """Each channel drives a coil, and its contact has a role on the bench.

    A board knows its coils and nothing else: what is wrong with a contact never shows in what it reads back.

    Args:
        timeline: when timed closures end and contacts bounce.
        roles: channel -> role.
        moved: is told (role, closed) when a contact moves.
    """

    def __init__(
        self, timeline: Timeline, roles: Mapping[int, str], moved: Callable[[str, bool], object]
    ) -> None:
        self._timeline = timeline
        self._roles = dict(roles)
        self._channels = {role: channel for channel, role in roles.items()}
        self._moved = moved
        self._driven = dict.fromkeys(self._roles, False)
        self._closed = dict.fromkeys(self._channels, False)
        self._needs: dict[str, Callable[[], bool]] = {}
        self._welded: set[str] = set()
        self._cut: set[str] = set()
        self._bouncing: set[str] = set()
        self._timers: dict[int, Timer] = {}
        self._lock = RLock()  # boards speak on the thread of their door, times end on the timeline's
        self._moves: dict[str, list[Timer]] = {role: [] for role in self._channels}

    @property
    def channels(self) -> Iterable[int]:
        """Numbers of the channels that are wired."""
        return self._roles.keys()

    def drive(self, channel: int, closed: bool) -> None:
        """Switch the coil of a channel, until it is switched again."""
        with self._lock:
            timer = self._timers.pop(channel, None)
            if timer is not None:
                timer.cancel()
            self._driven[channel] = closed
            self.settle(self._roles[channel])

    def drive_for(self, channel: int, seconds: float) -> None:
        """Switch the coil of a channel on; it goes off by itself, unless it is switched again before."""
        with self._lock:
            self.drive(channel, True)
            self._timers[channel] = self._timeline.after(seconds, partial(self.drive, channel, False))

    def driven(self, channel: int) -> bool:
        """Whether the coil of a channel is on: all that a board knows."""
        return self._driven[channel]

    def closed(self, role: str) -> bool:
        """Whether the contact of a role is closed."""
        return self._closed[role]

    def press(self, role: str, closed: bool) -> None:
        """Switch a coil by hand, at the board."""
        channel = self._channels.get(role)
        if channel is not None:
            self.drive(channel, closed)

    def interlock(self, role: str, permitted: Callable[[], bool]) -> None:
        """Wire another contact into the coil circuit of a role; call `settle` when that one moves."""
        self._needs[role] = permitted
        self.settle(role)

    def weld(self, role: str, on: bool = True) -> None:
        """Weld a contact: closed once, it stays closed. Without `on` it comes free again.

        Raises:
            InputError: no such role on this board.
        """
        self._fault(self._welded, role, on)

    def bounce(self, role: str, on: bool = True) -> None:
        """Let a contact close several times within milliseconds, or no more.

        Raises:
            InputError: no such role on this board.
        """
        self._fault(self._bouncing, role, on)

    def open_lead(self, role: str, on: bool = True) -> None:
        """Cut the wire to a coil, so that its contact never closes, or mend it.

        Raises:
            InputError: no such role on this board.
        """
        self._fault(self._cut, role, on)

    def settle(self, role: str) -> None:
        """Let the contact of a role follow its coil, as far as its faults allow."""
        with self._lock:
            coil = self._driven[self._channels[role]] and role not in self._cut and self._permitted(role)
            closed = coil or (self._closed[role] and role in self._welded)
            if closed == self._closed[role]:
                return
            self._closed[role] = closed
            for timer in self._moves[role]:
                timer.cancel()
            self._moved(role, closed)
            bounces = BOUNCES if closed and role in self._bouncing else ()
            self._moves[role] = [
                self._timeline.after(when, partial(self._moved, role, bool(order % 2)))
                for order, when in enumerate(bounces)
            ]

    def _permitted(self, role: str) -> bool:
        permitted = self._needs.get(role)
        return permitted is None or permitted()

    def _fault(self, kind: set[str], role: str, on: bool) -> None:
        if role not in self._channels:
            known = ", ".join(sorted(self._channels)) or "none"
            raise InputError(f"no contact {role!r} on this board: take one of {known}")
        (kind.add if on else kind.discard)(role)
        self.settle(role)
