"""What a device declares to do with a CVL and with a limit of zero, in volts and amperes on this bench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench

FIXED = 40.0
"""What a Victron goes on with at a CCL of 0 A of a BYD, A (victronenergy/dbus-systemcalc-py, dvcc.py)."""

RECOMPUTED = 30.0, 54.0
"""From where to where a Victron takes a CVL for that of 15 cells, V (same source)."""


def declared_at_zero(bench: Bench, direction: Literal["charge", "discharge"], before: float) -> float | None:
    """The current that the device declares to go on with at a limit of 0 A.

    Args:
        bench: the bench, with the bank as the device hears it.
        direction: which limit is 0 A.
        before: what flowed under the limit before, A, positive.

    Returns:
        A, positive; 0 for a device that obeys, None where it declares no figure.
    """
    declares = bench.declares
    rating = declares.rating
    heard = bench.bank.architecture.said
    if declares.batteries == "one":
        heard = heard[:1]
    word, most = (
        (declares.zero.charge, rating.charge_current)
        if direction == "charge"
        else (declares.zero.discharge, rating.discharge_current)
    )
    amps = {
        "obey": 0.0,
        "keep_last": before,
        "quarter_of_capacity": sum(report.capacity for report in heard) / 4,
        "fixed_40_a": FIXED * len(heard),
    }.get(word)
    return None if amps is None else min(amps, most)


def declared_voltage(bench: Bench, cvl: float) -> float:
    """The voltage that the device declares to charge to when it is told a CVL.

    Whatever it declares, the safety floor asks for the CVL itself.

    Args:
        bench: knows the declaration.
        cvl: as the device is told, V.

    Returns:
        V: the CVL itself for a device that keeps strictly to it.
    """
    declares = bench.declares
    if declares.cvl_policy == "offset":
        return cvl + declares.cvl_value
    if declares.cvl_policy == "ceiling":
        return min(cvl, declares.cvl_value)
    if declares.cvl_policy == "recomputed" and RECOMPUTED[0] <= cvl <= RECOMPUTED[1]:
        return declares.cvl_value
    return cvl
