"""What holds an output off by itself: protections that latch, and a watchdog."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, ClassVar

from bmshil.instruments.supplies.core import SupplyDriver

if TYPE_CHECKING:
    from collections.abc import Mapping


class Trips(SupplyDriver):
    """A supply that tells in a register which protection has acted.

    Attributes:
        questionable: question for the register.
        causes: its bits, in words. Bits that do not switch the output off are left out.
        clearing: command that takes the latch away.
    """

    questionable: ClassVar[str] = "STAT:QUES:COND?"
    causes: ClassVar[Mapping[int, str]]
    clearing: ClassVar[str] = "OUTP:PROT:CLE"

    def tripped(self) -> str:
        """Which protection has switched it off, in words; empty when none has.

        Raises:
            InstrumentError: no answer, or no register.
        """
        bits = self._register(self.questionable)
        return ", ".join(name for bit, name in self.causes.items() if bits & bit)

    def clear_trip(self) -> None:
        """Take the latch of a protection away. The output is told to be off before, and stays so.

        Raises:
            InstrumentError: the output reads on, or the protection still holds.
        """
        self._switch_off(self.state)
        self._clear()
        if cause := self.tripped():
            raise self._session.error(self.clearing, f"{cause} still holds: remove its cause first")

    def _held_off(self) -> str:
        return self.tripped()

    def _clear(self) -> None:
        self._session.write(self.clearing)


class SecondsWatchdog(SupplyDriver):
    """A supply with a watchdog in steps of 1 s that anything heard re-arms.

    Attributes:
        watchdog: header that switches it.
        watchdog_time: header of its time.
        longest: that it can wait, s.
    """

    watchdog: ClassVar[str]
    watchdog_time: ClassVar[str]
    longest: ClassVar[int] = 3600

    def arm_watchdog(self, seconds: float) -> float:
        """Let it switch itself off after a silence, s, rounded up to whole seconds within its range.

        Returns:
            The time that it has set, s.

        Raises:
            InstrumentError: refused, or reads back differently.
        """
        whole = min(max(ceil(seconds), 1), self.longest)
        self._set("watchdog", {self.watchdog_time: whole}, 0.5, decimals=0)
        self._switch(self.watchdog, True)
        return float(whole)

    def disarm_watchdog(self) -> None:
        """Let it stay as it is, however long nobody speaks to it.

        Raises:
            InstrumentError: refused, or reads back otherwise.
        """
        self._switch(self.watchdog, False)
