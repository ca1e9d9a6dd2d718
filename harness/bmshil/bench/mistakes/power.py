"""Mistakes at power cables, states of charge and the order of switching on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bmshil.battery import equalisation_current, module
from bmshil.battery.ladder import Ladder, ladder_shares
from bmshil.bench.reactions.start_up import StartUp

if TYPE_CHECKING:
    from bmshil.battery import Module
    from bmshil.bench.bench import Bench
    from bmshil.bench.mistakes.cables import Seen

MODULES = 5
"""From so many on the article calls the chain a mistake."""

FULL, EMPTY = 1.0, 0.1
"""The article's example: a module at 10 % joined to a bank at 100 %."""

TRIPS = 10.0
"""How long an over-current may last before a protection must have tripped, s."""

UNEVEN = 1.1
"""Ratio of the currents of the nearest and the farthest module from which the chain is at fault."""


def daisy_chain(bench: Bench) -> Seen:
    """The module next to the inverter carries most."""
    bench.stimulus("mistake: daisy_chain")
    kind = module("us3000c")
    chain, busbar = (module_currents(kind, connection) for connection in ("one_end", "busbar"))
    shared = ", ".join(f"{one:.1f}" for one in chain)
    return (
        [
            f"{MODULES} modules in a chain share {sum(chain):.0f} A as {shared} A, the nearest first",
            f"on a busbar each carries {busbar[0]:.1f} A",
        ],
        chain[0] > UNEVEN * chain[-1] and max(busbar) - min(busbar) < 1e-6,
    )


def module_currents(kind: Module, connection: str, modules: int = MODULES) -> list[float]:
    """Currents of equal modules that are charged with what all of them may take, A, the nearest first.

    Args:
        kind: of all of them.
        connection: of :class:`~bmshil.battery.ladder.Ladder`.
        modules: how many.
    """
    shares = ladder_shares(
        np.full(modules, kind.resistance),
        np.zeros(modules),
        modules * kind.charge_current,
        Ladder(connection),  # type: ignore[arg-type]  # one of the known words
    )
    return [float(one) for one in shares]


def unmatched_module(bench: Bench) -> Seen:
    """The pack refuses; joined by force it trips."""
    node, pack = bench.bank[len(bench.bank)], bench.packs[len(bench.bank)]
    bench.stimulus("mistake: unmatched_module")
    bench.packs.reset(FULL)
    node.disconnect()
    pack.soc = EMPTY
    flow = equalisation_current(bench.packs, pack.number)
    node.connect()
    bench.run(2.0)
    refused = node.contactor.why_open
    start = bench.seconds
    node.connect(force=True)
    tripped = bench.until(lambda: not pack.connected, TRIPS)
    took = bench.seconds - start
    protected = "opened its contactor" if tripped else "not tripped"
    return (
        [
            f"the pack refuses to join: {refused}",
            f"joined by force {flow:.0f} A flow into it",
            f"after {took:.1f} s its over-current protection has {protected}",
        ],
        bool(refused) and tripped,
    )


def inverter_first(bench: Bench) -> Seen:
    """The inrush latches every pack."""
    bench.stimulus("mistake: inverter_first")
    start_up = StartUp(bench)
    start_up.shut_down()
    inrush = start_up.close_breaker_late()
    stages = str(start_up.stages().value)
    start_up.shut_down()
    back = start_up.power_on()
    helps = "brings them back" if back else "does not bring them back"
    return (
        [
            f"{inrush.peak:.0f} A for {inrush.time_constant * 1e3:.2f} ms into the capacitors of the device",
            f"the packs are {stages}: off and on {helps}",
        ],
        stages == "latched" and not back,
    )
