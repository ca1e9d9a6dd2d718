"""A multimeter in its resistance range between CAN-H and CAN-L."""

import math
from collections.abc import Callable

from bmshil.errors import TimelineError
from bmshil.timeline import Timeline
from bmshil.twin.canbus.wiring import Wiring
from bmshil.twin.instruments.engine import Instrument

TEST_CURRENT = 0.001
"""What it sends through the lines, A: the 1 kohm range of a Keysight 34461A."""

RECESSIVE_OFFSET = 0.03
"""Between the lines of a powered device that is silent, V: ISO 11898-2 allows 50 mV."""

OVER_RANGE = "9.9E37"


class CanLines:
    """CAN-H and CAN-L as a resistance range sees them: any other voltage is taken for resistance.

    Live lines read too high, as in the field.

    Args:
        timeline: whose thread knows the traffic.
        wiring: what is measured.
        live: whether the inverter has power and stands on the cable.
    """

    def __init__(self, timeline: Timeline, wiring: Wiring, live: Callable[[], bool]) -> None:
        self._timeline = timeline
        self._wiring = wiring
        self._live = live

    def voltage(self) -> float:
        """Mean voltage between the lines, V."""
        return self._seen()[1]

    def resistance(self) -> float:
        """What reads as resistance between the lines, ohm; infinite where nothing joins them."""
        resistance, voltage = self._seen()
        return resistance if math.isinf(resistance) else resistance + voltage / TEST_CURRENT

    def _seen(self) -> tuple[float, float]:
        """Resistance and mean voltage, looked at on the timeline: a contact told to move before has moved."""
        idle = RECESSIVE_OFFSET if self._live() else 0.0
        try:
            return self._timeline.call(lambda: (self._wiring.resistance, idle + self._wiring.traffic_voltage))
        except TimelineError:  # it is closed: nobody sends any more
            return self._wiring.resistance, idle


class Ohmmeter(Instrument):
    """Measures resistance as the voltage over a known current. Resolution 10 mohm.

    Args:
        timeline: whose thread knows the traffic.
        wiring: what it measures.
        live: whether the inverter has power and stands on the cable.
    """

    def __init__(self, timeline: Timeline, wiring: Wiring, live: Callable[[], bool]) -> None:
        super().__init__("OHM-TWIN")
        self._lines = CanLines(timeline, wiring, live)
        self.query("MEASure[:SCALar]:RESistance?", lambda _: self._resistance(), measures=True)

    def _resistance(self) -> str:
        resistance = self._lines.resistance()
        return OVER_RANGE if math.isinf(resistance) else f"{resistance:.2f}"
