"""What a bank may take when it has grown, against what its inverter moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check

if TYPE_CHECKING:
    from bmshil.rig import Rig

RATE = 0.5
"""C: what a field article on multi-battery CAN systems plans with, 200 A for 400 Ah and 500 A for 1000 Ah."""

NAME = "bank current"


def bank_current(rig: Rig) -> float:
    """What all packs of a rig may take or give together at 0.5 C, A."""
    return RATE * sum(module.capacity for module in rig.modules)


def check_expansion(rig: Rig) -> Check:
    """Compare the DC rating of the inverter with what its bank may take.

    An inverter that moves less harms nothing: it keeps to its own rating. But whoever added packs for more
    power gets none, and breaker and cables must be looked at either way.
    """
    rating = rig.profile.declares.rating
    wanted = bank_current(rig)
    capacity = sum(module.capacity for module in rig.modules)
    told = f"{len(rig.modules)} packs, {capacity:g} Ah, may take {wanted:g} A at {RATE:g} C"
    moves = min(rating.charge_current, rating.discharge_current)
    if moves < wanted:
        return Check.warning(
            NAME,
            f"{told}; {rig.profile.name} is rated for {moves:g} A",
            "more packs give no more power; or take a stronger inverter, breaker and cables for the whole",
        )
    return Check.ok(NAME, f"{told}, and {rig.profile.name} is rated for {moves:g} A")
