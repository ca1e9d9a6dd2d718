"""The off order: everything off, one device never blocking another, and each step told.

``*RST`` is never the way: a Keysight N3300 switches its input on with it.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from bmshil.errors import InstrumentError
from bmshil.safety.report import OffReport, OffStep, Outcome
from bmshil.safety.signals import uninterrupted
from bmshil.safety.waiting import Wait, look_until, wait_on_wall

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.instruments import Meter, Relays, Supply
    from bmshil.safety.equipment import Equipment

LOW_CURRENT = 2.0
"""Below this a DC path may be opened, A."""

SINK_STAYS = 0.5
"""Longest time that the sink stays in for the current to fall, s: without it 100 A lift 48 mF by 7 V in
3 ms."""

LOW_VOLTAGE = 5.0
"""Below this the DUT's DC side counts as discharged, V."""

DISCHARGE_TIME = 10.0
"""Longest time that ``dc_discharge`` is given, s: 48 mF over 25 ohm fall from 60 V to 5 V in 3 s."""

DUT_SOURCES = ("ac_grid", "pv", "ac_load")
CONTACTORS = ("dc_main", "dc_precharge")

_log = logging.getLogger(__name__)


def switch_off(equipment: Equipment, *, wait: Wait = wait_on_wall) -> OffReport:
    """Switch everything off and verify it. May be called at any time, in any state, and twice.

    The order: stop the DUT (grid, PV, AC load); keep the sink in until the current is low or 500 ms are
    over; supply off; contactors; verify current and voltage on the DUT's side, discharging it where the
    bench can. A step that fails is tried once more, which opens a fresh connection, and the rest is done
    whatever happened. Signals are held back meanwhile.

    Args:
        equipment: what there is to switch.
        wait: lets time pass; the bench gives its timeline's.

    Returns:
        What was done. A step that failed is logged as critical too: something may still be on.
    """
    with uninterrupted():
        report = _OffOrder(equipment, wait).run()
    for step in report.failures:
        _log.critical("not confirmed off: %s", step)
    return report


class _OffOrder:
    def __init__(self, equipment: Equipment, wait: Wait) -> None:
        self._equipment = equipment
        self._wait = wait
        self._steps: list[OffStep] = []
        self._dead: set[str] = set()

    def run(self) -> OffReport:
        supply, load = self._equipment.supply, self._equipment.load
        relays, meter = self._equipment.relays, self._equipment.meter
        if relays is not None:
            self._open(relays, DUT_SOURCES)
        if load is not None:
            self._do("load", "off", load.off)
        if supply is not None:
            self._keep_sink_in(supply)
            self._do("supply", "off", supply.off)
        if relays is not None:
            self._open(relays, CONTACTORS)
        if supply is not None:
            self._do("supply", "no current", lambda: _check_current(supply))
        if meter is not None:
            self._discharge(meter, relays)
        return OffReport(tuple(self._steps))

    def _do(
        self,
        device: str,
        action: str,
        work: Callable[[], str | None],
        outcome: Outcome = Outcome.VERIFIED,
    ) -> bool:
        """Do one step, twice if needed; a device that failed twice before gets one try."""
        for _ in range(1 if device in self._dead else 2):
            try:
                detail = work()
            except Exception as error:  # noqa: BLE001 - whatever it is, the other devices come next
                cause = str(error) or type(error).__name__
            else:
                self._steps.append(OffStep(device, action, outcome, detail or ""))
                return True
        self._dead.add(device)
        self._steps.append(OffStep(device, action, Outcome.FAILED, cause))
        return False

    def _open(self, relays: Relays, roles: tuple[str, ...]) -> None:
        for role in self._wired(relays, roles):
            self._do("relays", f"open {role}", partial(_open_and_check, relays, role))

    def _wired(self, relays: Relays, roles: tuple[str, ...]) -> tuple[str, ...]:
        try:
            wired = relays.roles
        except Exception:  # noqa: BLE001 - then every one of them is tried
            return roles
        return tuple(role for role in roles if role in wired)

    def _keep_sink_in(self, supply: Supply) -> None:
        """Let the current fall, or the time pass when nobody can tell. The supply goes off in any case."""
        answers = True

        def low() -> bool:
            nonlocal answers
            try:
                return answers and abs(supply.read()[1]) < LOW_CURRENT
            except Exception:  # noqa: BLE001 - silent: do not ask again, but give the current its time
                answers = False
                return False

        look_until(low, SINK_STAYS, self._let_pass)

    def _discharge(self, meter: Meter, relays: Relays | None) -> None:
        if relays is None or not self._wired(relays, ("dc_discharge",)):
            self._do("meter", "voltage on the DUT's side", lambda: _remaining(meter), Outcome.DONE)
            return

        def low() -> bool:
            try:
                return meter.voltage() < 0.9 * LOW_VOLTAGE  # so that noise does not decide the check below
            except Exception:  # noqa: BLE001 - silent: nothing to wait for, the next step tells
                return True

        if self._do("relays", "close dc_discharge", lambda: relays.close("dc_discharge")):
            look_until(low, DISCHARGE_TIME, self._let_pass)
        self._do("meter", "no voltage on the DUT's side", lambda: _check_voltage(meter))
        self._do("relays", "open dc_discharge", lambda: _open_and_check(relays, "dc_discharge"))

    def _let_pass(self, condition: Callable[[], bool], timeout: float) -> bool:
        try:
            return self._wait(condition, timeout)
        except Exception:  # noqa: BLE001 - the timeline may be what broke; time passes without it
            return wait_on_wall(condition, timeout)


def _open_and_check(relays: Relays, role: str) -> None:
    relays.open(role)
    if relays.closed(role):
        raise InstrumentError(f"{role} still reads closed")


def _check_current(supply: Supply) -> str:
    current = supply.read()[1]
    if not abs(current) < LOW_CURRENT:
        raise InstrumentError(f"{current:.1f} A still flow")
    return f"{current:.1f} A"


def _remaining(meter: Meter) -> str:
    return f"{meter.voltage():.1f} V remain, no dc_discharge on this bench"


def _check_voltage(meter: Meter) -> str:
    voltage = meter.voltage()
    if not voltage < LOW_VOLTAGE:
        raise InstrumentError(f"{voltage:.1f} V remain; wait, or find out what feeds the DUT")
    return f"{voltage:.1f} V"
