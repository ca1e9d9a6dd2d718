"""Mistakes at switches and link cables, seen on the bus of the inverter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.bus.termination import HIGHEST, LOWEST, reading, terminators
from bmshil.bench.commissioning.ear import Ear
from bmshil.bms.mistakes import mistake

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench

LISTENING = 5.0
"""How long each look at the bus lasts, s: five sets."""

Seen = tuple[list[str], bool]
"""Sentences, and whether they are the symptom of the field."""


class Limits:
    """What is told under the identifiers of the bank's limits.

    Args:
        bench: an open one.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._ear = Ear(bench.ports[bench.bus.ears])

    def told(self, seconds: float = LISTENING) -> tuple[set[float], set[int]]:
        """Charge current limits (A) and module counts that are told over the next seconds."""
        self._ear.forget()
        self._bench.run(seconds)
        spoken, ids = self._bench.rig.dialect, self._bench.rig.ids
        currents, counts = set[float](), set[int]()
        for identifier, heard in self._ear.heard.items():
            owner = ids.owner(*identifier)
            for data in heard.values if owner is not None else ():
                report = spoken.read({owner[1]: data}) if owner is not None else {}
                if "ccl" in report:
                    currents.add(report["ccl"])
                if "modules" in report:
                    counts.add(report["modules"])
        return currents, counts


def commit(bench: Bench, name: str) -> None:
    """Do it, and wait until a master must have noticed."""
    bench.stimulus(f"mistake: {name}")
    done = mistake(name).commit
    if done is not None:
        done(bench.bank)
    bench.run(2 * bench.rig.architecture.link.timeout)


def cable_in_port_0(bench: Bench) -> Seen:
    """Nobody speaks, and the device works without a battery."""
    commit(bench, "cable_in_port_0")
    heard = bench.bus.heard_from_bank(LISTENING)
    bench.run((bench.declares.timeouts.all or bench.acceptance.loss_stop) + bench.following)
    works = bench.readback is None or bench.device_ready()
    return (
        [
            f"{len(heard)} identifiers of the bank are heard",
            f"the device {'works with a battery' if works else 'reports that it has no battery'}",
        ],
        not heard and not works,
    )


def slave_on_the_bus(bench: Bench) -> Seen:
    """Two senders of one set, with limits that differ."""
    limits = Limits(bench)
    commit(bench, "slave_on_the_bus")
    doubled = bench.bus.duplicate_addresses(LISTENING)
    currents, _ = limits.told()
    return (
        [
            f"twice as many frames as one battery sends under the identifiers of {doubled}",
            f"the charge current limit alternates: {_amperes(currents)}",
        ],
        doubled == "pack 1" and len(currents) > 1,
    )


def terminator_off(bench: Bench) -> Seen:
    """120 ohm where 60 should be."""
    commit(bench, "terminator_off")
    bench.wire.hush()
    bench.wire.close()
    ohms = float(bench.wire.measure().value)
    bench.bank.addressing.reset()
    bench.wire.wake()
    return (
        [f"the termination reads {reading(ohms)}: {terminators(ohms)}"],
        not LOWEST <= ohms <= HIGHEST,
    )


def broken_chain(bench: Bench) -> Seen:
    """Fewer modules and less current."""
    limits = Limits(bench)
    before, counted = limits.told()
    commit(bench, "broken_chain")
    return _fewer(bench, limits, before, counted)


def equal_addresses(bench: Bench) -> Seen:
    """A master alone among its slaves."""
    limits = Limits(bench)
    before, counted = limits.told()
    commit(bench, "equal_addresses")
    return _fewer(bench, limits, before, counted)


def _fewer(bench: Bench, limits: Limits, before: set[float], counted: set[int]) -> Seen:
    currents, counts = limits.told()
    return (
        [
            f"{_numbers(counts)} of {len(bench.bank)} modules are told, {_numbers(counted)} before",
            f"the charge current limit is {_amperes(currents)}, {_amperes(before)} before",
        ],
        max(counts, default=0) < max(counted, default=0) and max(currents, default=0.0) < max(before),
    )


def _amperes(values: set[float]) -> str:
    return " and ".join(f"{value:g} A" for value in sorted(values)) or "not told"


def _numbers(values: set[int]) -> str:
    return " and ".join(str(value) for value in sorted(values)) or "none"
