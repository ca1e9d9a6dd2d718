"""The known state before each test, and what stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import Bench, Trial, open_bench
from bmshil.bms import Silence
from bmshil.errors import Blocked
from bmshil.judge import Requirement, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REQUIREMENT = Requirement("HBT-04", "The device goes on", "dut")


def begun(bench: Bench) -> Trial:
    trial = Trial(bench, "test_one", REQUIREMENT)
    trial.begin()
    return trial


def stimuli(bench: Bench) -> list[str]:
    return [event.data["text"] for event in bench.journal.events(0.0, bench.seconds, "stimulus")]


def test_every_test_finds_the_same_state(lab: Any) -> None:
    with open_bench("twin") as bench:
        trial = begun(bench)
        bench.set_open_limits()
        bench.bank.limit(cvl=55.0)
        bench.bank[2].faults.on(Silence())
        bench.bank.order = (3, 2, 1)
        bench.control.set_period(0.05)
        bench.hold_soc()
        bench.power.start_charge()
        bench.run(60.0)
        trial.end()
        begun(bench)
        assert [pack.soc for pack in bench.packs] == [0.6, 0.6, 0.6]
        assert abs(bench.control.current) < 1.0
        assert bench.control.voltage == pytest.approx(bench.packs.emf, abs=0.05)
        assert bench.bank.asks().cvl == 57.6
        assert bench.bank.order == (1, 2, 3)
        assert [node.on_air for node in bench.bank] == [True, True, True]
        assert bench.device_ready()
        assert lab.on == {"supply", "dc_main"}
        assert stimuli(bench) == []
        before = bench.packs[1].soc
        bench.power.start_charge()
        bench.run(10.0)
        assert bench.packs[1].soc > before, "the bank's physics goes on again"


def test_a_latched_device_is_power_cycled(lab: Any) -> None:
    with open_bench("twin", mutation="no_recovery") as bench:
        trial = begun(bench)
        with bench.bank.silence():
            bench.run(70.0)
        bench.run(30.0)
        assert not bench.device_ready()
        trial.end()
        start = bench.seconds
        begun(bench)
        assert stimuli(bench) == ["power cycle: the device did not come back by itself"]
        assert bench.device_ready()
        assert lab.on == {"supply", "dc_main"}
        moved = [
            (event.data["role"], event.data["closed"])
            for event in bench.journal.events(start, bench.seconds, "relay")
            if event.data["role"] in ("dc_main", "dc_precharge")
        ]
        assert moved == [
            ("dc_main", False),
            ("dc_precharge", True),
            ("dc_main", True),
            ("dc_precharge", False),
        ]


def test_a_latched_device_that_cannot_be_power_cycled_blocks(variant: Callable[..., Path]) -> None:
    rig = variant("twin", ("dc_main: 1, dc_precharge: 2, dc_discharge: 3, ", ""))
    with open_bench(rig, mutation="no_recovery") as bench:
        trial = begun(bench)
        with bench.bank.silence():
            bench.run(70.0)
        trial.end()
        with pytest.raises(Blocked, match="reset needed: the device does not accept the batteries"):
            begun(bench)


def test_a_device_without_a_voice_blocks_unless_the_test_listens_itself() -> None:
    with open_bench("twin", mutation="no_keepalive") as bench:
        with pytest.raises(Blocked, match="reset needed: no keep-alive from the device"):
            begun(bench)
        listening = Requirement("CFG-01", "The keep-alive arrives", "dut", silent_device=True)
        trial = Trial(bench, "test_one", listening)
        trial.begin()
        gap = bench.bus.keepalive_gap(over=20.0)
        bench.judge.at_most(gap, 3.0)
        assert (gap.value, trial.conclude(None).verdict) == (pytest.approx(20.0), Verdict.FAIL)


def test_a_stimulus_that_does_not_bind_blocks(lab: Any) -> None:
    with open_bench("twin", mutation="user_limit_binds") as bench:
        trial = begun(bench)
        bench.bank.limit(ccl=12.0)
        with pytest.raises(
            Blocked, match=r"stimulus not binding: .*moves 1\d\.\d A, charge needs 43\.2 A"
        ) as caught:
            bench.charge(limit=36.0)
        assert trial.conclude(caught.value).verdict is Verdict.BLOCKED
        assert bench.bank.asks().ccl == pytest.approx(36.0), "the limits in force are back"
        trial.end()
        assert lab.on == {"supply", "dc_main"}


def test_a_stimulus_that_binds_leaves_the_limits_in_force() -> None:
    with open_bench("twin") as bench:
        begun(bench)
        bench.bank.limit(ccl=6.0, dcl=5.0)
        bench.charge(limit=18.0)
        assert stimuli(bench) == ["charge, limits open", "charge, limits in force"]
        shown = bench.measure("dc.current", 0.0, reduction="max")
        assert float(shown.value) >= 1.2 * 18.0
        bench.settle()
        assert bench.current().value == pytest.approx(18.0, abs=1.0)
        bench.discharge(limit=15.0)
        bench.settle()
        assert bench.current().value == pytest.approx(-15.0, abs=1.0)


def test_limits_come_back_even_when_the_test_breaks_off() -> None:
    with open_bench("twin") as bench:
        bench.bank.limit(cvl=55.2, ccl=6.0)
        asked = []
        with pytest.raises(ZeroDivisionError), bench.open_currents():
            asked.append(1.0 / float(bench.bank.asks().ccl == 18.0))
        assert asked == []
        assert (bench.bank.asks().cvl, bench.bank.asks().ccl) == (55.2, 18.0)


@pytest.mark.parametrize(
    ("changes", "direction", "missing"),
    [
        (
            [("  ac_grid: {rating: 6000, by: relays}\n", ""), ("  pv: {rating: 6000, by: relays}\n", "")],
            "charge",
            "add ac_grid or pv",
        ),
        ([("  ac_load: {rating: 6000, by: load}\n", "")], "discharge", "add ac_load"),
    ],
)
def test_a_rig_without_a_source_or_load_blocks(
    variant: Callable[..., Path], changes: list[tuple[str, str]], direction: str, missing: str
) -> None:
    with open_bench(variant("twin", *changes)) as bench:
        assert not bench.power.can("charge" if direction == "charge" else "discharge")
        with pytest.raises(Blocked, match=missing):
            getattr(bench, direction)(10.0)


def test_pv_charges_where_there_is_no_grid(variant: Callable[..., Path], lab: Any) -> None:
    with open_bench(variant("twin", ("  ac_grid: {rating: 6000, by: relays}\n", ""))) as bench:
        begun(bench)
        bench.set_open_limits()
        bench.power.start_charge()
        bench.run(30.0)
        assert bench.control.current > 20.0
        assert lab.on == {"supply", "dc_main", "pv"}


@pytest.mark.parametrize("cycled", [False, True])
def test_a_device_that_has_just_got_its_power_is_given_time_to_boot(cycled: bool) -> None:
    listening = Requirement("CFG-01", "The keep-alive arrives", "dut", silent_device=True)
    with open_bench("twin") as bench:
        if cycled:
            begun(bench).end()
            bench.power_cycle()
        trial = Trial(bench, "test_one", listening)
        trial.begin()
        assert float(bench.bus.keepalive_gap(over=20.0).value) <= 1.5
