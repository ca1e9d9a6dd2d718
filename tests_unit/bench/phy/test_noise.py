"""Noise of the power stage: it destroys more frames as the power grows, and nothing else is taken for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import Bench, open_bench
from bmshil.errors import Inconclusive
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from conftest import Begun, ConclusionOf, Rig

NOBODY = "nobody acknowledges: check the cable, its termination, the bit rate and that the device is on"


@pytest.mark.parametrize(
    ("wire", "named"),
    [
        ({"coupling": 0.1}, "none"),
        ({"coupling": 1.0}, "noise grows with power"),
        ({"coupling": 0.5, "terminators": 8, "term_relays": False, "meter": False}, "noise grows with power"),
    ],
)
def test_noise_of_the_power_stage_is_found(
    rig: Rig, conclusion_of: ConclusionOf, wire: dict[str, Any], named: str
) -> None:
    with open_bench(rig(**wire)) as bench:
        found = conclusion_of(bench, "test_error_rate_against_power", bench.levels.reference)
        finding = bench.judge.judgements[0]
        assert finding.measurement.value == named
        assert found.verdict is (Verdict.PASS if named == "none" else Verdict.FAIL)


def test_a_fault_that_is_always_there_is_told_from_noise(
    rig: Rig, conclusion_of: ConclusionOf, lab: Any
) -> None:
    with open_bench(rig()) as bench:
        lab.twin.wiring._medium.disturbance = lambda _bits: 0.05
        found = conclusion_of(bench, "test_error_rate_against_power", bench.levels.reference)
        assert found.verdict is Verdict.FAIL
        assert "what destroys frames is 'constant fault', not 'none'" in found.reason


def test_a_device_that_does_not_charge_says_nothing_about_noise(
    rig: Rig, conclusion_of: ConclusionOf
) -> None:
    with open_bench(rig(), mutation="user_limit_binds") as bench:
        found = conclusion_of(bench, "test_error_rate_against_power", bench.levels.reference)
        assert found.verdict is Verdict.BLOCKED
        assert found.reason.startswith("stimulus not binding: with the limits open the device charges with ")


def leaves_the_bus(bench: Bench, twin: Any, *, above: float, lasts: float | None = None) -> None:
    """Let the device's controller fall off the bus as soon as it moves so many amperes."""

    def look() -> None:
        if abs(twin.world.current) > above:
            leaving.cancel()
            twin.inverter.plug(False)
            if lasts is not None:
                bench.timeline.after(lasts, lambda: twin.inverter.plug(True))

    leaving = bench.timeline.every(0.05, look)


def test_a_device_that_leaves_the_bus_under_power_has_destroyed_nothing(
    rig: Rig, conclusion_of: ConclusionOf, lab: Any
) -> None:
    with open_bench(rig()) as bench:
        unit = bench.levels.reference
        leaves_the_bus(bench, lab.twin, above=6.2 * unit)
        found = conclusion_of(bench, "test_error_rate_against_power", unit)
        assert found.verdict is Verdict.BLOCKED
        assert found.reason.startswith(NOBODY)


def test_errors_while_the_current_rises_count_too(rig: Rig, conclusion_of: ConclusionOf, lab: Any) -> None:
    with open_bench(rig()) as bench:
        unit = bench.levels.reference
        leaves_the_bus(bench, lab.twin, above=6.2 * unit, lasts=1.5)
        found = conclusion_of(bench, "test_error_rate_against_power", unit)
        assert found.verdict is Verdict.FAIL
        assert "Errors on the bus over the whole test, ramps included: 16 is more than 0" in found.reason


def test_a_witness_that_hears_nothing_proves_nothing(rig: Rig, begun: Begun) -> None:
    with open_bench(rig()) as bench:
        begun(bench)
        bench.ports["witness"].close()
        with pytest.raises(Inconclusive, match="the witness heard nothing at 0 A"):
            bench.bus.error_rate(over=2.0)
