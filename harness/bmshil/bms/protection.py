"""How a node protects its pack: trips with delays, softer alarms, a contactor, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.watch import Watch
from bmshil.dialects import Alarm

if TYPE_CHECKING:
    from bmshil.bms.thresholds import Thresholds

NOTHING = Alarm(0)


class Protection:
    """The protections and alarms of one pack.

    Cell voltage and over-current open the contactor. Temperature forbids a direction first, and opens the
    contactor only when current goes on flowing in it. The contactor may close again when everything that
    opened it has cleared.

    Args:
        thresholds: when what happens.
        capacity: of the pack, Ah.

    Attributes:
        protections: conditions on which the node acts.
        alarms: conditions of which it warns.
        cleared: conditions that were raised once and are not any more.
        charge_forbidden: no charging now.
        discharge_forbidden: no discharging now.
        opens: the contactor must be open.
    """

    def __init__(self, thresholds: Thresholds, capacity: float) -> None:
        t = thresholds
        self._capacity = capacity
        self._cell_high = Watch(t.cell_high)
        self._cell_low = Watch(t.cell_low)
        self._charge_hot = Watch(t.charge_hot)
        self._charge_cold = Watch(t.charge_cold)
        self._discharge_hot = Watch(t.discharge_hot)
        self._discharge_cold = Watch(t.discharge_cold)
        self._charge_current = Watch(t.charge_current)
        self._discharge_current = Watch(t.discharge_current)
        self._charge_defied = Watch(t.defied)
        self._discharge_defied = Watch(t.defied)
        self._alarms = (
            (Watch(t.alarm_cell_high), Alarm.CELL_HIGH_VOLTAGE),
            (Watch(t.alarm_cell_low), Alarm.CELL_LOW_VOLTAGE),
            (Watch(t.alarm_hot), Alarm.HIGH_TEMPERATURE),
            (Watch(t.alarm_cold), Alarm.LOW_TEMPERATURE),
            (Watch(t.alarm_charge_current), Alarm.CHARGE_OVERCURRENT),
            (Watch(t.alarm_discharge_current), Alarm.DISCHARGE_OVERCURRENT),
        )
        # Inside this window nothing can be wrong: one comparison instead of fourteen, at every report of
        # every node.
        self._calm_cells = (
            max(t.cell_low.trip, t.alarm_cell_low.trip),
            min(t.cell_high.trip, t.alarm_cell_high.trip),
        )
        self._calm_temperatures = (
            max(t.charge_cold.trip, t.discharge_cold.trip, t.alarm_cold.trip),
            min(t.charge_hot.trip, t.discharge_hot.trip, t.alarm_hot.trip),
        )
        self._calm_currents = (
            -capacity * min(t.discharge_current.trip, t.alarm_discharge_current.trip),
            capacity * min(t.charge_current.trip, t.alarm_charge_current.trip),
        )
        self.reset()

    def reset(self) -> None:
        """Forget everything, as after a power cycle."""
        for watch in (*self._trips(), self._charge_defied, self._discharge_defied):
            watch.reset()
        for watch, _ in self._alarms:
            watch.reset()
        self._calm = True
        self.protections = self.alarms = self.cleared = NOTHING
        self.charge_forbidden = self.discharge_forbidden = self.opens = False

    def update(
        self, now: float, *, cell_max: float, cell_min: float, temperature: float, current: float
    ) -> None:
        """Look at one measurement.

        Args:
            now: s, never running backwards.
            cell_max: highest cell, V.
            cell_min: lowest cell, V.
            temperature: degC.
            current: A, positive into the battery.
        """
        if (
            self._calm
            and self._calm_cells[0] < cell_min
            and cell_max < self._calm_cells[1]
            and self._calm_temperatures[0] < temperature < self._calm_temperatures[1]
            and self._calm_currents[0] < current < self._calm_currents[1]
        ):
            return
        rate = current / self._capacity
        high = self._cell_high.update(cell_max, now)
        low = self._cell_low.update(cell_min, now)
        charge_hot = self._charge_hot.update(temperature, now)
        charge_cold = self._charge_cold.update(temperature, now)
        discharge_hot = self._discharge_hot.update(temperature, now)
        discharge_cold = self._discharge_cold.update(temperature, now)
        charging = self._charge_current.update(rate, now)
        discharging = self._discharge_current.update(-rate, now)
        charge_climate = charge_hot or charge_cold
        discharge_climate = discharge_hot or discharge_cold
        defied_charge = _defied(self._charge_defied, rate, now, forbidden=charge_climate)
        defied_discharge = _defied(self._discharge_defied, -rate, now, forbidden=discharge_climate)
        self.opens = high or low or charging or discharging or defied_charge or defied_discharge
        self.charge_forbidden = self.opens or charge_climate
        self.discharge_forbidden = self.opens or discharge_climate
        values = (cell_max, cell_min, temperature, temperature, rate, -rate)
        alarms = NOTHING
        for (watch, condition), value in zip(self._alarms, values, strict=True):
            if watch.update(value, now):
                alarms |= condition
        protections = NOTHING
        for active, condition in (
            (high, Alarm.CELL_HIGH_VOLTAGE),
            (low, Alarm.CELL_LOW_VOLTAGE),
            (charge_hot or discharge_hot, Alarm.HIGH_TEMPERATURE),
            (charge_cold or discharge_cold, Alarm.LOW_TEMPERATURE),
            (charging, Alarm.CHARGE_OVERCURRENT),
            (discharging, Alarm.DISCHARGE_OVERCURRENT),
        ):
            if active:
                protections |= condition
        raised = self.protections | self.alarms | self.cleared
        self.protections = protections
        self.alarms = alarms
        self.cleared = (raised | protections | alarms) & ~(protections | alarms)
        watches = (*self._trips(), *(watch for watch, _ in self._alarms))
        self._calm = not any(watch.active or watch.pending for watch in watches)

    def _trips(self) -> tuple[Watch, ...]:
        return (
            self._cell_high, self._cell_low, self._charge_hot, self._charge_cold, self._discharge_hot,
            self._discharge_cold, self._charge_current, self._discharge_current,
        )  # fmt: skip


def _defied(watch: Watch, rate: float, now: float, *, forbidden: bool) -> bool:
    """Latch: once the contactor has opened the current is 0, which must not count as obedience."""
    if not forbidden:
        watch.reset()
    elif not watch.active:
        watch.update(rate, now)
    return watch.active
