"""Whether the supply is in its current limit: then it does not play the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.instruments import Capability
from bmshil.timeline import Nanoseconds, to_ns

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.terminals.control import ControlLoop
    from bmshil.instruments import Supply
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline

LIMIT_INTERVAL = 1.0
"""Distance of two questions whether the supply is in its limit, s: each costs an exchange."""


class LimitWatch:
    """Asks the supply, at steps of the control loop, whether it is in its limit; ``supply_limit`` tells.

    It is told once for each time that it begins, and again after ``tell_again``. A supply that cannot say it
    is not asked.

    Args:
        control: at what voltage and current, for the event.
        supply: plays the terminals.
        timeline: gives the time, and asks beside it.
        journal: takes the events.
    """

    def __init__(self, control: ControlLoop, supply: Supply, timeline: Timeline, journal: Journal) -> None:
        self._control = control
        self._supply = supply
        self._timeline = timeline
        self._journal = journal
        self._tells = Capability.LIMITING in supply.capabilities
        self._limiting = False
        self._ask_at = timeline.now

    def tell_again(self) -> None:
        """Write down a limit in which the supply still is: whoever looks from now on must see it too."""
        self._limiting = False
        self._ask_at = self._timeline.now

    def ask(self, counts: Callable[[], bool]) -> None:
        """Ask the supply, if it can tell and it is time to; call it at each step.

        Args:
            counts: whether an answer still does, looked at when it comes.
        """
        if self._tells and self._timeline.now >= self._ask_at:
            self._ask_at = Nanoseconds(self._timeline.now + to_ns(LIMIT_INTERVAL))
            self._timeline.offload("supply", self._supply.limiting, lambda on: self._take(on, counts))

    def _take(self, limiting: bool, counts: Callable[[], bool]) -> None:
        if not counts():
            return
        if limiting and not self._limiting:
            control = self._control
            self._journal.event(
                "supply_limit",
                "supply",
                cause=f"at {control.voltage:.2f} V and {control.current:.1f} A, so it does not play the bank",
            )
        self._limiting = limiting
