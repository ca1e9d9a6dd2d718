"""What one reply says, in physical units."""

from typing import NamedTuple

from bmshil.twin.inverter import frames
from bmshil.twin.inverter.frames import Limits, Measured


class Reading(NamedTuple):
    """The values of one reply; what it does not carry is None.

    Attributes:
        limits: V and A, currents positive.
        soc: fraction.
        measured: V, A (positive while charging), degC.
        alarms: conditions in the device's own bits.
        enables: whether charging and discharging are allowed.
        capacity: Ah.
    """

    limits: Limits | None = None
    soc: float | None = None
    measured: Measured | None = None
    alarms: int | None = None
    enables: tuple[bool, bool] | None = None
    capacity: float | None = None

    @property
    def topics(self) -> tuple[int, ...]:
        """What it stands for, by the CAN message that carries the same: silence is watched by these."""
        told = (
            (frames.LIMITS, self.limits),
            (frames.SOC, self.soc),
            (frames.MEASUREMENTS, self.measured),
            (frames.ALARM_BITS, self.alarms),
            (frames.REQUESTS, self.enables),
            (frames.CAPACITY, self.capacity),
        )
        return tuple(topic for topic, value in told if value is not None)


class Unfit(ValueError):  # noqa: N818 - not an error of the program: what every receiver meets
    """Bytes that are no reply to what was asked.

    Attributes:
        garbled: whether they are damaged, instead of a sound reply to something else.
    """

    def __init__(self, what: str, *, garbled: bool = False) -> None:
        super().__init__(what)
        self.garbled = garbled
