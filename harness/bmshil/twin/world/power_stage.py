"""The power stage of the device under test: what makes current flow on the DC side."""

from dataclasses import dataclass

from bmshil.twin.world.ac_side import AcSide
from bmshil.twin.world.grid import STEP

_SETTLED = 1e-7  # V


@dataclass(frozen=True, slots=True)
class Rating:
    """What the device can do.

    Attributes:
        voltage_min, voltage_max: DC voltage in which the power stage runs, V.
        power: most power that it converts, W.
        ramp: how fast it changes its current on its own, A/s.
        idle_draw: what its electronics take from the DC side while the stage is off, A.
    """

    voltage_min: float = 41.0
    voltage_max: float = 63.0
    power: float = 6000.0
    ramp: float = 40.0
    idle_draw: float = 0.03


class PowerStage:
    """Regulates the battery current: toward the limits, and no further than the voltage allows.

    Attributes:
        running: whether it switches; change it with `run`.
        amps: battery current that it makes, A, positive while charging.
        cvl: highest voltage to charge to, V.
        dvl: lowest voltage to discharge to, V.
        charge_limit, discharge_limit: A, both positive.
        export: whether it discharges on its own to bring the voltage down to `cvl`.
    """

    __slots__ = (
        "_move",
        "amps",
        "charge_limit",
        "cvl",
        "discharge_limit",
        "dvl",
        "export",
        "rating",
        "running",
    )

    def __init__(self, rating: Rating) -> None:
        self.rating = rating
        self.running = False
        self.amps = 0.0
        self.cvl = self.dvl = 0.0
        self.charge_limit = self.discharge_limit = 0.0
        self.export = False
        self._move = rating.ramp * STEP

    def run(self, running: bool) -> None:
        """Start or stop switching. Stopping takes the current away at once."""
        self.running = running
        if not running:
            self.amps = 0.0

    def step(self, volts: float, gain: float, ac: AcSide) -> None:
        """Move on by one step.

        Args:
            volts: at the terminals of the device, V.
            gain: by how much the current changes in one step per volt of error, A/V.
            ac: the AC side: what there is to charge from or to feed.
        """
        rating = self.rating
        if not rating.voltage_min <= volts <= rating.voltage_max:
            self.amps = 0.0
            return
        amps = self.amps
        wish = ac.surplus / volts
        if wish < 0.0:
            if ac.island or ac.counting:
                ac.watch(-wish - self.discharge_limit)
            wish = max(wish, -self.discharge_limit)
            if not ac.island:  # off grid the load decides how fast the current moves
                wish = max(amps - self._move, min(amps + self._move, wish))
            self.amps = max(wish, min(0.0, amps + gain * (self.dvl - volts)))
            return
        if ac.counting:
            ac.watch(0.0)
        # A load or a source that is gone takes its current away at once, not at the ramp.
        amps = min(max(amps, 0.0) if ac.island else amps, wish)
        wish = min(wish, max(amps - self._move, min(amps + self._move, self.charge_limit)))
        error = self.cvl - volts
        if error < -_SETTLED or error > _SETTLED:
            amps += gain * error
        lowest = -self.discharge_limit if self.export and not ac.island else 0.0
        self.amps = min(wish, max(lowest, amps))
