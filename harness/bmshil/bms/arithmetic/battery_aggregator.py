"""BatteryAggregator (pulquero): the lowest limit, scaled by how much of the current its pack takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic.parts import of_present, plain_mean_soc, together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bmshil.bms.arithmetic.member import Arithmetic, Member
    from bmshil.dialects import Report


def by_count(members: Sequence[Member]) -> list[float]:
    """Total current over that of each pack, if all take the same."""
    return [float(len(members))] * len(members)


def by_capacity(members: Sequence[Member]) -> list[float]:
    """Total current over that of each pack, if they take it by capacity."""
    total = sum(one.report.capacity for one in members)
    return [total / one.report.capacity for one in members]


def by_resistance(members: Sequence[Member]) -> list[float]:
    """Total current over that of each pack, if they take it by resistance."""
    parallel = 1 / sum(1 / one.resistance for one in members)
    return [one.resistance / parallel for one in members]


def _aggregator(ratios: Callable[[Sequence[Member]], list[float]], method: str) -> Arithmetic:
    @of_present
    def aggregate(members: Sequence[Member]) -> Report:
        charging = [one for one in members if one.report.charge_enabled]
        discharging = [one for one in members if one.report.discharge_enabled]
        return replace(
            together(members),
            ccl=_scaled([one.report.ccl for one in charging], ratios, charging),
            dcl=_scaled([one.report.dcl for one in discharging], ratios, discharging),
            soc=plain_mean_soc(members),
            temperature=max(one.report.temperature for one in members),
        )

    aggregate.__name__ = f"battery_aggregator_{method}"
    aggregate.__doc__ = f"""Scale the lowest limit over the packs that permit it: currentRatioMethod {method}.

    A pack that permits no charging leaves the minimum, and the ratios are formed over the others; with none
    left the limit is 0. A pack at 0 A that still permits it makes the whole bank 0 A. SOC is the plain mean,
    temperature the highest. The CVL is the lowest: its options for balancing and floating packs need data
    that a report does not carry.

    Source: pulquero/BatteryAggregator, config-schema.json and source.
    """
    return aggregate


def _scaled(
    limits: list[float], ratios: Callable[[Sequence[Member]], list[float]], members: Sequence[Member]
) -> float:
    scaled = [limit * ratio for limit, ratio in zip(limits, ratios(members), strict=True)] if members else []
    return min(scaled, default=0.0)


battery_aggregator_count = _aggregator(by_count, "count")
battery_aggregator_capacity = _aggregator(by_capacity, "capacity")
battery_aggregator_ir = _aggregator(by_resistance, "ir")
