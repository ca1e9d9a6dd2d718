"""Commissioning of whatever is on a bus: the operator is the hands, and the harness only listens."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bmshil.bench.commissioning.ear import Ear
from bmshil.errors import InstrumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.instruments import Ohmmeter
    from bmshil.instruments.operator import Operator
    from bmshil.ports import CanPort
    from bmshil.timeline import Timeline

MOST_PACKS = 96


class BusSite:
    """Batteries on a real bus. Arguments and methods as ``Site``.

    Args:
        name: of the rig or the interface.
        timeline: lets time pass.
        port: an open one, that nobody sends by.
        operator: is asked where hands or eyes are needed.
        ohmmeter: between the CAN lines; None to ask the operator.
    """

    def __init__(
        self,
        name: str,
        timeline: Timeline,
        port: CanPort,
        operator: Operator,
        ohmmeter: Ohmmeter | None = None,
    ) -> None:
        self.name = name
        self.ear = Ear(port)
        self.blocked = ""
        self._timeline = timeline
        self._operator = operator
        self._ohmmeter = ohmmeter

    def run(self, seconds: float) -> None:
        """Listen."""
        self._timeline.run(seconds)

    def count(self) -> int:
        """Ask."""
        answer = self._operator.question("count the batteries", "a number such as 3")
        if not (answer.isdecimal() and 1 <= int(answer) <= MOST_PACKS):
            raise InstrumentError(f"{answer!r} is no number of batteries from 1 to {MOST_PACKS}")
        return int(answer)

    def only(self, number: int) -> None:
        """Let it be done."""
        self._operator.ask(
            f"switch on battery {number} alone, with its CAN port on this bus and nothing in its Link Port 0"
        )

    def everyone(self) -> None:
        """Let it be done."""
        self._operator.ask("wire all batteries as they shall stay, and switch all of them on")

    def resistance(self) -> float:
        """Measure, or let it be measured."""
        self._operator.ask("switch off everything on the CAN cable")
        if self._ohmmeter is not None:
            return self._ohmmeter.resistance()
        read = self._operator.read("the resistance between CAN-H and CAN-L with the cable connected", "ohm")
        return math.inf if read is None else read

    def ambient(self) -> float:
        """Ask."""
        answer = self._operator.question("read the temperature around the batteries", "in degC, such as 24")
        try:
            value = float(answer)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InstrumentError(f"{answer!r} is no temperature in degC")
        return value

    def stir(self) -> None:
        """Let a load be switched on."""
        self._operator.ask("switch a load or the charger of the inverter on, so that a current flows")

    def calm(self) -> None:
        """Leave that to the operator."""

    def shown(self, packs: int) -> bool:
        """Ask."""
        return self._operator.says_yes(f"the inverter shows {packs} batteries with live values")

    def switches(self) -> Mapping[str, str]:
        """Only photos can tell."""
        return {}
