"""Whatever happens, everything is off afterwards; trouble with the rig is never the device's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import Bench, Trial, open_bench
from bmshil.errors import EnvelopeError, InstrumentError, RigError
from bmshil.judge import Question, Requirement, Verdict
from bmshil.rig import RigState
from bmshil.safety import Envelope, EnvelopeWatch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REQUIREMENT = Requirement("AGG-01", "The bank is charged to the lowest CVL", "dut")
LIVE = {"supply", "dc_main"}
ISOLATED = (
    "bitrate: 500000",
    "bitrate: 500_000, isolated: true",
)  # unlike before, for the next adapter's turn


def begun(bench: Bench) -> Trial:
    trial = Trial(bench, "test_one", REQUIREMENT)
    trial.begin()
    return trial


def test_a_bench_is_live_inside_and_off_outside(lab: Any) -> None:
    with open_bench("twin") as bench:
        assert bench.energised
        assert lab.on == LIVE
        assert lab.twin.world.inrush_peak < 50.0, "pre-charged before the main contactor closed"
    assert lab.on == set()
    assert lab.twin.world.voltage < 5.0
    (off,) = bench.journal.events(0.0, bench.seconds, "off")
    assert (off.data["clean"], off.data["text"]) == (True, "off: verified")


@pytest.mark.parametrize("error", [ValueError("odd"), KeyboardInterrupt(), SystemExit(3), AssertionError()])
def test_a_bench_is_off_after_whatever_ends_it(lab: Any, error: BaseException) -> None:
    with pytest.raises(type(error)), open_bench("twin") as bench:  # noqa: PT012 - it ends inside
        bench.set_open_limits()
        bench.power.start_charge()
        bench.run(10.0)
        assert bench.control.current > 20.0
        assert lab.on == {*LIVE, "ac_grid"}
        raise error
    assert lab.on == set()
    assert abs(lab.twin.world.current) < 2.0


def test_a_bench_that_cannot_be_energised_is_off(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmshil.bench.bench.energise", lambda *_, **__: (_ for _ in ()).throw(RigError("no")))
    with pytest.raises(RigError, match="no"), open_bench("twin"):
        pass
    assert lab.on == set()


def test_leaving_the_envelope_switches_off_at_once(lab: Any) -> None:
    with open_bench("twin") as bench:
        trial = begun(bench)
        bench.control.watch = EnvelopeWatch(Envelope(voltage=60.0, current=30.0, power=7500.0))
        bench.power.start_charge()
        with pytest.raises(EnvelopeError, match=r"measured 3\d\.\d A, above 30 A") as caught:
            bench.run(30.0)
        assert not bench.energised
        assert lab.on == set()
        conclusion = trial.conclude(caught.value)
        assert conclusion.verdict is Verdict.INCONCLUSIVE
        assert "the envelope of the rig was left" in conclusion.reason
        trial.end()


def judge_something(bench: Bench, verdict: str) -> None:
    if verdict != "nothing":
        bench.judge.fact(bench.observe("lamp", verdict == "pass"), question=Question.SAFETY)


@pytest.mark.parametrize("before", ["nothing", "pass", "fail"])
@pytest.mark.parametrize("role", ["meter", "supply"])
def test_an_instrument_that_hangs_up_is_never_the_devices_fault(lab: Any, role: str, before: str) -> None:
    with open_bench("twin") as bench:
        trial = begun(bench)
        judge_something(bench, before)
        lab.twin.instruments[role].faults.hang_up = True
        with pytest.raises(InstrumentError) as caught:
            bench.run(10.0)
        assert not bench.energised
        if role != "supply":  # nobody can switch off a supply that does not listen, but its contactor can
            assert not lab.twin.world.output
        assert lab.on <= {"supply"}
        conclusion = trial.conclude(caught.value)
        assert conclusion.verdict in (Verdict.INCONCLUSIVE, Verdict.BLOCKED)
        assert role in conclusion.reason
        assert ("unsafe observed" in conclusion.reason) == (before == "fail")
        trial.end()
        lab.twin.instruments[role].faults.hang_up = False
        cause = rf"rig twin is broken: {role} \(.*\), '.*': closed the connection; NOT CONFIRMED OFF"
        for _ in range(2):  # it answers again, and yet nobody has looked: one cause for all that follow
            with pytest.raises(RigError, match=cause):
                Trial(bench, "test_two", REQUIREMENT).begin()
        assert bench.state.state is RigState.BROKEN
        assert not bench.energised
    assert lab.on == set()


def test_the_state_of_the_rig_is_written_down(lab: Any) -> None:
    with open_bench("twin") as bench:
        begun(bench)
        bench.power_cycle()
        lab.twin.instruments["relays"].faults.hang_up = True
        bench.switch_off()
        lab.twin.instruments["relays"].faults.hang_up = False
        told = [
            (one.data["state"], one.data["cause"])
            for one in bench.journal.events(0.0, bench.seconds, "rig_state")
        ]
        with pytest.raises(RigError, match="rig twin is broken: NOT CONFIRMED OFF: relays:"):
            bench.energise()
        assert lab.on == {"dc_main"}, "the board did not listen, and the supply is off"
    assert [state for state, _ in told] == ["ready", "energised", "ready", "energised", "broken"]
    assert [cause for _, cause in told[:4]] == ["", "", "", ""]
    assert told[4][1].startswith("NOT CONFIRMED OFF: relays: open ac_grid: failed")


def test_a_rig_that_cannot_be_energised_again_is_broken(lab: Any) -> None:
    with open_bench("twin") as bench:
        trial = begun(bench)
        lab.twin.world.open_lead(True)
        with pytest.raises(RigError, match="dc_main stays open") as caught:
            bench.power_cycle()
        assert trial.conclude(caught.value).verdict is Verdict.BLOCKED
        trial.end()
        lab.twin.world.open_lead(False)
        with pytest.raises(RigError, match="rig twin is broken: dc_main stays open"):
            Trial(bench, "test_two", REQUIREMENT).begin()


@pytest.mark.parametrize("role", ["load", "relays"])
def test_an_instrument_that_only_stimuli_need_is_told_when_it_is_asked(lab: Any, role: str) -> None:
    with open_bench("twin") as bench:
        trial = begun(bench)
        lab.twin.instruments[role].faults.hang_up = True
        with pytest.raises(InstrumentError) as caught:
            bench.power.start_charge()
        lab.twin.instruments[role].faults.hang_up = False
        conclusion = trial.conclude(caught.value)
        assert conclusion.verdict in (Verdict.INCONCLUSIVE, Verdict.BLOCKED)
        assert lab.on == set()
        trial.end()


def test_an_instrument_that_fails_after_the_test_leaves_nothing_on(lab: Any) -> None:
    with open_bench("twin") as bench:
        trial = begun(bench)
        bench.set_open_limits()
        bench.power.start_charge()
        bench.run(10.0)
        judge_something(bench, "pass")
        assert trial.conclude(None).verdict is Verdict.PASS
        lab.twin.instruments["load"].faults.hang_up = True
        with pytest.raises(InstrumentError):
            trial.end()
        assert lab.on == set()
        lab.twin.instruments["load"].faults.hang_up = False


def test_a_rig_that_is_not_confirmed_off_says_so_at_the_end(lab: Any) -> None:
    with (
        pytest.raises(RigError, match="rig twin: NOT CONFIRMED OFF: supply: off: failed"),
        open_bench("twin"),
    ):
        lab.twin.instruments["supply"].faults.hang_up = True
    assert lab.on == {"supply"}, "its contactor is open"


@pytest.mark.parametrize(("name", "adapters"), [("template_real", 2), ("template_slcan", 1)])
def test_real_outputs_are_refused_without_a_drill(
    variant: Callable[..., Path], name: str, adapters: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BMSHIL_STATE", str(tmp_path))
    rig = variant(name, *[ISOLATED] * adapters)
    with (
        pytest.raises(RigError, match=f"nobody has drilled on this rig: run `bmshil drill {rig}` first"),
        open_bench(rig),
    ):
        pass


@pytest.mark.parametrize("name", ["template_real", "template_slcan"])
def test_an_adapter_that_nobody_answers_for_is_refused(name: str) -> None:
    with pytest.raises(RigError, match=r"can\.emulator: is .* galvanically isolated\?"), open_bench(name):
        pass


def test_a_real_device_cannot_be_mutated(variant: Callable[..., Path]) -> None:
    with (
        pytest.raises(ValueError, match="only a twin can be mutated, and this rig is real") as caught,
        open_bench(variant("template_slcan", ISOLATED), mutation="averages_cvl"),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_a_rig_without_instruments_is_no_bench() -> None:
    with pytest.raises(ValueError, match=r"instruments\.supply is missing"), open_bench("emulate_virtual"):
        pass


def test_the_process_has_all_its_cores_back_afterwards() -> None:
    here = os.sched_getaffinity(0)  # a worker of these tests has one
    try:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
        cores = os.sched_getaffinity(0)
        with open_bench("twin"):
            assert len(os.sched_getaffinity(0)) == 1
        assert os.sched_getaffinity(0) == cores
    finally:
        os.sched_setaffinity(0, here)
