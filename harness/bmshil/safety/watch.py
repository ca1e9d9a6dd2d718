"""The envelope over time: change of voltage, energy moved, time taken, from one control step to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import EnvelopeError

if TYPE_CHECKING:
    from bmshil.safety.envelope import Envelope

SECONDS_PER_HOUR = 3600.0


class EnvelopeWatch:
    """Checks each control step of one test.

    Args:
        envelope: limits of the rig.

    Attributes:
        envelope: limits of the rig; may be replaced at any time.
        energy: energy moved so far, Wh, charging and discharging added up.
    """

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope
        self.restart()

    def restart(self) -> None:
        """Begin a new test: time and energy count from the next step on."""
        self.energy = 0.0
        self._began: float | None = None
        self.resume()

    def resume(self) -> None:
        """Go on after a time without steps, in which the rig was off: the next step is compared with none."""
        self._last: tuple[float, float] | None = None

    def step(self, now: float, voltage: float, current: float) -> None:
        """Check one measured operating point.

        Args:
            now: time of the measurement, s.
            voltage: at the DUT's terminals, V.
            current: A, either direction.

        Raises:
            EnvelopeError: outside the envelope; names value and limit.
        """
        limits = self.envelope
        limits.check_measured(voltage, current)
        if self._began is None:
            self._began = now
        if self._last is not None and now > self._last[0]:
            passed = now - self._last[0]
            self.energy += abs(voltage * current) * passed / SECONDS_PER_HOUR
            slope = (voltage - self._last[1]) / passed
            if limits.dv_dt is not None and abs(slope) > limits.dv_dt:
                raise EnvelopeError(f"measured {slope:.1f} V/s, beyond {limits.dv_dt:g} V/s")
        self._last = now, voltage
        if limits.energy is not None and self.energy > limits.energy:
            raise EnvelopeError(f"moved {self.energy:.1f} Wh in this test, above {limits.energy:g} Wh")
        if limits.duration is not None and now - self._began > limits.duration:
            raise EnvelopeError(f"this test runs for {now - self._began:.0f} s, above {limits.duration:g} s")
