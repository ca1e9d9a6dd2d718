"""One test on the bench: the universal check, the evidence, rigs with fewer parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import can
import msgspec
import pytest

from bmshil.bench import Bench, Trial, foreseen, lose, open_bench
from bmshil.bms import Override
from bmshil.errors import Inconclusive
from bmshil.journal import Recording
from bmshil.judge import NEEDS, Judgement, Requirement, Verdict, draw
from bmshil.rig import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLAIN = Requirement("AGG-01", "The bank is charged to the lowest CVL", "dut")
DISTURBS = Requirement("ADR-02", "A duplicate is named", "bank", disturbs=True)


def begun(bench: Bench, requirement: Requirement = PLAIN) -> Trial:
    trial = Trial(bench, "test_one", requirement)
    trial.begin()
    return trial


def judge_the_terminals(bench: Bench) -> None:
    bench.judge.at_most(bench.voltage(), 60.0)


def test_a_healthy_bus_is_judged_like_anything_else() -> None:
    with open_bench("twin") as bench:
        trial = begun(bench)
        judge_the_terminals(bench)
        assert trial.conclude(None).verdict is Verdict.PASS
        record = trial.record()
    assert [one["citation"] for one in record["judgements"]] == ["", "universal check"]
    assert [one["unit"] for one in record["judgements"]] == ["V", ""]
    assert record["health"]["problems"] == ()
    assert record["health"]["frames"] > 0
    # Watched for longer: what began in the last moments would have shown then.
    assert record["end"] - record["start"] == pytest.approx(8.5)


def test_a_rig_that_sees_no_errors_does_not_claim_that_there_were_none(variant: Any) -> None:
    deaf = "listen_only: true, capabilities: {error_frames: false}}   # watches"
    path = variant(
        "twin",
        ("bitrate: 500000}", "bitrate: 500000, capabilities: {error_frames: false}}"),
        ("listen_only: true}   # watches", deaf),
    )
    with open_bench(path) as bench:
        trial = begun(bench)
        judge_the_terminals(bench)
        trial.conclude(None)
        (universal,) = [one for one in trial.record()["judgements"] if one["citation"] == "universal check"]
    assert universal["statement"] == (
        "No unknown identifiers on the bus; no adapter here reports error frames"
    )


@pytest.mark.parametrize(("requirement", "verdict"), [(PLAIN, "fail"), (DISTURBS, "pass")])
def test_a_stranger_on_the_bus_fails_the_test_unless_it_disturbs_on_purpose(
    lab: Any, requirement: Requirement, verdict: str
) -> None:
    with open_bench("twin") as bench:
        trial = begun(bench, requirement)
        judge_the_terminals(bench)
        lab.twin.inverter._bus.send(_message(0x7FF))
        bench.run(1.0)
        conclusion = trial.conclude(None)
        assert conclusion.verdict == verdict
        if verdict == "fail":
            assert conclusion.reason.endswith("bus is 'stray frames 0x7FF', not 'healthy'")
        trial.end()
        again = begun(bench)
        judge_the_terminals(bench)
        assert again.conclude(None).verdict is Verdict.PASS, "a stranger of an earlier test is forgotten"


def _message(identifier: int) -> Any:
    return can.Message(arbitration_id=identifier, data=bytes(8), is_extended_id=False)


def test_a_test_that_judged_nothing_is_an_error_and_not_saved_by_a_healthy_bus() -> None:
    with open_bench("twin") as bench:
        trial = begun(bench)
        assert trial.conclude(None).verdict is Verdict.ERROR
        assert trial.record()["judgements"] == []


def test_the_recording_holds_what_plots_and_judges_need(tmp_path: Path) -> None:
    with open_bench("twin", journal=tmp_path) as bench:
        trial = begun(bench)
        bench.bank.limit(cvl=56.0, ccl=18.0)
        bench.bank[2].limit(cvl=55.2)
        bench.bank[3].faults.on(Override(soc=0.4))
        bench.charge(limit=36.0)
        bench.settle()
        bench.judge.equals(bench.current(), 54.0)
        live = trial.conclude(None)
        trial.end()
        end = bench.seconds
    recording = Recording.open(tmp_path)
    kinds = {event.kind for event in recording.events(0.0, end)}
    assert {"test", "limit", "fault", "stimulus", "relay", "judgement"} <= kinds
    phases = [event.data["phase"] for event in recording.events(0.0, end, "test")]
    assert phases == ["begin", "end"]
    assert recording.events(0.0, end, "test")[0].data["requirement"] == "AGG-01"
    units = dict(zip(recording.channels, recording.units, strict=True))
    assert units["dc.voltage"] == units["limit.cvl"] == "V"
    assert units["dc.current"] == units["limit.ccl"] == units["limit.dcl"] == units["pack2.current"] == "A"
    assert units["pack1.soc"] == "1"
    _, lowest = recording.samples("limit.cvl", end - 8.0, end - 6.0)
    assert set(lowest) == {55.2}
    _, total = recording.samples("limit.ccl", end - 8.0, end - 6.0)
    assert set(total) == {54.0}
    times, _ = recording.samples("dc.voltage", end - 5.0, end)
    assert len(times) == pytest.approx(50, abs=1)
    assert len(recording.frames(end - 5.0, end)) > 50
    stored = [
        msgspec.convert({name: one for name, one in event.data.items() if name != "requirement"}, Judgement)
        for event in recording.events(0.0, end, "judgement")
    ]
    assert [draw(one) for one in stored] == stored
    assert live.verdict is Verdict.PASS
    assert (tmp_path / "dialogue.jsonl").stat().st_size > 10_000


def test_a_bench_without_a_witness_hears_by_the_emulator(variant: Callable[..., Path]) -> None:
    rig = variant("twin", ("  witness: {interface: twin, channel: bus0, listen_only: true}", ""))
    with open_bench(rig) as bench:
        trial = begun(bench)
        assert float(bench.bus.keepalive_gap(over=10.0).value) <= 1.5
        assert len(bench.bus.heard_from_bank(over=3.0)) == len(bench.bus.identifiers())
        bench.bank.limit(ccl=6.0)
        bench.charge(limit=18.0)
        bench.settle()
        loss = lose(bench, bench.bank.silence, bench.bus.identifiers(), timeout=70.0)
        assert loss.reaction is not None
        bench.judge.between(loss.reaction, 58.0, 61.5)
        assert trial.conclude(None).verdict is Verdict.PASS


def test_losing_nothing_is_inconclusive() -> None:
    with open_bench("twin") as bench:
        begun(bench)
        with pytest.raises(Inconclusive, match=r"only 0\.\d A flow before the loss"):
            lose(bench, bench.bank.silence, bench.bus.identifiers(), timeout=5.0)


def test_without_read_back_nobody_is_asked(variant: Callable[..., Path]) -> None:
    with open_bench(variant("twin", ("readback: {address: twin}\n", ""))) as bench:
        begun(bench)
        assert bench.device_ready()
        with pytest.raises(Inconclusive, match="no read-back of soc on this rig"):
            bench.ask("soc")


GRID, LOAD = "  ac_grid: {rating: 6000, by: relays}\n", "  ac_load: {rating: 6000, by: load}\n"
POWER = "power:                         # what feeds and loads the inverter, in W, and what switches it\n"
PV, READBACK = "  pv: {rating: 6000, by: relays}\n", "readback: {address: twin}\n"
RELAYS = "dc_main: 1, dc_precharge: 2, dc_discharge: 3, "


@pytest.mark.parametrize(
    ("name", "profile", "removed", "reasons"),
    [
        ("twin", None, [], {"one": "several batteries", "fixed": "a fixed number"}),
        (
            "twin",
            "pylon_fixed3",
            [],
            {"one": "several batteries", "dynamic": "a dynamic number"},
        ),
        (
            "twin",
            "pylon_single",
            [],
            {"several": "a parallel bank on it is unsafe", "dynamic": "dynamic", "fixed": "fixed"},
        ),
        (
            "twin-single",
            None,
            [],
            {"several": "unsafe", "dynamic": "dynamic", "fixed": "fixed", "packs:3": "not three packs"},
        ),
        (
            "twin",
            None,
            [GRID, PV, LOAD, POWER, READBACK, RELAYS],
            {
                "one": "several",
                "fixed": "fixed",
                "charge": "nothing to charge from",
                "discharge": "nothing to feed",
                "readback:soc": "no read-back of the device's SOC",
                "readback:alarm": "no read-back of the device's alarms",
                "readback:writes": "the profile names no register that takes commands",
                "relays": "no relay in the DC path",
            },
        ),
    ],
)
def test_needs_that_are_not_met_are_skipped_with_the_reason(
    variant: Callable[..., Path],
    name: str,
    profile: str | None,
    removed: list[str],
    reasons: dict[str, str],
) -> None:
    with open_bench(variant(name, *((text, "") for text in removed)), profile=profile) as bench:
        found = {need: reason for need in NEEDS if (reason := bench.unmet([need])) is not None}
    # Rigs of their own have these.
    assert found.pop("rs485") == "not observable: the device does not ask over RS485"
    others = ("architecture:", "dialect:", "declares:", "packs:5")
    elsewhere = {need for need in found if need.startswith(others)}
    assert found.keys() - elsewhere == reasons.keys()
    for need, part in reasons.items():
        assert part in found[need]
        assert found[need].startswith(("not declared: ", "not observable: "))


@pytest.mark.parametrize(
    ("need", "reason", "met_by"),
    [
        ("declares:voltage_soc", "not declared: a device that goes on by voltage", "pylon_voltage_soc"),
        ("declares:fallback", "not declared: a device that goes on by voltage", "pylon_voltage_soc"),
        ("dialect:on_grid", "not declared: the message set has one pair of limits", "deye_pcs"),
        ("dialect:alarm_pairs", "not observable: the alarms of the dialect have one bit each", "sma_si"),
        ("dialect:capacity", "not observable: the dialect carries no capacity", "sma_si"),
        ("dialect:cell_max", "not observable: the dialect carries no cell max", "victron_gx_generic"),
    ],
)
def test_what_device_or_message_set_lacks_is_told_before_anything_is_opened(
    need: str, reason: str, met_by: str
) -> None:
    assert foreseen(load("twin"), [need]) == reason
    assert foreseen(load("twin-single", dut=met_by), [need]) is None
