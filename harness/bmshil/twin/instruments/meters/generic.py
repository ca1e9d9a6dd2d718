"""A two-channel meter at the terminals of the device: volts, and amperes over a shunt."""

from bmshil.twin.instruments.engine import Instrument
from bmshil.twin.instruments.noise import Noise
from bmshil.twin.world import World

NOISE_VOLTS = 0.001
NOISE_AMPS = 0.020
ZERO_AMPS = 0.015
"""The offset of the shunt amplifier, which a preflight takes out."""


class Meter(Instrument):
    """Current is positive into the battery. Resolution 1 mV and 10 mA.

    Args:
        world: what it measures.
        seed: of its noise.
    """

    def __init__(self, world: World, seed: int) -> None:
        super().__init__("METER-TWIN")
        self._world = world
        self._volts = Noise(seed, 1)
        self._amps = Noise(seed, 2)
        self.query("MEASure[:SCALar]:VOLTage[:DC]?", lambda _: self._voltage(), measures=True)
        self.query("MEASure[:SCALar]:CURRent[:DC]?", lambda _: self._current(), measures=True)

    def _voltage(self) -> str:
        with self._world.lock:
            return f"{self._world.voltage + NOISE_VOLTS * self._volts.at(self._world.step):.3f}"

    def _current(self) -> str:
        with self._world.lock:
            noise = NOISE_AMPS * self._amps.at(self._world.step)
            return f"{self._world.current + ZERO_AMPS + noise:.2f}"
