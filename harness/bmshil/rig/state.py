"""What may be done with a rig: an explicit state machine, in which nothing mends itself."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from bmshil.errors import RigError

if TYPE_CHECKING:
    from collections.abc import Callable


class RigState(StrEnum):
    """The states of a rig."""

    UNCHECKED = "unchecked"
    """Opened; nobody has looked whether it is fit."""
    READY = "ready"
    """Fit to be energised; everything is off."""
    ENERGISED = "energised"
    """The bank's terminals are connected to the device."""
    BROKEN = "broken"
    """Not fit to test, whatever it does from now on: somebody has to look, and a new run checks it again."""


NEXT = {
    RigState.UNCHECKED: frozenset({RigState.READY, RigState.BROKEN}),
    RigState.READY: frozenset({RigState.ENERGISED, RigState.BROKEN}),
    RigState.ENERGISED: frozenset({RigState.READY, RigState.BROKEN}),
    RigState.BROKEN: frozenset[RigState](),
}
"""Every step there is."""


class StateMachine:
    """The state of one opened rig.

    Args:
        rig: name of the rig, for messages.
        tell: is told (state, cause) at every step; cause is empty but for a broken rig.

    Attributes:
        state: the present one.
        cause: why it is broken; empty while it is not.
    """

    def __init__(
        self, rig: str, tell: Callable[[RigState, str], object] = lambda _state, _cause: None
    ) -> None:
        self.state = RigState.UNCHECKED
        self.cause = ""
        self._rig = rig
        self._tell = tell

    @property
    def broken(self) -> bool:
        """Whether nothing can be tested any more."""
        return self.state is RigState.BROKEN

    def move(self, state: RigState) -> None:
        """Take a step.

        Raises:
            RigError: there is no such step, or the rig is broken; a broken one tells why.
        """
        self.require_sound()
        if state is self.state:
            return
        if state not in NEXT[self.state]:
            raise RigError(f"rig {self._rig} cannot become {state} while it is {self.state}")
        self._enter(state, "")

    def rest(self) -> None:
        """Everything is off: an energised rig is ready again. Any other stays what it is."""
        if self.state is RigState.ENERGISED:
            self._enter(RigState.READY, "")

    def breaks(self, cause: str) -> None:
        """Mark it broken. The first cause stays: what follows is often its consequence."""
        if not self.broken:
            self._enter(RigState.BROKEN, " ".join(cause.split()))

    def require_sound(self) -> None:
        """Refuse a broken rig.

        Raises:
            RigError: it is broken; says why.
        """
        if self.broken:
            raise RigError(f"rig {self._rig} is broken: {self.cause}")

    def require_ready(self) -> None:
        """Refuse to energise a rig that was not looked at, or is energised already.

        Raises:
            RigError: it is broken, unchecked or energised.
        """
        self.require_sound()
        if self.state is not RigState.READY:
            raise RigError(
                f"rig {self._rig} is {self.state}: only one that was checked and is off is energised"
            )

    def _enter(self, state: RigState, cause: str) -> None:
        self.state, self.cause = state, cause
        self._tell(state, cause)
