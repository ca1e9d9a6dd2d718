"""What the trials of the DC path look with: supply, meter, contacts, and the lines written so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check, Result

if TYPE_CHECKING:
    from bmshil.instruments import Meter, Relays, Supply
    from bmshil.safety import Envelope, Wait

LEVEL = 20.0
"""Highest voltage of these trials, V: 48 mF hold 10 J then, and no inverter for 48 V wakes up."""

RISE = 0.4
"""What counts as a voltage that has arrived, V: many times the noise of any meter, half the gentle one."""

FLOW = 0.15
"""What counts as a current, A: above the noise of a supply for 100 A."""


class DcProbe:
    """Supply, meter and contacts of a rig.

    Args:
        supply: plays the bank's terminals.
        meter: at the terminals of the device.
        relays: None where the supply is wired to the device.
        envelope: of the rig.
        wait: lets time pass.
        lowest: lowest voltage at which the device lives, V; the trials stay below half of it.
        zero: how far from zero the meter may be, V.
    """

    def __init__(
        self,
        supply: Supply,
        meter: Meter,
        relays: Relays | None,
        *,
        envelope: Envelope,
        wait: Wait,
        lowest: float,
        zero: float,
    ) -> None:
        self._supply = supply
        self._meter = meter
        self._relays = relays
        self._envelope = envelope
        self._wait = wait
        self._level = min(LEVEL, lowest / 2, envelope.voltage)
        self._zero = zero
        self._base = self._idle = 0.0
        self._checks: dict[str, Check] = {}

    @property
    def _roles(self) -> frozenset[str]:
        return self._relays.roles if self._relays is not None else frozenset()

    def _switch(self, role: str, on: bool) -> None:
        if self._relays is not None:
            (self._relays.close if on else self._relays.open)(role)

    def _pass(self, seconds: float) -> None:
        self._wait(lambda: False, seconds)

    def _arrived(self) -> bool:
        return self._meter.voltage() - self._base > RISE

    def _difference(self) -> float:
        return abs(self._supply.read()[0] - self._meter.voltage())

    def _flow(self) -> float:
        """Current out of the supply, A."""
        return self._idle - self._supply.read()[1]

    def _failures(self) -> list[Check]:
        return [one for one in self._checks.values() if one.result is Result.FAILED]

    def _pass_lead(self) -> None:
        self._checks["dc lead"] = Check.ok("dc lead", "the supply's voltage arrives at the device")

    def _fail(self, name: str, cause: str, remedy: str) -> None:
        self._checks[name] = Check.failed(name, cause, remedy)
