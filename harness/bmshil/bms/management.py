"""What goes on inside a battery management system: measure the pack, protect it, decide what to say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bmshil.bms.contactor import Contactor
from bmshil.bms.limits import Limits, decide_limits
from bmshil.bms.protection import NOTHING, Protection
from bmshil.bms.requests import Requests
from bmshil.dialects import Alarm, Report
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.battery import Bank, Inrush, Pack
    from bmshil.bms.settings import NodeSettings
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline

NO_LIMITS: dict[str, float] = {}

PLAUSIBLE = 0.5
"""Terminals below this fraction of the pack's DVL are dead: the way to the inverter is open."""


class Management:
    """The decisions of one node, without its messages.

    Args:
        pack: what is measured and protected.
        settings: tapers, thresholds, texts.
        timeline: gives the time.
        journal: where switching of the contactor and changed protections are written.
        terminal_voltage: gives the voltage measured at the terminals of the device under test, V; None
            where nothing is measured. Dead terminals (or NaN) make the node report its pack's own voltage,
            as a real one whose cells hang behind an open switch.
        bank: what the pack joins when its contactor closes; None where nobody knows.

    Attributes:
        chosen: limits set by a test as the node's own decision, by name.
        contactor: of the pack, with the latch of its over-current protection.
    """

    def __init__(
        self,
        pack: Pack,
        settings: NodeSettings,
        timeline: Timeline,
        journal: Journal,
        *,
        terminal_voltage: Callable[[], float] | None,
        bank: Bank | None = None,
    ) -> None:
        self.pack = pack
        self.contactor = Contactor(pack, journal, bank, settings.matching)
        self.chosen = NO_LIMITS
        self._settings = settings
        self._timeline = timeline
        self._journal = journal
        self._name = f"pack{pack.number}"
        self._terminal_voltage = terminal_voltage
        self._plausible = PLAUSIBLE * pack.module.dvl
        self._tripped = NOTHING
        self._protection = Protection(settings.thresholds, pack.capacity)
        self._requests = Requests(timeline.seconds)

    @property
    def settings(self) -> NodeSettings:
        """How careful the node is. New thresholds start with everything off."""
        return self._settings

    @settings.setter
    def settings(self, value: NodeSettings) -> None:
        if value.thresholds != self._settings.thresholds:
            self._protection = Protection(value.thresholds, self.pack.capacity)
        self.contactor.matching = value.matching
        self._settings = value

    def decide(self) -> Report:
        """Look at the pack, act on what is wrong, and return what to say for one period."""
        pack = self.pack
        now = self._timeline.seconds
        cell_max = pack.cell_max
        cell_min = pack.cell_min
        if self._settings.protect:
            protection = self._protection
            before = protection.protections
            protection.update(
                now, cell_max=cell_max, cell_min=cell_min, temperature=pack.temperature, current=pack.current
            )
            if protection.protections != before:
                self._act()
            elif not protection.opens:
                self.contactor.retry()
        self._requests.update(now, pack.soc)
        return self._report(cell_max, cell_min)

    def report(self) -> Report:
        """Return what the node would say now, without acting."""
        return self._report(self.pack.cell_max, self.pack.cell_min)

    def disconnect(self) -> None:
        """Open the contactor and keep it open."""
        self.contactor.keep_open()

    def connect(self, *, force: bool = False) -> None:
        """Close the contactor, unless a protection keeps it open or the pack does not match the bank.

        Args:
            force: close it though the pack does not match.
        """
        self.contactor.gone = False
        if not self._protection.opens:
            self.contactor.close("told to", force=force)

    def feel(self, inrush: Inrush, share: float) -> None:
        """Bear a share of an inrush; one that is too high for too long trips the pack, and that latches.

        Args:
            inrush: of the whole bank.
            share: of this pack, 0..1.
        """
        threshold = self._settings.thresholds.short_circuit
        limit = threshold.trip * self.pack.capacity
        lasts = inrush.above(limit, share)
        if not (self._settings.protect and self.pack.connected and lasts > 0.0 and lasts >= threshold.delay):
            return
        self._tripped = Alarm.DISCHARGE_OVERCURRENT if inrush.difference > 0 else Alarm.CHARGE_OVERCURRENT
        cause = f"over-current: peak {share * inrush.peak:.0f} A, {lasts * 1e3:.2f} ms above {limit:g} A"
        self.contactor.latch.trip(cause)
        self._journal.event("protection", self._name, raised=[self._tripped.name], cause=cause, latched=True)
        self.contactor.open(cause)

    def reset(self) -> None:
        """Forget protections, requests and ``disconnect``, as after a power cycle. The pack is left alone."""
        self.contactor.reset()
        self._protection.reset()
        self._requests.reset(self._timeline.seconds)

    def _act(self) -> None:
        """Follow a change of the protections."""
        protection = self._protection
        raised = [alarm.name for alarm in protection.protections]
        self._journal.event("protection", self._name, raised=raised)
        if protection.opens:
            self.contactor.open("protection")
        else:
            self.contactor.close("protection cleared")

    def _voltage(self) -> float:
        if self._terminal_voltage is not None and self.pack.connected:
            measured = self._terminal_voltage()
            if measured > self._plausible:
                return measured
        return self.pack.voltage

    def _report(self, cell_max: float, cell_min: float) -> Report:
        pack = self.pack
        settings = self._settings
        protection = self._protection
        requests = self._requests
        soc = min(max(pack.soc, 0.0), 1.0)
        temperature = pack.temperature
        limits = decide_limits(
            pack.module, settings, soc=soc, temperature=temperature, cell_max=cell_max, cell_min=cell_min
        )
        cvl, ccl, dcl, dvl = limits._replace(**self.chosen) if self.chosen else limits
        connected = pack.connected
        may_charge = connected and not protection.charge_forbidden
        may_discharge = connected and not protection.discharge_forbidden
        # A pack that is off the bus, or protects itself, offers nothing, whatever limits were chosen.
        return Report(
            cvl,
            ccl if may_charge else 0.0,
            dcl if may_discharge else 0.0,
            dvl,
            soc,
            settings.soh,
            self._voltage(),
            pack.current,
            temperature,
            cell_max,
            cell_min,
            may_charge,
            may_discharge,
            requests.force_charge_1,
            requests.force_charge_2,
            requests.full_charge,
            protection.protections | self._tripped
            if self.contactor.latch.latched
            else protection.protections,
            protection.alarms,
            1,
            pack.capacity,
            settings.manufacturer,
            protection.cleared,
            blocking_charge=int(not may_charge),
            blocking_discharge=int(not may_discharge),
        )


def chosen_limits(
    before: dict[str, float], cvl: float | None, ccl: float | None, dcl: float | None, dvl: float | None
) -> dict[str, float]:
    """Add the limits that are given to those chosen before.

    Raises:
        InputError: a value that is negative or not finite; wrong signs are a fault, not a decision.
    """
    given = zip(Limits._fields, (cvl, ccl, dcl, dvl), strict=True)
    chosen = {name: float(value) for name, value in given if value is not None}
    for name, value in chosen.items():
        if not 0 <= value < math.inf:
            raise InputError(f"limit {name}={value:g}: give a number of 0 or more, or override it as a fault")
    return before | chosen
