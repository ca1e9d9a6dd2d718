"""Named behaviours: what a good device does, and what bad ones have been seen to do.

Each table maps the word of a profile to a function. Values come in the order of the pack numbers;
`latest` is the position of the pack that spoke last.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from math import inf
from operator import or_
from typing import TypeVar

from bmshil.errors import InputError

T = TypeVar("T")
Combine = Callable[[Sequence[float], int], float]
"""(values by pack, position of the pack that spoke last) -> one value for the bank."""
Weigh = Callable[[Sequence[float], Sequence[float], int], float]
"""(SOC by pack, capacity by pack in Ah, position of the latest) -> SOC of the bank."""
Collect = Callable[[Sequence[int]], int]
"""(alarm word by pack) -> alarm word of the bank."""
Zero = Callable[[float, float, float], float]
"""(limit of a pack now, its last one above zero, its capacity in Ah) -> limit that is used, A."""
Shift = Callable[[float, float], float]
"""(CVL of the bank, the device's own figure) -> voltage that it charges to, V."""
Repeat = Callable[[float, int], float]
"""(CCL of a pack, how often it came unchanged) -> CCL that is used, A."""

Valid = Callable[[bool, float, float], bool]
"""(whether it stands alone, battery voltage, CVL, both in V) -> whether the DCL binds."""


def _average(values: Sequence[float], _latest: int) -> float:
    return sum(values) / len(values)


COMBINE: Mapping[str, Combine] = {
    "minimum": lambda values, _: min(values),
    "maximum": lambda values, _: max(values),
    "sum": lambda values, _: sum(values),
    "average": _average,
    "n_minimum": lambda values, _: len(values) * min(values),
    "first": lambda values, _: values[0],
    "n_first": lambda values, _: len(values) * values[0],
    "last": lambda values, _: values[-1],
    "latest": lambda values, latest: values[latest],
}
"""How limits of several packs become one. The lowest CVL and the sum of currents are what a Pylontech master
sends for its modules (console captures)."""

WEIGH: Mapping[str, Weigh] = {
    "capacity_weighted": lambda socs, sizes, _: sum(map(float.__mul__, socs, sizes)) / sum(sizes),
    "average": lambda socs, _, latest: _average(socs, latest),
    "minimum": lambda socs, _, __: min(socs),
    "first": lambda socs, _, __: socs[0],
    "latest": lambda socs, _, latest: socs[latest],
}

COLLECT: Mapping[str, Collect] = {
    "any": lambda words: reduce(or_, words),
    "first": lambda words: words[0],
    "ignore": lambda _: 0,
}

ZERO: Mapping[str, Zero] = {
    "obey": lambda limit, _, __: limit,
    "keep_last": lambda limit, last, _: limit or last,
    # Victron with a 15S Pylontech charges on with a quarter of the capacity (dbus-systemcalc-py, dvcc.py).
    "quarter_of_capacity": lambda limit, _, capacity: limit or capacity / 4,
    # With a BYD it charges on with 40 A (same source).
    "fixed_40_a": lambda limit, _, __: limit or 40.0,
    # Takes 0 for "no limit": the device's own rating rules.
    "ignore": lambda limit, _, __: limit or inf,
}

RECOMPUTED = "recomputed"

SHIFT: Mapping[str, Shift] = {
    "strict": lambda cvl, _: cvl,
    # Feed-in of a Victron adds up to 0.4 V (dbus-systemcalc-py, dvcc.py).
    "offset": lambda cvl, own: cvl + own,
    # An Imeon stops at 53 V whatever the battery asks for (maxx-ukoo/jk-bms2pylontech#5).
    "ceiling": min,
    # Where a Venus works it out of the cells (dbus-systemcalc-py, dvcc.py), it does so after all others.
    RECOMPUTED: lambda cvl, _: cvl,
}

REPEAT: Mapping[str, Repeat] = {
    "ignore": lambda ccl, _: ccl,
    # An accumulation error: 2 mA for each message that says nothing new.
    "creep": lambda ccl, repeats: ccl + 0.002 * repeats,
}

VALID: Mapping[str, Valid] = {
    "always": lambda _, __, ___: True,
    # An SMA off grid, or above its CVL, does not regard the DCL (SMA FSS-ConnectingBat-TI-en-10).
    "on_grid_up_to_cvl": lambda alone, volts, cvl: not alone and volts <= cvl,
}


def named(table: Mapping[str, T], name: object, where: str) -> T:
    """Return a behaviour by its word.

    Raises:
        InputError: no such word; the message names the place in the profile and the known ones.
    """
    if not isinstance(name, str) or name not in table:
        raise InputError(
            f"{where}: no behaviour {name!r} in the twin's inverter: take one of {', '.join(table)}"
        )
    return table[name]
