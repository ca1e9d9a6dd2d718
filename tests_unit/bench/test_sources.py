"""What feeds the device where no relay does: an instrument of its own, or an operator."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.bench import open_bench
from bmshil.errors import InputError
from bmshil.rig import load

GRID = (
    ("ac_grid: {rating: 6000, by: relays}", "ac_grid: {rating: 6000, by: instrument}"),
    ("ac_grid: 4, ", ""),
    (
        "  relays:\n",
        "  ac_grid: {driver: scpi-source, resource: twin, options: {setup: VOLT 230}}\n  relays:\n",
    ),
)


def test_a_grid_simulator_feeds_the_device_and_goes_off_first(variant: Any, lab: Any) -> None:
    with open_bench(variant("twin", *GRID)) as bench:
        bench.charge(10.0)
        assert lab.twin.instruments["ac_grid"].execute("OUTP?;:VOLT?") == "1;230.0"
        assert bench.control.current > 12.0  # 1.2 times the limit, or the bench is blocked
        bench.idle()
        assert lab.twin.instruments["ac_grid"].execute("OUTP?") == "0"
        bench.switch("ac_grid", True)
        report = bench.switch_off()
    assert report.clean
    assert [str(step) for step in report.steps][:3] == [
        "relays: open pv: verified",
        "ac_grid: off: verified",
        "load: off: verified",
    ]


def test_a_source_that_stays_on_is_told(variant: Any, lab: Any, caplog: pytest.LogCaptureFixture) -> None:
    with open_bench(variant("twin", *GRID)) as bench:
        bench.switch("ac_grid", True)
        faults = lab.twin.instruments["ac_grid"].faults
        faults.stays_on = True
        report = bench.switch_off()
        faults.stays_on = False
    assert [step.device for step in report.failures] == ["ac_grid"]
    assert "not confirmed off: ac_grid: off: failed" in caplog.text


def test_an_operator_stands_in_for_what_is_switched_by_hand(variant: Any) -> None:
    rig = load(
        variant(
            "twin",
            ("pv: {rating: 6000, by: relays}", "pv: {rating: 6000, by: manual}"),
            ("ac_load: {rating: 6000, by: load}", "ac_load: {rating: 6000, by: manual}"),
            ("  load: {driver: scpi-load, resource: twin} ", ""),
        )
    )
    assert {role: rig.instruments[role].driver for role in ("pv", "load")} == {
        "pv": "manual-source",
        "load": "manual-load",
    }
    assert not rig.instruments["pv"].twin


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (GRID[:2], "power.ac_grid.by: no instrument has this role: add instruments.ac_grid"),
        (
            (("by: load", "by: instrument"),),
            "power.ac_load.by: no instrument has this role: add by: load",
        ),
        (GRID[2:], "instruments.ac_grid: switched by relays as power.ac_grid has it"),
    ],
)
def test_a_source_that_nothing_switches_is_a_mistake(variant: Any, changes: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        load(variant("twin", *changes))
