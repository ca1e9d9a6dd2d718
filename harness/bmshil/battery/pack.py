"""One battery: cells in series, a resistance, an RC, a temperature and a contactor."""

import math
from typing import Final

from bmshil.battery.busbar import Busbar
from bmshil.battery.catalogue import Module
from bmshil.battery.cell import segment
from bmshil.battery.spread import CellSpread
from bmshil.battery.warmth import resistance_factor, temperature_after
from bmshil.errors import BankError

_SOC_RANGE: Final = (-0.1, 1.1)
_TEMPERATURE_RANGE: Final = (-60.0, 120.0)


def check_soc(number: int, soc: float) -> None:
    """Refuse a SOC that is no fraction.

    Raises:
        BankError: below -0.1 or above 1.1, for example 50 for 50 %.
    """
    low, high = _SOC_RANGE
    if not low <= soc <= high:
        raise BankError(f"pack {number}: soc is {soc}; give a fraction, 0.5 for 50 % ({low} to {high})")


def check_temperature(temperature: float) -> None:
    """Refuse a temperature that no battery survives.

    Raises:
        BankError: below -60 or above 120 degC.
    """
    low, high = _TEMPERATURE_RANGE
    if not low <= temperature <= high:
        raise BankError(f"a temperature of {temperature} degC is not possible; give {low} to {high}")


