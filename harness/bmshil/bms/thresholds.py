"""When a node protects its pack, and when it only warns.

Pylontech publishes neither thresholds nor delays of its modules. Stand-ins that are public:

* LibreSolar's BMS firmware, values for iron phosphate: over-voltage 3.80 V (back below 3.40 V), under-
  voltage 2.50 V (back above 3.10 V), both after 2 s; temperature limits 0 and 45 degC with 5 K of
  hysteresis (here: alarms).
* the manual of the EG4 LL-S, 100 Ah: charging outside -5 to 70 degC and discharging outside -20 to 75 degC
  is stopped after 1 s; over-current above 120 A (charge) and 150 A (discharge) after 3 s, an alarm above
  102 A. Its table gives 60 s without saying whether that is a delay or a recovery: it is used as the
  recovery.
  Its short-circuit protection acts above 300 A within 0.1 ms. Here that one latches: a field article on
  wiring Pylontech modules in parallel describes a reset by hand.
* alarm for a high cell at 3.60 V: owners of Victron systems see it at 54.0 V on 15 cells.
"""

from __future__ import annotations

from dataclasses import dataclass

from bmshil.errors import InputError


@dataclass(frozen=True, slots=True)
class Threshold:
    """Something comes on when a value stays at or beyond ``trip`` and goes off likewise at ``clear``.

    A trip above clear watches for high values, a trip below clear for low ones.

    Attributes:
        trip: in the unit of the value.
        clear: likewise.
        delay: s at or beyond ``trip`` before it comes on.
        hold: s at or beyond ``clear`` before it goes off.

    Raises:
        InputError: trip and clear are equal, or a negative time.
    """

    trip: float
    clear: float
    delay: float = 0.0
    hold: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a threshold without hysteresis."""
        if self.trip == self.clear:
            raise InputError(f"a threshold trips and clears at {self.trip}: give it a hysteresis")
        if self.delay < 0 or self.hold < 0:
            raise InputError(
                f"a threshold with a delay of {self.delay} s and a hold of {self.hold} s: give times >= 0"
            )


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All thresholds of one node: cells in V, temperatures in degC, currents in C (1 C is empty in 1 h)."""

    cell_high: Threshold = Threshold(3.80, 3.40, delay=2.0)
    cell_low: Threshold = Threshold(2.50, 3.10, delay=2.0)
    charge_hot: Threshold = Threshold(70.0, 65.0, delay=1.0)
    charge_cold: Threshold = Threshold(-5.0, 0.0, delay=1.0)
    discharge_hot: Threshold = Threshold(75.0, 70.0, delay=1.0)
    discharge_cold: Threshold = Threshold(-20.0, -15.0, delay=1.0)
    charge_current: Threshold = Threshold(1.2, 1.0, delay=3.0, hold=60.0)
    discharge_current: Threshold = Threshold(1.5, 1.0, delay=3.0, hold=60.0)
    short_circuit: Threshold = Threshold(3.0, 1.0, delay=1e-4)
    defied: Threshold = Threshold(0.05, 0.02, delay=10.0)
    """Current in a direction that temperature forbids: a pack has one contactor, and opens it only when an
    inverter goes on for this long. 10 s is the slowest reaction to a limit that an inverter's maker states
    (SMA)."""

    alarm_cell_high: Threshold = Threshold(3.60, 3.55)
    alarm_cell_low: Threshold = Threshold(2.80, 2.90)
    alarm_hot: Threshold = Threshold(45.0, 40.0)
    alarm_cold: Threshold = Threshold(0.0, 5.0)
    alarm_charge_current: Threshold = Threshold(1.02, 1.0, delay=1.0)
    alarm_discharge_current: Threshold = Threshold(1.02, 1.0, delay=1.0)
