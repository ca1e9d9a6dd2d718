"""The packs in parallel on one DC bus."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from bmshil.battery.busbar import Busbar
from bmshil.battery.catalogue import Module
from bmshil.battery.pack import Pack, check_soc, check_temperature
from bmshil.battery.spread import DEFAULT_SPREAD, CellSpread
from bmshil.errors import BankError

WARMING_PERIOD: Final = 1.0
"""s. Temperatures and resistances follow once per second: at its recommended current a pack warms by at most
0.01 K in that time, and its resistance changes by 0.03 %. Losses are added up at every step, so no pulse is
missed."""

LONGEST_STEP: Final = 1.0
"""s. A longer step is cut into equal parts, because currents between packs are held during one part."""


class Bank:
    """Packs in parallel: splits the bank current by Kirchhoff and integrates every pack.

    Packs at different states of charge drive currents between each other also when the bank carries none.
    The bank is, at any time, an emf behind a resistance: ``voltage == emf + current * resistance``. While no
    pack is connected the terminals are dead: emf and voltage are 0 V, the resistance is infinite.

    The same steps give the same numbers, always; there is no randomness.

    Args:
        modules: one per pack, in the order of the pack numbers; equal numbers of cells.
        soc: state of charge, one for all packs or one per pack, 0..1.
        temperature: of the cells, degC.
        ambient: temperature of the surroundings, degC; that of the cells when left out.
        spread: how far the cells of each pack lie apart.

    Raises:
        BankError: no module, different numbers of cells, not one SOC per pack, a SOC that is not a fraction,
            or an impossible temperature.
    """

    __slots__ = (
        "_advancing", "_ambient", "_bus", "_current", "_emf", "_packs", "_relaxing", "_resistance",
        "_seconds", "_since_warming",
    )  # fmt: skip

    def __init__(
        self,
        modules: Sequence[Module],
        *,
        soc: float | Sequence[float] = 0.5,
        temperature: float = 25.0,
        ambient: float | None = None,
        spread: CellSpread = DEFAULT_SPREAD,
    ) -> None:
        if not modules:
            raise BankError("a bank needs at least one module")
        for number, module in enumerate(modules, start=1):
            if module.cells != modules[0].cells:
                raise BankError(
                    f"pack {number} has {module.cells} cells, pack 1 has {modules[0].cells}; "
                    "packs in parallel need equal numbers"
                )
        check_temperature(temperature)
        self._bus = Busbar(self._settle)
        self._packs = tuple(
            Pack(number, module, self._bus, soc=value, temperature=temperature, spread=spread)
            for number, (module, value) in enumerate(
                zip(modules, _per_pack(soc, len(modules)), strict=True), start=1
            )
        )
        self._ambient = temperature if ambient is None else ambient
        self._emf = 0.0
        self._resistance = math.inf
        self._current = 0.0
        self._seconds = 0.0
        self._since_warming = 0.0
        self._settle()

    def __len__(self) -> int:
        return len(self._packs)

    def __iter__(self) -> Iterator[Pack]:
        return iter(self._packs)

    def __getitem__(self, number: int) -> Pack:
        """Return a pack by its number, 1..n.

        Raises:
            BankError: no pack has this number.
        """
        if not 1 <= number <= len(self._packs):
            raise BankError(f"pack {number} does not exist; this bank has packs 1 to {len(self._packs)}")
        return self._packs[number - 1]

    @property
    def emf(self) -> float:
        """Terminal voltage without bank current, V: the slow part, cells and RCs of the connected packs."""
        return self._emf

    @property
    def resistance(self) -> float:
        """Ohmic resistance of the connected packs in parallel, ohm; infinite when there is none."""
        return self._resistance

    @property
    def current(self) -> float:
        """Bank current of the last step, A, positive while charging."""
        return self._current

    @property
    def voltage(self) -> float:
        """Terminal voltage at the current of the last step, V."""
        return self._bus.voltage

    @property
    def ambient(self) -> float:
        """Temperature of the surroundings, degC. It may be set at any time."""
        return self._ambient

    @ambient.setter
    def ambient(self, value: float) -> None:
        self._ambient = value

    def step(self, current: float, seconds: float) -> None:
        """Carry a bank current for a time.

        The current is split at the beginning of the step and held. RCs are exact for any step length. A step
        of 0 s only changes the current.

        Args:
            current: A, positive while charging.
            seconds: s, >= 0.

        Raises:
            BankError: no pack is connected and the current is not 0, the current is not finite, or time runs
                backwards. The bank has not changed then.
        """
        if not 0.0 < seconds <= LONGEST_STEP:
            self._step_in_parts(current, seconds)
            return
        if seconds != self._seconds:
            self._prepare(seconds)
        advancing = self._advancing
        if not advancing or not math.isfinite(current):
            self._check(current)
        else:
            resistance = self._resistance
            before = self._emf + current * resistance
            short = 0.0
            for pack in advancing:
                short += pack.advance(before)
            self._emf = emf = short * resistance
            self._bus.voltage = emf + current * resistance
        self._current = current
        for pack in self._relaxing:
            pack.relax()
        self._since_warming = elapsed = self._since_warming + seconds
        if elapsed >= WARMING_PERIOD - 1e-9:
            self._warm(elapsed)

    def reset(self, soc: float | Sequence[float], temperature: float = 25.0) -> None:
        """Put all packs at rest, all contactors closed, the surroundings as warm as the packs.

        Packs that rest at different SOC exchange current at once.

        Args:
            soc: one for all packs or one per pack, 0..1.
            temperature: degC.

        Raises:
            BankError: not one SOC per pack, a SOC that is not a fraction, or an impossible temperature. The
                bank has not changed then.
        """
        check_temperature(temperature)
        for pack, value in zip(self._packs, _per_pack(soc, len(self._packs)), strict=True):
            pack.rest(value, temperature)
        self._ambient = temperature
        self._current = 0.0
        self._since_warming = 0.0
        self._settle()

    def _step_in_parts(self, current: float, seconds: float) -> None:
        if not 0.0 <= seconds < math.inf:
            raise BankError(f"a step of {seconds} s is not possible; give a finite time of at least 0 s")
        self._check(current)
        if seconds == 0.0:
            self._current = current
            self._settle()
            return
        parts = math.ceil(seconds / LONGEST_STEP)
        for _ in range(parts):
            self.step(current, seconds / parts)

    def _check(self, current: float) -> None:
        if not math.isfinite(current):
            raise BankError(f"the bank current is {current} A; give a finite number")
        if current != 0.0 and not self._advancing:
            raise BankError(
                f"no pack is connected, yet the bank carries {current} A; close a contactor first"
            )

    def _prepare(self, seconds: float) -> None:
        for pack in self._packs:
            pack.prepare(seconds)
        self._seconds = seconds

    def _warm(self, elapsed: float) -> None:
        for pack in self._packs:
            pack.warm(self._ambient, elapsed)
        self._since_warming = 0.0
        self._settle()

    def _settle(self) -> None:
        """Find the emf and the resistance of the connected packs anew; the bank current stays."""
        self._advancing = [pack for pack in self._packs if pack.connected]
        self._relaxing = [pack for pack in self._packs if not pack.connected]
        if not self._advancing:
            self._emf, self._resistance, self._current = 0.0, math.inf, 0.0
            self._bus.voltage = 0.0
            return
        self._resistance = 1.0 / math.fsum(1.0 / pack.resistance for pack in self._advancing)
        self._emf = math.fsum(pack.emf / pack.resistance for pack in self._advancing) * self._resistance
        self._bus.voltage = self._emf + self._current * self._resistance


def _per_pack(soc: float | Sequence[float], packs: int) -> Sequence[float]:
    values = soc if isinstance(soc, Sequence) else [soc] * packs
    if len(values) != packs:
        raise BankError(f"{len(values)} values of soc for {packs} packs; give one value, or one per pack")
    for number, value in enumerate(values, start=1):
        check_soc(number, value)
    return values
