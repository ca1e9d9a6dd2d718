"""Showing, after no current has flowed, that the device could still have moved some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bmshil.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench

FLOWS = 0.5
"""Current is back when it is at least this share of what it was: how much exactly is asked elsewhere."""

PATIENCE = 30.0
"""How long to wait for it, s, beside following a limit and the declared time of recovery."""


def allow_all(bench: Bench) -> None:
    """Take back what the bank says and keeps back, and allow one I_ref for each pack, either way."""
    bench.standing.close()
    for faults in [*(node.faults for node in bench.bank), *bench.bank.architecture.faults]:
        faults.clear()
    unit = bench.levels.reference
    bench.bank.limit(cvl=bench.levels.open_cvl, ccl=unit, dcl=unit)


def require_able(
    bench: Bench,
    direction: Literal["charge", "discharge"],
    before: float,
    allow: Callable[[], object] | None = None,
) -> None:
    """Allow the current again, and require that it flows.

    A source or a load that has failed ends a current as an obedient device does. A device that latches, as it
    may, is power-cycled: that wakes it, and no dead source.

    Args:
        bench: the bench, after nothing has flowed in this direction, its source or its load still on.
        direction: which current was away.
        before: what flowed before, A, of either sign.
        allow: makes the bank allow it again; everything that it says and keeps back is taken back without.

    Raises:
        Inconclusive: nothing flows.
    """
    bench.stimulus(f"{direction} allowed again: could the device have moved any?")
    if allow is None:
        allow_all(bench)
    else:
        allow()
    if _flows(bench, direction, before):
        return
    if "dc_main" in bench.relay_roles:
        bench.stimulus("power cycle: the device moves nothing although it may")
        bench.power_cycle()
        bench.run(bench.start_up)
        if direction == "charge":
            bench.power.start_charge()
        else:
            bench.power.start_discharge(abs(before))
        if _flows(bench, direction, before):
            return
    elif bench.declares.recovery.mode == "manual":
        bench.judge.characterise(
            bench.current(),
            statement=f"Current once the {direction} is allowed again to a device that is reset by hand",
            citation="profile: recovery.mode",
        )
        return
    raise Inconclusive(
        f"the device moved nothing once it was allowed again to {direction}: "
        f"its {'source' if direction == 'charge' else 'load'} may have failed meanwhile"
    )


def _flows(bench: Bench, direction: Literal["charge", "discharge"], before: float) -> bool:
    """Wait for the current; say whether it came."""
    sign, least = (1.0 if direction == "charge" else -1.0), FLOWS * abs(before)
    recovery = bench.declares.recovery
    start = bench.seconds
    bench.until(
        lambda: sign * bench.control.current >= least,
        3 * bench.following + max(recovery.communication, recovery.power) + PATIENCE,
    )
    bench.run(1.0)
    most = bench.measure("dc.current", start, reduction="max" if direction == "charge" else "min")
    return sign * float(most.value) >= least
