"""The bidirectional supply that plays the battery's terminals, as the circuit sees it."""

from math import exp

from bmshil.twin.world.grid import STEP

_FOLLOW = 1.0 - exp(-STEP / 0.006)  # first order, 6 ms


class Supply:
    """An emf behind a programmable resistance, with current limits and protections.

    Attributes:
        setpoint: programmed voltage, V.
        emf: voltage behind the output resistance, V; follows `setpoint` within some 10 ms.
        series: programmed output resistance, ohm.
        source_limit: most current out of the supply, A, positive.
        sink_limit: most current into the supply, A, positive.
        trip_voltage: over-voltage protection, V.
        trip_current: over-current protection in either direction, A.
        output: whether the output is on. Change it with `switch`.
        tripped: "" or which protection switched the output off: "voltage", "current".
    """

    __slots__ = (
        "emf",
        "output",
        "series",
        "setpoint",
        "sink_limit",
        "source_limit",
        "trip_current",
        "trip_voltage",
        "tripped",
    )

    def __init__(self) -> None:
        self.output = False
        self.emf = 0.0
        self.tripped = ""
        self.reset()

    def reset(self) -> None:
        """Take the settings that it has after power-on; the output goes off."""
        self.setpoint = 0.0
        self.series = 0.0
        self.source_limit = 120.0
        self.sink_limit = 120.0
        self.trip_voltage = 66.0
        self.trip_current = 150.0
        self.switch(False, 0.0)

    def switch(self, output: bool, outside: float) -> None:
        """Switch the output. It starts from the voltage that it finds outside, V, and clears a trip."""
        if output and not self.output:
            self.emf = outside
            self.tripped = ""
        elif not output:
            self.emf = 0.0
        self.output = output

    def trip(self, reason: str) -> None:
        """Switch off by itself."""
        self.switch(False, 0.0)
        self.tripped = reason

    def follow(self) -> None:
        """Move the emf by one step toward the set-point."""
        lag = self.setpoint - self.emf
        self.emf = self.setpoint if -1e-6 < lag < 1e-6 else self.emf + lag * _FOLLOW
