"""What a rig may do at most: checked before a command is sent, and on everything that is measured."""

from __future__ import annotations

from dataclasses import dataclass

from bmshil.errors import EnvelopeError, InputError

REVERSED = -1.0
"""Below this a measured DC voltage means swapped wires, V; a little below zero is noise."""

PROTECTION_MARGIN = 1.05
"""The instruments' own protections stand this much above the envelope, so that the envelope acts first."""


@dataclass(frozen=True)
class Envelope:
    """The limits of one rig, all positive.

    Attributes:
        voltage: highest DC voltage, V.
        current: highest DC current in either direction, A.
        power: highest DC power in either direction, W.
        dv_dt: fastest change of the measured DC voltage, V/s; None does not check it.
        energy: most energy moved in one test in either direction, Wh; None does not check it.
        duration: longest time of one test, s; None does not check it.

    Raises:
        InputError: a limit that is not a positive number.
    """

    voltage: float
    current: float
    power: float
    dv_dt: float | None = None
    energy: float | None = None
    duration: float | None = None

    def __post_init__(self) -> None:
        for name, limit in vars(self).items():
            if limit is not None and not 0 < limit < float("inf"):
                raise InputError(f"envelope: {name} must be a positive number, not {limit!r}")

    @property
    def over_voltage(self) -> float:
        """Where an instrument's own voltage protection belongs, V."""
        return self.voltage * PROTECTION_MARGIN

    @property
    def over_current(self) -> float:
        """Where an instrument's own current protection belongs, A."""
        return self.current * PROTECTION_MARGIN

    def check_command(
        self, *, voltage: float | None = None, current: float | None = None, power: float | None = None
    ) -> None:
        """Refuse a set-point outside the envelope; call it before the set-point is sent.

        Args:
            voltage: V.
            current: A, either direction.
            power: DC power, W, either direction.

        Raises:
            EnvelopeError: outside, or not a number; names value and limit.
        """
        if voltage is not None and not 0 <= voltage <= self.voltage:
            raise EnvelopeError(f"set-point of {voltage:g} V is outside 0 to {self.voltage:g} V; not sent")
        if current is not None and not abs(current) <= self.current:
            raise EnvelopeError(f"set-point of {current:g} A is above {self.current:g} A; not sent")
        if power is not None and not abs(power) <= self.power:
            raise EnvelopeError(f"set-point of {power:g} W is above {self.power:g} W; not sent")

    def check_measured(self, voltage: float, current: float) -> None:
        """Refuse a measured operating point outside the envelope; call it at every control step.

        Args:
            voltage: at the DUT's terminals, V.
            current: A, either direction.

        Raises:
            EnvelopeError: outside, or not a number; names value and limit.
        """
        # Written so that NaN, which compares false with everything, is outside.
        if not REVERSED <= voltage <= self.voltage:
            raise EnvelopeError(f"measured {voltage:.2f} V, outside {REVERSED:g} to {self.voltage:g} V")
        if not abs(current) <= self.current:
            raise EnvelopeError(f"measured {current:.1f} A, above {self.current:g} A")
        if not abs(voltage * current) <= self.power:
            raise EnvelopeError(f"measured {voltage * current:.0f} W, above {self.power:g} W")
