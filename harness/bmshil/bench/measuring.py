"""What a bench measures and asks: every answer is a measurement, fit for the judge."""

from __future__ import annotations

from bmshil.bench.core import Core
from bmshil.errors import Inconclusive
from bmshil.inverter.registers import rounding
from bmshil.judge import Measurement, expanded, measure
from bmshil.judge.uncertainty import EXACT, OF_STAMPS


class Measuring(Core):
    """Measurements at the device's terminals, and what the device says of itself."""

    def measure(
        self,
        channel: str,
        start: float,
        end: float | None = None,
        reduction: str = "mean",
        *,
        parameter: float | None = None,
    ) -> Measurement:
        """Reduce samples of one channel to a value.

        Args:
            channel: ``dc.voltage`` or ``dc.current``.
            start: begin of the window, s.
            end: end of the window, s; now when left out.
            reduction: mean, max, min, peak, fall or rise.
            parameter: threshold of fall and rise.

        Raises:
            Inconclusive: no sample in the window, or no crossing.
        """
        unit = "s" if reduction in ("fall", "rise") else self.journal.unit(channel)
        until = self.seconds if end is None else end
        known = expanded(
            self.journal, channel, start, until, reduction, instrument=self.rig.tolerances.of(unit)
        )
        recipe = {"start": start, "end": until, "reduction": reduction, "parameter": parameter}
        try:
            found = measure(
                self.journal, channel, start, until, reduction, uncertainty=known, parameter=parameter
            )
        except Inconclusive:
            self.journal.event("measured", channel, **recipe, value=None)
            raise
        # Also what is never judged by itself can be measured again: a reaction that did not come, say.
        self.journal.event("measured", channel, **recipe, value=found.value)
        return found

    def voltage(self, over: float = 5.0, reduction: str = "mean") -> Measurement:
        """Voltage at the device's terminals over the next seconds."""
        self.run(over)
        return self.measure("dc.voltage", self.seconds - over, reduction=reduction)

    def current(self, over: float = 5.0, reduction: str = "mean") -> Measurement:
        """Current into the bank over the next seconds."""
        self.run(over)
        return self.measure("dc.current", self.seconds - over, reduction=reduction)

    def observe(self, what: str, value: bool | str, start: float | None = None) -> Measurement:
        """A fact or a word as a measurement: what was observed, and since when."""
        return Measurement(what, self.seconds if start is None else start, self.seconds, "observed", value)

    def figure(
        self, what: str, value: float, unit: str, *, how: str, start: float | None = None
    ) -> Measurement:
        """A number as a measurement, and how it came about: read, or worked out of other measurements.

        What was told by the bank, or is a law of physics, carries no uncertainty of an instrument.
        """
        begin = self.seconds if start is None else start
        known = 0.0 if how.startswith(EXACT) else self.rig.tolerances.of(unit)
        return Measurement(what, begin, self.seconds, how, value, unit, known)

    def elapsed(self, what: str, start: float) -> Measurement:
        """How long something took that began at ``start`` (s) and has ended now."""
        return Measurement(what, start, self.seconds, "elapsed", self.seconds - start, "s", OF_STAMPS)

    def ask(self, name: str) -> Measurement:
        """What the device believes, by read-back.

        Raises:
            Inconclusive: there is no such read-back.
        """
        if self.readback is None:
            raise Inconclusive(f"no read-back of {name} on this rig")
        value = self.readback.read(name)
        register = self.declares.readback.declared()[name]
        now = self.seconds
        return Measurement(f"readback.{name}", now, now, "read", value, uncertainty=rounding(name, register))

    def zero_allowed(self, rating: float) -> float:
        """Highest |I| that counts as no current, A, by the acceptance file.

        A rig that cannot tell that little gets a marginal answer: its uncertainty widens no limit.

        Args:
            rating: of the device in that direction, A.
        """
        return self.acceptance.zero_current * rating

    @property
    def start_up(self) -> float:
        """Time after power in which no complaint of the device counts, s: its boot, or the declared grace."""
        return max(self.declares.boot, self.declares.start_up_grace)

    def until_accepted(self, timeout: float) -> bool:
        """Wait until the device's read-back says that it works with the bank; True at once without one."""
        end = self.seconds + timeout
        while not self.device_ready():
            if self.seconds >= end:
                return False
            self.run(0.5)
        return True

    def device_ready(self) -> bool:
        """Whether the device's read-back says that it works and has no alarm; True where it cannot tell."""
        if self.readback is None:
            return True
        told = self.readback.read_all()
        each = self.rig.architecture.kind in ("parallel", "polled")
        expected = len(self.bank) if each and self.declares.batteries == "several" else 1
        return (
            self.readback.ready() and not told.get("alarm", 0.0) and told.get("packs", expected) == expected
        )
