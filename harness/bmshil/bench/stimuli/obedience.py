"""Obedience: limits that change while current flows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bmshil.bench.stimuli.ramps import cell_ramp, cold_ramp, emptying
from bmshil.bench.stimuli.states import charging, discharging, everywhere, nearly_full, resting
from bmshil.bench.stimuli.stimulus import Stimulus
from bmshil.bms import Override, Scale

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench

TOO_LOW = 0.4
"""So much less than at the device's terminals is reported, V (Fahmula/esphome-pylontech-rs485#13)."""

PAUSE = 30.0
"""So long a limit is zero before it comes back, s."""


def limit(**values: float) -> Callable[[Bench], None]:
    """Make a play that gives every pack these limits, V and A."""

    def play(bench: Bench) -> None:
        bench.bank.limit(**values)

    return play


def smaller_ccl(bench: Bench) -> None:
    """Let every CCL go to a fifth."""
    bench.bank.limit(ccl=bench.levels.reference / 5)


def steady_ccl(bench: Bench) -> None:
    """Keep the limits as they are, with more power to charge from than they allow."""
    bench.stimulus("a constant CCL")


def cvl_below(bench: Bench) -> None:
    """Ask for 1 V less than the bank rests at."""
    bench.bank.limit(cvl=bench.packs.emf - 1.0)


def steady_cvl(bench: Bench) -> None:
    """Keep the CVL, with more power to charge from than the bank takes."""
    bench.stimulus("a constant CVL")


def full_cvl(bench: Bench) -> None:
    """Ask for the whole charge voltage of the cells."""
    bench.bank.limit(cvl=bench.levels.high_cvl)


def reported_too_low(bench: Bench) -> None:
    """Report 0.4 V less than there is at the device's terminals."""
    bench.stimulus(f"the packs report {TOO_LOW:g} V less than there is")
    factor = 1.0 - TOO_LOW / bench.control.voltage
    for node in bench.bank:
        node.faults.on(Scale(field="voltage", factor=factor))


def full_too_early(bench: Bench) -> None:
    """Say 100 % with limits that allow a charge, and cells that are not full."""
    everywhere(bench, Override(soc=1.0))


def stop_and_go(bench: Bench) -> None:
    """No discharge for half a minute, then as before."""
    bench.bank.limit(dcl=0.0)
    bench.run(PAUSE)
    bench.bank.limit(dcl=bench.levels.reference)


def below_jump(bench: Bench) -> None:
    """Charge to a CVL just above the voltage at rest."""
    nearly_full(bench)
    bench.bank.limit(cvl=min(bench.packs.emf + 0.3, bench.levels.low_cvl - 0.3))
    bench.settle_generously()


def jump_up(bench: Bench) -> None:
    """Let the CVL jump up, as when balancing begins."""
    bench.bank.limit(cvl=bench.levels.low_cvl)


OBEDIENCE = (
    Stimulus(
        scenario="S50",
        title="The CCL goes to zero at full current",
        recipe="every pack says CCL 0 A in its next frame",
        play=limit(ccl=0.0),
    ),
    Stimulus(
        scenario="S51",
        title="Both limits are zero",
        recipe="every pack says CCL 0 A and DCL 0 A, and stays with it",
        play=limit(ccl=0.0, dcl=0.0),
    ),
    Stimulus(
        scenario="S52",
        title="The DCL goes to zero while it discharges",
        recipe="every pack says DCL 0 A in its next frame",
        play=limit(dcl=0.0),
        bring=discharging,
    ),
    Stimulus(
        scenario="S53",
        title="The CCL goes down",
        recipe="every CCL goes to a fifth",
        play=smaller_ccl,
    ),
    Stimulus(
        scenario="S54",
        title="A constant CCL with power to spare",
        recipe="the limits stay; there is more to charge from than they allow",
        play=steady_ccl,
    ),
    Stimulus(
        scenario="S55",
        title="A CVL below the voltage of the bank",
        recipe="every CVL goes 1 V below the bank's own voltage",
        play=cvl_below,
    ),
    Stimulus(
        scenario="S56",
        title="A constant CVL with power to spare",
        recipe="a nearly full bank is charged to its CVL",
        play=steady_cvl,
        bring=nearly_full,
    ),
    Stimulus(
        scenario="S57",
        title="The whole charge voltage of 16 cells",
        recipe="every pack asks for 56.0 V (53.2 V for 15 cells) near full",
        play=full_cvl,
        bring=nearly_full,
    ),
    Stimulus(
        scenario="S58",
        title="The battery reports less than the inverter measures",
        recipe="every pack reports 0.4 V less than there is at the terminals",
        play=reported_too_low,
        bring=nearly_full,
    ),
    Stimulus(
        scenario="S59",
        title="100 % too early",
        recipe="every pack says SOC 100 %, while its limits still allow the charge",
        play=full_too_early,
    ),
    Stimulus(
        scenario="S60",
        title="The SOC falls while charging is not allowed",
        recipe="CCL 0 A; the SOC goes from 24 to 14 %, 1 % every 5 s",
        play=partial(emptying, every=5.0),
        bring=resting,
        needs=("charge",),
    ),
    Stimulus(
        scenario="S61",
        title="Discharge stopped, then allowed again",
        recipe="DCL 0 A for 30 s, then as before",
        play=stop_and_go,
        bring=discharging,
    ),
    Stimulus(
        scenario="S62",
        title="The CCL goes down as it gets cold",
        recipe="10 to -1 degC in ten minutes, with the CCL at 1, 1/2, 1/4 and 0",
        play=partial(cold_ramp, every=150.0),
    ),
    Stimulus(
        scenario="S63",
        title="CVL and CCL go down as a cell runs high",
        recipe="one cell from 3.45 to 3.62 V in five steps, with less CVL and less CCL each",
        play=partial(cell_ramp, every=30.0),
        bring=charging,
    ),
    Stimulus(
        scenario="S64",
        title="The CVL jumps up",
        recipe="the CVL of a nearly full bank jumps up to 55.2 V (52.4 V for 15 cells)",
        play=jump_up,
        bring=below_jump,
    ),
)
