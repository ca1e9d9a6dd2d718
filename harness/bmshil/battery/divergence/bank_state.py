"""Where a bank stands, and what currents flow in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bmshil.battery.divergence.cells import asked_cvl, cell_voltages
from bmshil.battery.divergence.cycle import DAY
from bmshil.battery.divergence.scenario import RULES
from bmshil.battery.ladder import admittance
from bmshil.battery.warmth import resistance_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bmshil.battery.divergence.scenario import Scenario

MONTH: Final = 30 * DAY

_SETTLED: Final = 1e-4
"""V. A CVL in force that moves less than this has been found."""

_ROUNDS: Final = 40


class BankState:
    """Arrays of shape (packs,): what a step changes, and what stays.

    Attributes:
        time: s from the beginning.
        capacity: Ah.
        soc: true state of charge of the mean cell.
        counted: as the BMS believes.
        ahead: how far the highest cell is ahead, of SOC.
        connected: whether the contactor is closed.
        current: into each pack in the last step, A.
        total: into the bank in the last step, A.
    """

    def __init__(self, scenario: Scenario) -> None:
        def column(name: str) -> NDArray[np.float64]:
            return np.array([getattr(pack, name) for pack in scenario.packs], dtype=np.float64)

        self._scenario = scenario
        self.time = 0.0
        self.capacity = column("capacity")
        self.soc = column("soc")
        self.counted = column("soc")
        self.ahead = column("ahead")
        self.connected = np.ones(len(scenario.packs), np.bool_)
        self.current = np.zeros(len(scenario.packs))
        self.total = 0.0
        self._resistance = column("resistance") * np.array(
            [resistance_factor(pack.temperature) for pack in scenario.packs]
        )
        self._leak = column("self_discharge") / MONTH
        self._cell_drift = column("cell_drift") / DAY
        self._balancer = column("balancer")
        self._offset, self._gain = column("offset"), column("gain")
        self._join()

    @property
    def emptiest(self) -> float:
        """True SOC of the emptiest pack that is connected; 0 for none."""
        return float(self.soc[self.connected].min(initial=1.0)) if self.connected.any() else 0.0

    @property
    def stopped(self) -> bool:
        """Whether a pack asks for no charge current, and is heard."""
        scenario = self._scenario
        if scenario.rule != "lowest" or not scenario.limits_by_cell:
            return False
        return bool((self.highest_cells[self.connected] >= scenario.no_current).any())

    @property
    def mean_cells(self) -> NDArray[np.float64]:
        """Mean cell of each pack, V: its terminal voltage over the number of cells."""
        drop = self._resistance * self.current / self._scenario.cells
        mean: NDArray[np.float64] = cell_voltages(self.soc) + drop
        return mean

    @property
    def highest_cells(self) -> NDArray[np.float64]:
        """Highest cell of each pack, V."""
        drop = self._resistance * self.current / self._scenario.cells
        highest: NDArray[np.float64] = cell_voltages(self.soc + self.ahead) + drop
        return highest

    def currents(self, amps: float, soc: NDArray[np.float64]) -> NDArray[np.float64]:
        """Work out the current into each pack.

        Args:
            amps: what sun or load want to move, A; charging gives way to the CVL in force.
            soc: state of charge to look at.
        """
        if not self.connected.any():
            return np.zeros(len(soc))
        emf = self._scenario.cells * cell_voltages(soc)
        idle = float(self._weights @ emf)
        volts = idle + amps * self._bank_resistance
        if amps > 0:
            volts = max(self._limited(volts, soc, emf), idle)
        found: NDArray[np.float64] = self._admittance @ (volts - emf)
        return found

    def advance(self, current: NDArray[np.float64], seconds: float, *, charging: bool) -> None:
        """Carry currents for a time.

        Args:
            current: into each pack, A.
            seconds: s.
            charging: whether the sun charges the bank: only then are cells balanced.
        """
        hours = seconds / 3600.0
        self.time += seconds
        self.current, self.total = current, float(current.sum())
        balanced = charging & (self.highest_cells > self._scenario.balance_from)
        self.soc = self.soc + current * hours / self.capacity - self._leak * seconds
        gained = self._cell_drift * seconds - balanced * self._balancer * hours / self.capacity
        self.ahead = np.maximum(self.ahead + gained, 0.0)
        counted = self.counted + ((1.0 + self._gain) * current + self._offset) * hours / self.capacity
        self.counted = np.where(self.mean_cells >= self._scenario.full_at, 1.0, np.clip(counted, 0.0, 1.0))

    def disconnect(self, index: int) -> None:
        """Open the contactor of a pack, by its place from 0 on."""
        self.connected[index] = False
        self.current = np.where(self.connected, self.current, 0.0)
        self._join()

    def _join(self) -> None:
        self._admittance = admittance(self._resistance, self._scenario.ladder, self.connected)
        each = self._admittance.sum(axis=0)
        if self.connected.any():
            self._bank_resistance = 1.0 / float(each.sum())
            self._weights = each * self._bank_resistance

    def _limited(self, volts: float, soc: NDArray[np.float64], emf: NDArray[np.float64]) -> float:
        """Hold a charging voltage down to the CVL in force.

        What a BMS asks for falls while its highest cell rises with the voltage, so that the CVL in force is
        where both meet. Half of each way lands there, because the slope lies between -1 and 0.
        """
        scenario = self._scenario
        limit = min(volts, scenario.cvl)
        if not scenario.limits_by_cell:
            return limit
        rule = RULES[scenario.rule]
        higher = cell_voltages(soc + self.ahead) - emf / scenario.cells
        for _ in range(_ROUNDS):
            current = self._admittance @ (limit - emf)
            highest = (emf + self._resistance * current) / scenario.cells + higher
            asked = [
                asked_cvl(cell, scenario.cvl, scenario.cells)
                for cell, closed in zip(highest.tolist(), self.connected.tolist(), strict=True)
                if closed
            ]
            in_force = min(volts, rule(asked))
            if abs(in_force - limit) < _SETTLED:
                break
            limit = (limit + in_force) / 2
        return limit
