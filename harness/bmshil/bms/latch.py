"""An over-current protection that stays tripped until somebody has done the reset ritual."""

from __future__ import annotations

DISCHARGE_TIME = 300.0
"""How long the positive stays disconnected, s: the inverter's capacitors empty through their bleeders.

Source: field article on wiring Pylontech modules in parallel: "wait 5 minutes"."""

RITUAL = "switch off, disconnect the positive, wait 5 min, reconnect, and start again"


class Latch:
    """Remembers a trip, and watches the ritual that clears it.

    The ritual: the rocker switch off and the positive disconnected, both for 5 minutes without a break.
    Where either comes back earlier, the wait begins anew. The next switching on then clears the latch.

    Attributes:
        cause: what tripped it; empty when it is clear.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget a trip without any ritual, with everything on and connected."""
        self.cause = ""
        self._on = True
        self._connected = True
        self._since = 0.0
        self._waited = False

    @property
    def latched(self) -> bool:
        """Whether the protection is tripped."""
        return bool(self.cause)

    def trip(self, cause: str) -> None:
        """Trip; the first cause stays."""
        self.cause = self.cause or cause
        self._waited = False

    def switch(self, on: bool, now: float) -> None:
        """Move the rocker switch at ``now``, s."""
        self._take(on=on, connected=self._connected, now=now)
        if on and self._waited:
            self.cause = ""
            self._waited = False

    def connect_positive(self, connected: bool, now: float) -> None:
        """Connect or disconnect the positive at ``now``, s."""
        self._take(on=self._on, connected=connected, now=now)

    def _take(self, *, on: bool, connected: bool, now: float) -> None:
        resting = not self._on and not self._connected
        if resting and now - self._since >= DISCHARGE_TIME - 1e-9:
            self._waited = self.latched
        self._on, self._connected = on, connected
        if not resting and not on and not connected:
            self._since = now
