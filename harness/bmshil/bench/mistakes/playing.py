"""Playing mistakes on a bench, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench import baseline
from bmshil.bench.assembly import open_bench
from bmshil.bench.fitness.levels import START_SOC
from bmshil.bench.mistakes import cables, line, power
from bmshil.bench.mistakes.played import Played
from bmshil.bms.mistakes import mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bmshil.bench.bench import Bench
    from bmshil.bench.mistakes.cables import Seen

PLAYS: dict[str, Callable[[Bench], Seen]] = {
    "cable_in_port_0": cables.cable_in_port_0,
    "slave_on_the_bus": cables.slave_on_the_bus,
    "terminator_off": cables.terminator_off,
    "wrong_baud": line.wrong_baud,
    "daisy_chain": power.daisy_chain,
    "unmatched_module": power.unmatched_module,
    "inverter_first": power.inverter_first,
    "broken_chain": cables.broken_chain,
    "equal_addresses": cables.equal_addresses,
}
"""How each is played; a bench does it, and looks as its people would."""

ON_RS485 = frozenset({"wrong_baud"})
"""Mistakes that need an inverter that asks over RS485; all others need a bank with a master on CAN."""


def play(bench: Bench, name: str) -> Played:
    """Play one mistake, and put everything back.

    Args:
        bench: a twin whose bank has a master.
        name: of the mistake.

    Raises:
        InputError: there is no such mistake.
        Blocked: the device did not come back to its baseline.
    """
    one = mistake(name)
    baseline.restore(bench, soc=START_SOC)
    findings: list[str] = []
    watched = bench.seconds
    try:
        found, shown = PLAYS[name](bench)
    finally:
        for event in bench.journal.events(watched, bench.seconds, "switches"):
            findings += [finding for finding in event.data["findings"] if finding not in findings]
        bench.bank.reset()
        bench.packs.reset(START_SOC)
    return Played(one, tuple(found), shown, tuple(findings))


def play_on_twins(names: Sequence[str]) -> Iterator[Played]:
    """Play mistakes on twins made for them: one on CAN behind a master, one on RS485.

    Args:
        names: of the mistakes.

    Raises:
        InputError: there is no such mistake.
    """
    with open_bench("twin-master") as on_can:
        for name in names:
            if name not in ON_RS485:
                yield play(on_can, name)
                continue
            with open_bench("twin-rs485") as on_line:
                yield play(on_line, name)