class Pack:
    """One pack of a bank, as its own BMS would measure it.

    Current is positive into the battery. Made by ``Bank``; the bank steps it.

    Attributes:
        number: 1..n.
        module: what the pack is made of.
        spread: how far its cells lie apart; may be replaced at any time.
    """

    __slots__ = (
        "_ampere_soc", "_bus", "_conductance", "_connected", "_decay", "_emf", "_high", "_intercept", "_low",
        "_polarisation", "_resistance", "_rise", "_slope", "_soc", "_soc_per_ampere", "_temperature",
        "module", "number", "spread",
    )  # fmt: skip

    _soc: float
    _polarisation: float  # V over the RC
    _emf: float  # V, all cells and the RC
    _low: float  # SOC range in which the present piece of the curve holds
    _high: float
    _intercept: float  # V, the present piece of the curve for all cells in series
    _slope: float  # V per unit of SOC
    _temperature: float  # degC
    _resistance: float  # ohm
    _conductance: float  # S
    _connected: bool
    _ampere_soc: float  # sum of current times gained SOC since the last warming, A
    _decay: float  # share of the RC's voltage that is left after one step
    _rise: float  # V that one ampere adds to the RC in one step
    _soc_per_ampere: float  # SOC that one ampere adds in one step

    def __init__(
        self, number: int, module: Module, bus: Busbar, *, soc: float, temperature: float, spread: CellSpread
    ) -> None:
        self.number = number
        self.module = module
        self.spread = spread
        self._bus = bus
        self._decay = 1.0
        self._rise = 0.0
        self._soc_per_ampere = 0.0
        self.rest(soc, temperature)

    @property
    def soc(self) -> float:
        """State of charge, 0..1; outside this range when overcharged or drained.

        Setting it puts the pack at rest there.
        """
        return self._soc

    @soc.setter
    def soc(self, value: float) -> None:
        check_soc(self.number, value)
        self._settle_at(value)
        self._bus.changed()

    @property
    def temperature(self) -> float:
        """Temperature of the cells, degC. Setting it changes the resistance at once."""
        return self._temperature

    @temperature.setter
    def temperature(self, value: float) -> None:
        check_temperature(value)
        self._warm_to(value)
        self._bus.changed()

    @property
    def connected(self) -> bool:
        """Whether the contactor is closed. An open pack carries exactly 0 A and keeps its SOC."""
        return self._connected

    @connected.setter
    def connected(self, value: bool) -> None:
        self._connected = value
        self._bus.changed()

    @property
    def capacity(self) -> float:
        """Capacity, Ah."""
        return self.module.capacity

    @property
    def resistance(self) -> float:
        """Ohmic resistance at the present temperature, ohm."""
        return self._resistance

    @property
    def emf(self) -> float:
        """Terminal voltage without current, V: all cells, and the RC that has not settled yet."""
        return self._emf

    @property
    def current(self) -> float:
        """Current into the pack, A; currents between packs are part of it."""
        return (self._bus.voltage - self._emf) * self._conductance if self._connected else 0.0

    @property
    def voltage(self) -> float:
        """Voltage at the pack's own side of its contactor, V: that of the busbar, or the emf when open."""
        return self._bus.voltage if self._connected else self._emf

    @property
    def power(self) -> float:
        """Power into the pack, W."""
        return self.voltage * self.current

    @property
    def cell_max(self) -> float:
        """Voltage of the highest cell, V."""
        return self.voltage / self.module.cells + self.spread.above(self._soc)

    @property
    def cell_min(self) -> float:
        """Voltage of the lowest cell, V."""
        return self.voltage / self.module.cells - self.spread.below(self._soc)

    def rest(self, soc: float, temperature: float) -> None:
        """Put the pack at rest in this state and close its contactor; the bank's part of a reset.

        Args:
            soc: 0..1, checked by the bank.
            temperature: degC, checked by the bank.
        """
        self._settle_at(soc)
        self._warm_to(temperature)
        self._ampere_soc = 0.0
        self._connected = True

    def prepare(self, seconds: float) -> None:
        """Work out what all steps of this length have in common.

        Args:
            seconds: length of a step, s.
        """
        module = self.module
        self._decay = math.exp(-seconds / module.polarisation_time)
        self._rise = module.polarisation_resistance * (1.0 - self._decay)
        self._soc_per_ampere = seconds / (3600.0 * module.capacity)

    def advance(self, voltage: float) -> float:
        """Carry the current that this busbar voltage drives, for the prepared length of time.

        This runs for every pack at every step, so it is written for speed: one piece of the curve is kept
        until the SOC leaves it.

        Args:
            voltage: of the busbar, V.

        Returns:
            Short-circuit current afterwards, emf / resistance, A: what the bank adds up to find its emf.
        """
        conductance = self._conductance
        current = (voltage - self._emf) * conductance
        gained = current * self._soc_per_ampere
        self._ampere_soc += current * gained
        self._soc = soc = self._soc + gained
        self._polarisation = polarisation = self._polarisation * self._decay + current * self._rise
        if not self._low <= soc < self._high:
            self._find_piece()
        self._emf = emf = self._intercept + self._slope * soc + polarisation
        return conductance * emf

    def relax(self) -> None:
        """Rest with an open contactor for the prepared length of time."""
        self._polarisation *= self._decay
        self._emf = self._intercept + self._slope * self._soc + self._polarisation

    def warm(self, ambient: float, seconds: float) -> None:
        """Turn the losses since the last call into heat.

        Losses in the RC count as if it had settled. The error is the energy that the RC stores, 750 J at 50
        A: 0.03 K in the smallest module.

        Args:
            ambient: degC.
            seconds: since the last call, s.
        """
        module = self.module
        # SOC gained is charge over 3600 times the capacity, so this is the integral of the squared current.
        squared = self._ampere_soc * 3600.0 * module.capacity
        self._ampere_soc = 0.0
        self._warm_to(
            temperature_after(
                self._temperature,
                ambient,
                squared * (self._resistance + module.polarisation_resistance) / seconds,
                seconds,
                heat_capacity=module.heat_capacity,
                heat_loss=module.heat_loss,
            )
        )

    def _settle_at(self, soc: float) -> None:
        self._soc = soc
        self._polarisation = 0.0
        self._find_piece()
        self._emf = self._intercept + self._slope * soc

    def _warm_to(self, temperature: float) -> None:
        self._temperature = temperature
        self._resistance = self.module.resistance * resistance_factor(temperature)
        self._conductance = 1.0 / self._resistance

    def _find_piece(self) -> None:
        piece = segment(self._soc)
        self._low, self._high = piece.low, piece.high
        self._intercept = piece.intercept * self.module.cells
        self._slope = piece.slope * self.module.cells
