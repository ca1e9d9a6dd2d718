"""LIM: a message set may have two pairs of limits, one with the grid and one without."""

from bmshil.bench import Bench
from bmshil.bench.reactions.floor import judge_within_limit
from bmshil.bench.reactions.unmoved import begin_charge
from bmshil.bms import Override
from pytest_bmshil import requirement


@requirement(
    "LIM-20",
    "Of two pairs of limits the one for the grid binds while the grid is there",
    needs=["can", "dc", "charge", "dialect:on_grid"],
    duration="2 * follow_lag + 30",
)
def test_limits_for_the_grid_bind_on_grid(bench: Bench, unit: float) -> None:
    before = begin_charge(bench)
    # Where one speaks for all, it says what all of them allow.
    share = len(bench.bank) / len(bench.bank.architecture.said)
    for node in bench.bank:
        node.faults.on(Override(on_grid_ccl=share * unit / 3))
    bench.settle_generously()
    bench.judge.equals(
        bench.current(),
        before / 3,
        wrong=[before],
        statement="Charge current on grid once the CCL for the grid has gone down to a third",
        citation="profile: dialect; Deye PCS CAN protocol V3.3: 0x351 off grid, 0x371 on grid",
    )
    judge_within_limit(
        bench,
        bench.current(reduction="max"),
        len(bench.bank) * unit / 3,
        "Charge current on grid against the CCL for the grid",
    )
