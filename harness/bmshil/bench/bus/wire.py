"""The CAN cable of a bench: its terminators and its way to the device."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bmshil.bench.bus.termination import HIGHEST, LOWEST, reading, terminators
from bmshil.errors import RigError
from bmshil.judge import Measurement
from bmshil.judge.uncertainty import OF_OHMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench.bench import Bench

TERMINATORS = ("can_term_a", "can_term_b")
"""Relays that join one terminator each."""

BATTERY_END = "can_term_a"
"""The one of them that stands for the terminator inside the battery."""

BREAK = "can_break"
"""The relay that the device's CAN lines go through; closed, the device is on the bus."""

DISCHARGE = 5.0
"""How long a device that has been switched off may still have power on its CAN side, s."""


class Wire:
    """Measures the termination, before anything else and whenever nothing on the cable has power.

    A transceiver with power drives the lines, and a meter in its resistance range takes that for ohms.

    Args:
        bench: has the relays, the meter and the power switch.

    Attributes:
        termination: what was measured when the rig was opened, ohm; None without an ohmmeter.
        trouble: why nothing can be tested on this cable; None for a sound one, or one nobody can measure.
        quiet: the nodes are silent and the device is off, for a look at the cable.
    """

    def __init__(self, bench: Bench) -> None:
        self.termination: Measurement | None = None
        self.trouble: str | None = None
        self.quiet = True
        self._bench = bench

    def look(self) -> None:
        """Close the cable and measure its termination, before anything has power and any node speaks."""
        self.close()
        if self._bench.has_ohmmeter:
            self.termination = found = self.measure()
            ohms = float(found.value)
            if not LOWEST <= ohms <= HIGHEST:
                self.trouble = (
                    f"termination reads {reading(ohms)}: {terminators(ohms)}; it must be {LOWEST:g} to "
                    f"{HIGHEST:g} ohm, one terminator of 120 ohm at either end of the cable"
                )

    def hush(self) -> None:
        """Take power and voice from everything on the cable."""
        bench = self._bench
        if not self.quiet:
            bench.bank.stop()
            bench.switch_off()
            bench.timeline.run(DISCHARGE)
        self.quiet = True

    def wake(self) -> None:
        """Close the cable and let the nodes speak again; the device gets its power from the baseline.

        Raises:
            RigError: the rig is broken, by the termination that was found when it was opened for example.
        """
        self._bench.state.require_sound()
        if self.quiet:
            self.close()
            self._bench.bank.start()
        self.quiet = False

    def close(self) -> None:
        """Join terminators and device, as far as relays do it; a battery may have its terminator off."""
        for role in (*TERMINATORS, BREAK):
            if role in self._bench.relay_roles:
                self._bench.switch(role, role != BATTERY_END or self._bench.bank.addressing.terminates)

    def measure(self) -> Measurement:
        """Measure the resistance between CAN-H and CAN-L, ohm; infinite when they are open.

        Raises:
            RigError: something on the cable has power; call :meth:`hush` first.
        """
        bench = self._bench
        if not self.quiet:
            raise RigError("termination is measured with the power off only: call bench.wire.hush() first")
        ohms = bench.ohmmeter.resistance()
        uncertainty = 0.0 if math.isinf(ohms) else OF_OHMS * ohms
        return Measurement("termination", bench.seconds, bench.seconds, "read", ohms, "ohm", uncertainty)

    def named(self, measured: Measurement) -> Measurement:
        """What is on the cable, in words, from what was measured."""
        word = terminators(float(measured.value))
        return Measurement("terminators", measured.start, measured.end, "named", word)

    @contextmanager
    def joined(self, *roles: str) -> Iterator[None]:
        """Join only the terminators behind these relays for a while."""
        try:
            for role in TERMINATORS:
                self._bench.switch(role, role in roles)
            yield
        finally:
            self.close()

    @contextmanager
    def broken(self) -> Iterator[None]:
        """Take the device off the bus for a while."""
        self._bench.stimulus("the device is taken off the bus")
        self._bench.switch(BREAK, False)
        try:
            yield
        finally:
            self._bench.switch(BREAK, True)
            self._bench.stimulus("the device is back on the bus")
