"""One event that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Timer:
    """An action in the queue that runs once, unless cancelled before."""

    __slots__ = ("_action",)

    def __init__(self, action: Callable[[], object]) -> None:
        self._action: Callable[[], object] | None = action

    @property
    def pending(self) -> bool:
        """Whether the action is still to come."""
        return self._action is not None

    @property
    def action(self) -> Callable[[], object] | None:
        """What is still to be run."""
        return self._action

    def cancel(self) -> None:
        """Take the action back; harmless when it has run."""
        self._action = None

    def fire(self) -> None:
        """Run the action; the timeline calls this."""
        action, self._action = self._action, None
        if action is not None:
            action()
