"""How likely a frame does not survive its cable: a model, with its constants in one place.

It is fitted to what installers report, not derived from field theory; ``docs/can-wire.md`` tells what stands
behind each constant and what the model leaves out.

A receiver takes a bit for dominant above one threshold. A dominant bit fails when noise pulls the driver's
voltage below it, a recessive bit when noise lifts what is left of the dominant bit before above it.
"""

import math
from dataclasses import dataclass

THRESHOLD = 0.7
"""Differential voltage that a receiver takes for dominant, V: the middle of 0.5 to 0.9 V (ISO 11898-2)."""

DRIVER_VOLTAGE, DRIVER_RESISTANCE = 2.2, 28.0
"""A dominant driver as a source, V and ohm: the least that ISO 11898-2 allows, 1.5 V at 60 ohm."""

INPUT_RESISTANCE = 10_000.0
"""Of all receivers together, ohm: three of the 12 to 100 kohm in ISO 11898-2."""

INPUT_CAPACITANCE, CABLE_CAPACITANCE = 80e-12, 50e-12
"""Of all stations together, F, and of one metre of cable, F/m."""

PROPAGATION = 5e-9
"""Of a signal on the cable, s/m (ISO 11898-2)."""

SAMPLE_POINT = 0.75
"""Where in a bit its value is taken, as a share of the bit: the early end of what controllers are set to."""

USUAL_LENGTH = 5.0
"""Of the cable to which the coupling refers, m."""

COUPLED_NOISE = 0.029
"""Noise per square root of the inverter's current at coupling 1 and usual length, V RMS. Fitted."""

FLOOR_NOISE = 0.01
"""Noise without any current, V RMS."""

NEVER = 1e-5
"""Below this a frame counts as safe: a bank of three packs would lose one in an hour and a half."""


@dataclass(frozen=True, slots=True)
class Line:
    """What decides how a bit looks at the far end.

    Attributes:
        resistance: of all terminators between CAN-H and CAN-L, ohm; infinite without any.
        length: m.
        bitrate: bit/s.
        coupling: how much of the inverter's switching gets onto the lines: 0.1 for an ordinary cable, 1 for
            one beside the DC bus.
    """

    resistance: float
    length: float
    bitrate: int
    coupling: float

    @property
    def dominant(self) -> float:
        """Differential voltage of a dominant bit, V."""
        load = self._load
        return DRIVER_VOLTAGE * load / (load + DRIVER_RESISTANCE)

    @property
    def residue(self) -> float:
        """What is left of a dominant bit when the recessive bit after it is sampled, V.

        The lines discharge through the terminators. The signal has to go to the far end and back first.
        """
        time = SAMPLE_POINT / self.bitrate - 2 * PROPAGATION * self.length
        if time <= 0:
            return self.dominant
        capacitance = INPUT_CAPACITANCE + CABLE_CAPACITANCE * self.length
        return self.dominant * math.exp(-time / (self._load * capacitance))

    def noise(self, current: float) -> float:
        """Noise between the lines while the inverter moves this current, A; V RMS."""
        reach = self.coupling * self.length / USUAL_LENGTH
        return math.hypot(FLOOR_NOISE, COUPLED_NOISE * reach * math.sqrt(abs(current)))

    def bit_errors(self, current: float) -> float:
        """Probability that a bit is read wrong, 0 to 0.5; half of the bits are dominant."""
        noise = self.noise(current)
        margins = self.dominant - THRESHOLD, THRESHOLD - self.residue
        return sum(_beyond(max(margin, 0.0) / noise) for margin in margins) / 2

    @property
    def _load(self) -> float:
        return 1 / (1 / self.resistance + 1 / INPUT_RESISTANCE)


def frame_error(bit_error: float, bits: int) -> float:
    """Probability that one of a frame's bits is read wrong; 0 where that never happens."""
    lost = -math.expm1(bits * math.log1p(-bit_error))
    return lost if lost > NEVER else 0.0


def _beyond(sigmas: float) -> float:
    """Probability that Gaussian noise exceeds so many of its standard deviations."""
    return math.erfc(sigmas / math.sqrt(2)) / 2
