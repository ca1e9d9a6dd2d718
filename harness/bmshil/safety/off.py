"""The off order: everything off, one device never blocking another, and each step told.

``*RST`` is never the way: a Keysight N3300 switches its input on with it.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from bmshil.safety.hands import Hand, Ticket
from bmshil.safety.report import OffReport, OffStep, Outcome
from bmshil.safety.signals import uninterrupted
from bmshil.safety.steps import (
    LOW_CURRENT,
    LOW_VOLTAGE,
    amps,
    check_current,
    check_voltage,
    moved,
    off_or_clear,
    open_and_check,
    remaining,
)
from bmshil.safety.waiting import Wait, look_until, wait_on_wall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bmshil.instruments import Load, Meter, Relays, Supply
    from bmshil.safety.equipment import Equipment

SINK_STAYS = 0.5
"""Longest time that the sink stays in for the current to fall, s: without it 100 A lift 48 mF by 7 V in
3 ms."""

DISCHARGE_TIME = 10.0
"""Longest time that ``dc_discharge`` is given, s: 48 mF over 25 ohm fall from 60 V to 5 V in 3 s."""

DEADLINE = 6.0
"""Longest time of one step of one device, s: two tries of 2 s, and two connections between them."""

STOP_PATIENCE = 1.0
"""How long the sink waits for the DUT to be stopped, s, when whoever stops it does not answer."""

OFF_PATIENCE = 3.0
"""How long the contactors wait for the supply to be off, s: they would break its current otherwise."""

BY_HAND = 120.0
"""The same where a person does it, s."""

DUT_SOURCES = ("ac_grid", "pv", "ac_load")
CONTACTORS = ("dc_main", "dc_precharge")

_log = logging.getLogger(__name__)


def switch_off(
    equipment: Equipment,
    *,
    wait: Wait = wait_on_wall,
    apart: bool = False,
    deadline: float = DEADLINE,
    tell: Callable[[OffStep], object] = lambda _step: None,
    clear: bool = False,
) -> OffReport:
    """Switch everything off and verify it. May be called at any time, in any state, and twice.

    The order: stop the DUT (grid, PV, AC load); keep the sink in until the current is low or 500 ms are
    over; supply and sink off; contactors and the permit relay; verify current and voltage on the DUT's side,
    discharging it where the bench can. A step that fails is tried once more, which opens a fresh connection,
    and the rest is done whatever happened. A device that a protection has tripped and that does not go off
    gets its latch cleared before the second try. Signals are held back meanwhile.

    Args:
        equipment: what there is to switch.
        wait: lets time pass; the bench gives its timeline's.
        apart: give every device a thread of its own, so that one that hangs holds up nobody. Not on
            simulated time, where everything is done in one order.
        deadline: longest time of one step of one device, s; only with ``apart``.
        tell: is told each step when it has ended.
        clear: take the latches of protections away once the output is off, and look again: somebody has
            come to look at the rig.

    Returns:
        What was done. A step that failed is logged as critical too: something may still be on.
    """
    with uninterrupted():
        report = _OffOrder(equipment, wait, tell, apart=apart, deadline=deadline, clear=clear).run()
    for step in report.failures:
        _log.critical("not confirmed off: %s", step)
    return report


class _OffOrder:
    def __init__(
        self,
        equipment: Equipment,
        wait: Wait,
        tell: Callable[[OffStep], object],
        *,
        apart: bool,
        deadline: float,
        clear: bool,
    ) -> None:
        self._equipment = equipment
        self._clear = clear
        self._wait = wait
        self._tell = tell
        self._apart = apart
        self._deadline = deadline
        self._tickets: list[Ticket] = []
        self._told = 0
        self._hand = {
            device: Hand(device, apart=apart, deadline=_deadline(one, deadline))
            for device in ("relays", "ac_grid", "pv", "load", "supply", "sink", "permit", "meter")
            if (one := getattr(equipment, device, None)) is not None
        }

    def run(self) -> OffReport:
        have = self._equipment
        relays, meter = have.relays, have.meter
        sink: Load | None = getattr(have, "sink", None)
        sources: dict[str, Any] = {"supply": have.supply, "sink": sink}
        permit = getattr(have, "permit", None)
        stop = [] if relays is None else self._open(relays, DUT_SOURCES)
        for role in ("ac_grid", "pv"):
            if (source := getattr(have, role, None)) is not None:
                stop.append(self._off(role, source))
        if have.load is not None:
            stop.append(self._off("load", have.load))
        self._await(stop, STOP_PATIENCE)
        self._keep_sink_in(have.supply, sink)
        off = [self._off(name, device) for name, device in sources.items() if device is not None]
        self._await(off, OFF_PATIENCE)
        opened = [] if relays is None else self._open(relays, CONTACTORS)
        if permit is not None:
            opened.append(self._off("permit", permit))
        self._await(opened, self._deadline)
        for name, device in sources.items():
            if device is not None:
                self._do(name, "no current", partial(check_current, device))
        if meter is not None:
            self._discharge(meter, relays)
        for hand in self._hand.values():
            hand.rest()
        steps = tuple(ticket.settle() for ticket in self._tickets)
        self._tell_new(len(steps))
        return OffReport(steps)

    def _do(
        self,
        device: str,
        action: str,
        work: Callable[[], str | None],
        outcome: Outcome = Outcome.VERIFIED,
    ) -> Ticket:
        ticket = self._hand[device].do(action, work, outcome)
        self._tickets.append(ticket)
        return ticket

    def _off(self, name: str, device: Any) -> Ticket:  # noqa: ANN401 - whatever has off()
        outcome = moved(device) if name == "permit" else Outcome.VERIFIED
        return self._do(name, "off", partial(off_or_clear, device, clear=self._clear), outcome)

    def _await(self, tickets: Sequence[Ticket], patience: float) -> None:
        """Let steps end before the next ones begin, but only so long, s."""
        end = time.monotonic() + patience
        for ticket in tickets:
            ticket.wait(max(0.0, end - time.monotonic()))
        open_ones = (index for index, one in enumerate(self._tickets) if not one.ended)
        self._tell_new(next(open_ones, len(self._tickets)))

    def _tell_new(self, up_to: int) -> None:
        for ticket in self._tickets[self._told : up_to]:
            self._tell(ticket.settle())
        self._told = max(self._told, up_to)

    def _open(self, relays: Relays, roles: tuple[str, ...]) -> list[Ticket]:
        return [
            self._do("relays", f"open {role}", partial(open_and_check, relays, role), moved(relays))
            for role in self._wired(relays, roles)
        ]

    def _wired(self, relays: Relays, roles: tuple[str, ...]) -> tuple[str, ...]:
        try:
            wired = self._hand["relays"].ask(lambda: relays.roles, self._deadline)
        except Exception:  # noqa: BLE001 - then every one of them is tried
            return roles
        return tuple(role for role in roles if role in wired)

    def _keep_sink_in(self, supply: Supply | None, sink: Load | None) -> None:
        """Let the current fall, or the time pass when nobody can tell. Both go off in any case."""
        if supply is None:
            return
        answers = True
        first = time.monotonic()

        def low() -> bool:
            nonlocal answers
            began = time.monotonic()
            if self._apart and began - first >= SINK_STAYS:
                return True  # however slow the answers are
            try:
                return answers and self._current(supply, sink) < LOW_CURRENT
            except Exception:  # noqa: BLE001 - silent: do not ask again, but give the current its time
                answers = False
                return time.monotonic() - began >= SINK_STAYS  # it had its time while nobody answered

        look_until(low, SINK_STAYS, self._let_pass)

    def _current(self, supply: Supply, sink: Load | None) -> float:
        """What both together take from the DUT, A: what the supply feeds the sink with is not the DUT's."""
        flows = [self._hand["supply"].ask(lambda: supply.read()[1], SINK_STAYS)]
        if sink is not None:
            flows.append(self._hand["sink"].ask(partial(amps, sink), SINK_STAYS))
        return abs(sum(flows))

    def _discharge(self, meter: Meter, relays: Relays | None) -> None:
        if relays is None or not self._wired(relays, ("dc_discharge",)):
            self._do("meter", "voltage on the DUT's side", lambda: remaining(meter), Outcome.DONE)
            return

        def low() -> bool:
            try:
                # A little lower, so that noise does not decide the check below.
                return self._hand["meter"].ask(meter.voltage, self._deadline) < 0.9 * LOW_VOLTAGE
            except Exception:  # noqa: BLE001 - silent: nothing to wait for, the next step tells
                return True

        closed = self._do("relays", "close dc_discharge", lambda: relays.close("dc_discharge"), moved(relays))
        if closed.settle().outcome is not Outcome.FAILED:
            look_until(low, DISCHARGE_TIME, self._let_pass)
        self._do("meter", "no voltage on the DUT's side", lambda: check_voltage(meter)).settle()
        self._do(
            "relays", "open dc_discharge", partial(open_and_check, relays, "dc_discharge"), moved(relays)
        )

    def _let_pass(self, condition: Callable[[], bool], timeout: float) -> bool:
        try:
            return self._wait(condition, timeout)
        except Exception:  # noqa: BLE001 - the timeline may be what broke; time passes without it
            return wait_on_wall(condition, timeout)


def _deadline(device: Any, usual: float) -> float:  # noqa: ANN401 - any instrument
    return BY_HAND if getattr(device, "by_hand", False) else usual
