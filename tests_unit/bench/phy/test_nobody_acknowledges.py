"""A bus on which nobody acknowledges: it is said so, and a cut cable is not blamed on the device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import bmshil.inverter
from bmshil.bench import Bench, open_bench
from bmshil.bench.bus.physical import PhysicalBus
from bmshil.errors import Blocked
from bmshil.judge import Measurement, Verdict
from bmshil.ports.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Begun, ConclusionOf, Rig

PROFILES = Path(bmshil.inverter.__file__).parent / "profiles"
NOBODY = "nobody acknowledges: check the cable, its termination, the bit rate and that the device is on"
NOT_HEARD = (
    "nobody acknowledges, and the device was not heard: a cut cable, a device without power and "
    "a device that only listens look the same"
)


def test_a_cable_that_breaks_within_a_test_blocks_it(
    rig: Rig, begun: Begun, judge_the_terminals: Callable[[Bench], None]
) -> None:
    with open_bench(rig()) as bench:
        trial = begun(bench)
        judge_the_terminals(bench)
        with bench.wire.broken():
            bench.run(5.0)
        bench.run(2.0)
        found = trial.conclude(None)
        assert found.verdict is Verdict.BLOCKED
        assert found.reason.startswith(f"{NOBODY} (seen at emulator)")


def test_a_cable_that_is_broken_before_a_test_blocks_it(
    rig: Rig, lab: Any, begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench(rig()) as bench:
        plug = lab.twin.inverter.plug
        plug(False)
        monkeypatch.setattr(lab.twin, "_can", lab.twin._can | {"can_break": lambda _closed: None})
        with pytest.raises(Blocked, match=f"^reset needed: {NOBODY}"):
            begun(bench)


def test_what_nobody_acknowledged_was_heard_but_has_reached_nobody(rig: Rig, lab: Any, begun: Begun) -> None:
    with open_bench(rig()) as bench:
        begun(bench)
        limits = bench.bus.identifiers(0x351)
        lab.twin.inverter.plug(False)
        cut = bench.seconds
        bench.run(0.4)
        lost = bench.bus.last_acknowledged(limits)
        assert bench.bus.alternating_packs(over=2.0) == "none"
        assert bench.bus.duplicate_addresses(over=3.0) == "none"
        assert bench.bus.heard_from_bank(over=1.0), "the witness hears the bank go on"
        assert lost is not None
        assert cut - 1.0 <= lost <= cut
        assert bench.bus.last_acknowledged(limits) == lost
        frames, _ = bench.bus.traffic(since=cut)
        assert float(frames.value) > 100, "and it hears repetitions"


def test_a_device_that_the_bench_itself_switches_off_blocks_nothing(
    rig: Rig, begun: Begun, judge_the_terminals: Callable[[Bench], None]
) -> None:
    with open_bench(rig()) as bench:
        trial = begun(bench)
        judge_the_terminals(bench)
        bench.power_cycle()
        bench.run(20.0)
        assert bench.device_ready()
        assert bench.journal.events(0.0, bench.seconds, "unacknowledged"), "it was off for three periods"
        found = trial.conclude(None)
        assert found.verdict is Verdict.PASS


def test_a_port_that_sends_old_frames_is_caught(
    rig: Rig, conclusion_of: ConclusionOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outbox, "_take_back", lambda *_: None)
    with open_bench(rig()) as bench:
        found = conclusion_of(bench, "test_unacknowledged_frames")
        assert found.verdict is Verdict.FAIL
        assert "an old value after the reconnection is true, not false" in found.reason


def test_a_device_that_only_listens_looks_like_a_cut_cable(
    rig: Rig, conclusion_of: ConclusionOf, tmp_path: Path
) -> None:
    good = (PROFILES / "pylon_parallel.yaml").read_text(encoding="utf-8")
    assert good.count("  acknowledges: true") == 1
    listener = tmp_path / "only_listens.yaml"
    listener.write_text(good.replace("  acknowledges: true", "  acknowledges: false"), encoding="utf-8")
    with open_bench(rig(), profile=str(listener)) as bench:
        found = conclusion_of(bench, "test_device_acknowledges")
        assert (found.verdict, found.reason) == (Verdict.BLOCKED, NOT_HEARD)


def test_a_device_at_another_bit_rate_blocks_what_it_should_hear(
    rig: Rig, conclusion_of: ConclusionOf, tuned: Callable[[int], str]
) -> None:
    with open_bench(rig(), profile=tuned(250_000)) as bench:
        found = conclusion_of(bench, "test_device_acknowledges")
        assert (found.verdict, found.reason) == (Verdict.BLOCKED, NOT_HEARD)
        found = conclusion_of(bench, "test_wrong_bit_rate")
        assert found.verdict is Verdict.BLOCKED
        assert NOBODY in found.reason
        assert conclusion_of(bench, "test_termination").verdict is Verdict.PASS


def test_a_cut_cable_is_not_blamed_on_the_device(
    rig: Rig, conclusion_of: ConclusionOf, lab: Any, cut: Callable[[Any], None]
) -> None:
    with open_bench(rig()) as bench:
        cut(lab.twin)
        found = conclusion_of(bench, "test_device_acknowledges")
        assert (found.verdict, found.reason) == (Verdict.BLOCKED, NOT_HEARD)
        found = conclusion_of(bench, "test_bit_rate_of_the_device")
        assert (found.verdict, found.reason) == (
            Verdict.BLOCKED,
            "the device is silent at every bit rate",
        )


def few_confirmed(bus: Any, over: float) -> Measurement:
    bus._bench.run(over)
    return Measurement("acknowledged frames", 0.0, over, "share", 0.5)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("confirmed_share", few_confirmed), "0.5 is less than 0.99"),
        (("emulator_passive", True), "the emulator is error-passive is true, not false"),
    ],
)
def test_a_device_that_speaks_must_acknowledge(
    rig: Rig,
    conclusion_of: ConclusionOf,
    monkeypatch: pytest.MonkeyPatch,
    change: tuple[str, Any],
    reason: str,
) -> None:
    monkeypatch.setattr(PhysicalBus, *change)
    with open_bench(rig()) as bench:
        found = conclusion_of(bench, "test_device_acknowledges")
        assert found.verdict is Verdict.FAIL
        assert reason in found.reason


def test_an_adapter_that_confirms_too_early_acknowledges_nothing(
    rig: Rig,
    conclusion_of: ConclusionOf,
    lab: Any,
    cut: Callable[[Any], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def all_confirmed(bus: Any, over: float) -> Measurement:
        bus._bench.run(over)
        return Measurement("acknowledged frames", 0.0, over, "share", 1.0)

    monkeypatch.setattr(PhysicalBus, "confirmed_share", all_confirmed)
    with open_bench(rig()) as bench:
        cut(lab.twin)
        found = conclusion_of(bench, "test_device_acknowledges")
        assert (found.verdict, found.reason) == (Verdict.BLOCKED, NOT_HEARD)
