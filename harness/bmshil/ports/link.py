"""The connection to an adapter: opened, read, looked after, closed, and opened again when it is back."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from bmshil.ports.news import Garbled, News, Opened, StillGone
from bmshil.ports.trouble import GARBLED, Trouble, What, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    import can

    from bmshil.ports.adapters import Adapter, Settings
    from bmshil.timeline import Timeline

LOOK = 0.05
"""How often an adapter that says nothing is looked at, s."""

RETRY = 0.05
"""Distance of two attempts to open an adapter that is gone, s; an attempt that takes longer doubles it."""

MOST_GARBLED = 10
"""An adapter that says nothing readable so many times in a row is opened again."""

MOST_BUSY = 3
"""A driver that burns the processor while it waits for so many looks in a row is dead."""


class Link:
    """Keeps the bus object of one adapter.

    On wall time all that may block happens on one thread, that of the port's source, which sits in ``wait``:
    it reads, looks whether the adapter lives, closes, and tries to open. Without such a thread (simulated
    time, and adapters that hand frames over by themselves) orders are carried out at once and attempts are
    events of the timeline. What happens is put into ``arrived`` and handled on the timeline.

    Args:
        adapter: what is particular to it.
        timeline: for attempts without a thread.
        settings: how to open.
        tell: called after something was put into ``arrived`` without a thread.

    Attributes:
        arrived: frames and news, the oldest first.
        settings: how to open the next time.
    """

    def __init__(
        self, adapter: Adapter, timeline: Timeline, settings: Settings, tell: Callable[[], object]
    ) -> None:
        self.adapter = adapter
        self.settings = settings
        self.arrived: deque[can.Message | News] = deque()
        self.threaded = not (timeline.simulated or adapter.hands_over)
        self._timeline = timeline
        self._tell = tell
        self._bus: can.BusABC | None = None
        self._reading = False
        self._gone = False  # to be opened again
        self._closed = False
        self._orders: deque[bool] = deque()  # whether to reset
        self._wake = threading.Event()
        self._next_attempt = 0.0
        self._next_look = 0.0
        self._said = ""
        self._garbled = 0
        self._busy = 0

    def open(self) -> Opened:
        """Open for the first time; raises whatever the driver raises."""
        self._closed = False
        bus = self.adapter.open(self.settings)
        return self._take_over(bus)

    def close(self) -> None:
        """Release the adapter for good. Call it when no thread is in ``wait``."""
        self._closed = True
        self._gone = False
        self._orders.clear()
        self._release()

    def reopen(self, *, reset: bool = False) -> None:
        """Close the adapter and try to open it until it works; ``reset`` empties it in between."""
        if self.threaded:
            self._orders.append(reset)
            self._wake.set()
        else:
            self._begin_again(reset=reset)

    def look(self) -> None:
        """Take in all that has arrived, where no thread does."""
        bus = self._bus
        while bus is not None and self._reading:
            try:
                message = bus.recv(0)
            except Exception as error:  # noqa: BLE001 - drivers let anything through
                self._stumble(error)
                continue
            if message is None:
                return
            self.arrived.append(message)

    def wait(self, timeout: float) -> bool:
        """Read, look after the adapter, or try to open it, for at most ``timeout`` s and a little.

        Returns:
            Whether something has arrived.
        """
        if self._orders:
            self._begin_again(reset=self._orders.popleft())
            return bool(self.arrived)
        bus = self._bus
        if bus is None or not self._reading:
            return self._try_again(timeout) if self._gone else self._rest(timeout)
        timeout = min(timeout, LOOK)
        worked, begun = time.thread_time(), time.monotonic()
        try:
            message = bus.recv(timeout)
        except Exception as error:  # noqa: BLE001 - drivers let anything through
            self._stumble(error)
            return True
        now = time.monotonic()
        if message is not None:
            self._garbled = self._busy = 0
            self.arrived.append(message)
            if now < self._next_look:
                return True
        elif self._burns(time.thread_time() - worked, now - begun, timeout):
            return True
        self._next_look = now + LOOK
        return self._look_after(bus) or message is not None

    def _look_after(self, bus: can.BusABC) -> bool:
        try:
            trouble = self.adapter.check(bus)
        except Exception as error:  # noqa: BLE001 - drivers let anything through
            trouble = self.adapter.diagnose(error)
        told = self.adapter.told(bus)
        self.arrived.extend(told)
        if trouble is not None:
            self._fail(trouble)
        return trouble is not None or bool(told)

    def _burns(self, worked: float, waited: float, wanted: float) -> bool:
        """Whether the driver has waited without resting for so often that it must be dead."""
        early = wanted - waited
        if worked < 0.5 * waited and early < 0.5 * wanted:
            self._busy = 0
            return False
        self._busy += 1
        if self._busy >= MOST_BUSY:
            self._fail(Trouble(What.DEAD, "the driver returns nothing and does not wait"))
            return True
        if early > 0:
            self._rest(early)
        return False

    def _stumble(self, error: Exception) -> None:
        """Take note that reading has failed."""
        if isinstance(error, GARBLED):
            self._garbled += 1
            if self._garbled < MOST_GARBLED:
                self.arrived.append(Garbled(one_line(error)))
            else:
                self._fail(Trouble(What.GARBLED, f"{MOST_GARBLED} times in a row: {one_line(error)}"))
            return
        if self.threaded and self.adapter.settling:
            self._rest(self.adapter.settling)
        trouble = self.adapter.diagnose(error)
        # A driver that cannot read any more never can again.
        self._fail(trouble._replace(lasting=True))

    def _fail(self, trouble: Trouble) -> None:
        """Read no more until the port has taken note and orders to open it again."""
        self._reading = False
        self.arrived.append(trouble)

    def _begin_again(self, *, reset: bool) -> None:
        self._release()
        if self._closed:
            return
        if reset:
            try:
                self.adapter.reset(self.settings)
            except Exception as error:  # noqa: BLE001 - told like any other reason why it cannot be opened
                self.arrived.append(StillGone(one_line(error)))
        self._gone = True
        self._said = ""
        if self.threaded:
            self._next_attempt = max(self._next_attempt, time.monotonic())
        else:
            self._timeline.after(RETRY, self._attempt_on_timeline)

    def _attempt_on_timeline(self) -> None:
        if self._gone and not self._closed:
            self._attempt()
            self._tell()
            if self._gone:
                self._timeline.after(RETRY, self._attempt_on_timeline)

    def _try_again(self, timeout: float) -> bool:
        left = self._next_attempt - time.monotonic()
        if left > 0:
            self._rest(min(left, timeout))
            return False
        return self._attempt()

    def _attempt(self) -> bool:
        """Try to open the adapter; say whether there are news."""
        begun = time.monotonic()
        try:
            bus = self.adapter.open(self.settings)
            opened = self._take_over(bus)
        except Exception as error:  # noqa: BLE001 - drivers let anything through
            said = one_line(error)
            now = time.monotonic()
            # At most half of the time is spent on attempts.
            self._next_attempt = now + max(RETRY, now - begun)
            if said == self._said:
                return False
            self._said = said
            self.arrived.append(StillGone(said))
            return True
        # An adapter that fails at once again must not be opened without a pause.
        self._next_attempt = time.monotonic() + RETRY
        self._gone = False
        self.arrived.append(opened)
        return True

    def _take_over(self, bus: can.BusABC) -> Opened:
        try:
            drained = self.adapter.drain(bus)
        except Exception:
            self._bus = bus
            self._release()
            raise
        self._bus = bus
        self._garbled = self._busy = 0
        self._next_look = 0.0
        self._reading = True
        return Opened(bus, drained)

    def _release(self) -> None:
        self._reading = False
        bus, self._bus = self._bus, None
        if bus is not None:
            with suppress(Exception):  # what is gone cannot be closed politely
                self.adapter.close(bus)

    def _rest(self, timeout: float) -> bool:
        self._wake.wait(timeout)
        self._wake.clear()
        return False
