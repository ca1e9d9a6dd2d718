"""Termination: a wrong one is named and blocks all other tests, and the bench can tell how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import open_bench
from bmshil.errors import RigError
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from conftest import Begun, ConclusionOf, Rig


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, ("open", "no terminator")),
        (1, ("120 ohm", "one terminator")),
        (3, ("40 ohm", "three terminators")),
        (8, ("15 ohm", "eight terminators")),
    ],
)
def test_wrong_termination_is_named_and_blocks_all_other_tests(
    rig: Rig, conclusion_of: ConclusionOf, lab: Any, count: int, told: tuple[str, str]
) -> None:
    reads, named = told
    with open_bench(rig(terminators=count, term_relays=False)) as bench:
        assert bench.wire.trouble == (
            f"termination reads {reads}: {named}; it must be 55 to 65 ohm, "
            "one terminator of 120 ohm at either end of the cable"
        )
        found = conclusion_of(bench, "test_termination")
        assert found.verdict is Verdict.FAIL
        assert f"terminators is '{named}', not 'two terminators'" in found.reason
        blocked = conclusion_of(bench, "test_wrong_bit_rate")
        assert blocked.verdict is Verdict.BLOCKED
        assert blocked.reason == f"rig twin is broken: {bench.wire.trouble}"
        assert lab.twin.world.output is False, "nothing was energised"
        assert len(bench.journal.frames(0.0, bench.seconds)) == 0, "nobody spoke"


def test_termination_is_measured_before_anything_else(
    rig: Rig, conclusion_of: ConclusionOf, lab: Any, begun: Begun
) -> None:
    with open_bench(rig()) as bench:
        assert bench.wire.trouble is None
        measured = bench.wire.termination
        assert measured is not None
        assert measured.value == pytest.approx(60.0, abs=0.1)
        (on,) = [one for one in bench.journal.events(0.0, 100.0, "device") if one.data["on"]]
        frames = bench.journal.frames(0.0, 100.0)
        assert measured.end <= on.t
        assert not len(frames) or measured.end <= frames[0]["t"] * 1e-9
        begun(bench).end()
        assert conclusion_of(bench, "test_termination").verdict is Verdict.PASS
        assert lab.twin.world.output is False, "a test about the cable leaves the power off"
        begun(bench)
        assert bench.device_ready(), "and the next test finds its baseline"


@pytest.mark.parametrize(
    ("joined", "ohms", "named"),
    [
        ((), float("inf"), "no terminator"),
        (("can_term_a",), 120.0, "one terminator"),
        (("can_term_a", "can_term_b"), 60.0, "two terminators"),
    ],
)
def test_relays_show_that_the_bench_can_tell(
    rig: Rig, conclusion_of: ConclusionOf, joined: tuple[str, ...], ohms: float, named: str
) -> None:
    with open_bench(rig()) as bench:
        assert conclusion_of(bench, "test_terminators_are_told_apart", joined, named).verdict is Verdict.PASS
        with bench.wire.joined(*joined):
            assert bench.wire.measure().value == pytest.approx(ohms, abs=0.1)
        assert bench.wire.measure().value == pytest.approx(60.0, abs=0.1)


def test_a_relay_that_does_not_move_is_caught(rig: Rig, conclusion_of: ConclusionOf) -> None:
    with open_bench(rig(terminators=1)) as bench:
        found = conclusion_of(bench, "test_terminators_are_told_apart", (), "no terminator")
        assert found.verdict is Verdict.FAIL
        assert "terminators is 'one terminator', not 'no terminator'" in found.reason


def test_live_lines_are_not_measured(rig: Rig) -> None:
    with open_bench(rig()) as bench:
        with pytest.raises(RigError, match=r"with the power off only: call bench\.wire\.hush\(\) first"):
            bench.wire.measure()
        bench.wire.hush()
        assert bench.wire.measure().value == pytest.approx(60.0, abs=0.1)


def test_a_rig_without_a_meter_is_not_blocked(rig: Rig, begun: Begun) -> None:
    with open_bench(rig(terminators=1, term_relays=False, meter=False)) as bench:
        assert (bench.wire.termination, bench.wire.trouble) == (None, None)
        begun(bench)
