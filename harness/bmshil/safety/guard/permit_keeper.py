"""Re-arming the energise-to-run relay for as long as the leases are fresh."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.instruments import Permit

HOLDS = 3.0
"""The relay is told to stay closed for so many intervals, so that two lost messages open nothing."""


class PermitKeeper:
    """Holds the permit relay closed, on a thread of its own: a serial line may keep it waiting.

    It never switches anything off by force: who stops re-arming lets the relay fall open by itself.

    Args:
        permit: the relay; this thread alone speaks to it.
        interval: between two messages, s.
        fresh: whether the leases are; asked right before each message.
        tell: is told (closed, cause of a failure) whenever that changes, on the thread.
    """

    def __init__(
        self,
        permit: Permit,
        *,
        interval: float,
        fresh: Callable[[], bool],
        tell: Callable[[bool, str], object],
    ) -> None:
        self._permit = permit
        self._interval = interval
        self._fresh = fresh
        self._tell = tell
        self._changed = threading.Condition()
        self._wanted = False
        self._asked = 0
        self._answered = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._keep, name="bmshil-permit", daemon=True)
        self._thread.start()

    def want(self, closed: bool) -> None:
        """Say whether it shall be closed from now on; the answer is told."""
        with self._changed:
            self._wanted = closed
            self._asked += 1
            self._changed.notify()

    def stop(self, timeout: float) -> bool:
        """Re-arm it no more; say whether the thread has let go of the relay within ``timeout`` s."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _keep(self) -> None:
        last: tuple[bool, str] | None = None
        while True:
            with self._changed:
                if not self._stopping and self._answered == self._asked:
                    self._changed.wait(self._interval if self._wanted else None)
                if self._stopping:
                    return
                wanted, asked = self._wanted, self._asked
            news = self._hold() if wanted else self._open(asked != self._answered)
            if news != last or asked != self._answered:
                self._tell(*news)
            last, self._answered = news, asked

    def _hold(self) -> tuple[bool, str]:
        if not self._fresh():
            return False, "the lease has run out"
        try:
            self._permit.hold(HOLDS * self._interval)
        except Exception as error:  # noqa: BLE001 - whatever it is, the relay may fall open
            return False, str(error) or type(error).__name__
        return True, ""

    def _open(self, asked: bool) -> tuple[bool, str]:
        if asked:
            try:
                self._permit.off()
            except Exception as error:  # noqa: BLE001 - it falls open by itself
                return False, str(error) or type(error).__name__
        return False, ""
