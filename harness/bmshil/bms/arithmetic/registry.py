"""The arithmetics by name."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic.arminjo import arminjo
from bmshil.bms.arithmetic.bad import avg_cvl, cvl_div_n, first_pack_only, soc_div_all, sum_ccl_blind
from bmshil.bms.arithmetic.battery_aggregator import (
    battery_aggregator_capacity,
    battery_aggregator_count,
    battery_aggregator_ir,
)
from bmshil.bms.arithmetic.bms_to_inverter import bms_to_inverter
from bmshil.bms.arithmetic.dbus_aggregate_batteries import (
    dbus_aggregate_batteries,
    dbus_aggregate_batteries_can,
)
from bmshil.bms.arithmetic.field_rules import capacity_weighted, minimum_cvl
from bmshil.bms.arithmetic.pylontech import pylontech
from bmshil.bms.arithmetic.sum_with_feedback import sum_with_feedback
from bmshil.bms.arithmetic.yambms import yambms
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bms.arithmetic.member import Arithmetic

ARITHMETICS: Mapping[str, Arithmetic] = {
    "pylontech": pylontech,
    "minimum_cvl": minimum_cvl,
    "capacity_weighted": capacity_weighted,
    "sum_with_feedback": sum_with_feedback,
    "dbus_aggregate_batteries": dbus_aggregate_batteries,
    "dbus_aggregate_batteries_can": dbus_aggregate_batteries_can,
    "battery_aggregator_count": battery_aggregator_count,
    "battery_aggregator_capacity": battery_aggregator_capacity,
    "battery_aggregator_ir": battery_aggregator_ir,
    "yambms": yambms,
    "bms_to_inverter": bms_to_inverter,
    "arminjo": arminjo,
    "avg_cvl": avg_cvl,
    "cvl_div_n": cvl_div_n,
    "soc_div_all": soc_div_all,
    "first_pack_only": first_pack_only,
    "sum_ccl_blind": sum_ccl_blind,
}

BAD = frozenset({"avg_cvl", "cvl_div_n", "soc_div_all", "first_pack_only", "sum_ccl_blind"})
"""Those that harm batteries."""


def arithmetic(name: str) -> Arithmetic:
    """Return an arithmetic by its name.

    Raises:
        InputError: nobody knows the name.
    """
    if name not in ARITHMETICS:
        near = get_close_matches(name, ARITHMETICS, 1)
        meant = f"; did you mean {near[0]}?" if near else "."
        raise InputError(f"no arithmetic is called {name!r}{meant} Known: {', '.join(ARITHMETICS)}")
    return ARITHMETICS[name]
