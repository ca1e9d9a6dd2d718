"""Stimuli that could harm a device: whether they are allowed, and what the rig may do meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.safety import protect

if TYPE_CHECKING:
    from bmshil.bench.core import Core
    from bmshil.bms import StimulusGate
    from bmshil.safety import Envelope


class Hazard:
    """Reduces the current of a rig while its real device gets what could harm it.

    Before a twin there is no gate: everything is allowed there, and nothing is reduced. Reduced means the
    envelope, which is checked on every measured value, and the limits and protections of the supply. The
    device should idle by then: a current above the reduced one trips the supply or switches the rig off.

    Args:
        bench: whose current is reduced.
        gate: what every frame to the device passes; None before a twin.
    """

    def __init__(self, bench: Core, gate: StimulusGate | None) -> None:
        self._bench = bench
        self._gate = gate
        self._usual: Envelope | None = None
        if gate is not None:
            gate.on_hazard = self.begin

    @property
    def allowed(self) -> bool:
        """Whether harmful stimuli may be given here."""
        return self._gate is None or self._gate.allowed

    @property
    def reduced(self) -> bool:
        """Whether the rig's current is reduced now."""
        return self._usual is not None

    def begin(self, cause: str) -> None:
        """Reduce the current from now on, because of ``cause``."""
        if self._gate is None or self._usual is not None:
            return
        self._usual = usual = self._bench.control.envelope
        current = min(usual.current, self._bench.rig.safety.hazard_current)
        self._bench.journal.event("hazard_current", "bench", current=current, cause=cause)
        self._set(replace(usual, current=current))

    def end(self) -> None:
        """Give the rig its usual current back, and tell the next harmful frame anew."""
        if self._gate is None:
            return
        if self._gate.refused:
            # The nodes go on asking for it, and the next test would be refused for what this one wanted.
            self._bench.bank.reset()
        self._gate.rearm()
        if self._usual is not None:
            self._set(self._usual)
            self._usual = None

    def _set(self, envelope: Envelope) -> None:
        bench = self._bench
        bench.control.envelope = envelope
        bench.control.watch.envelope = envelope
        # The gate asks on the timeline, where nobody may wait for an instrument.
        bench.timeline.call(
            lambda: bench.timeline.offload("supply", lambda: protect(bench.supply, envelope), lambda _: None)
        )
