"""Errors on the bus in a test that does not disturb: they fail it, whatever else it has found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.bench import Bench, open_bench
from bmshil.journal import Frame
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from conftest import Begun, Rig


def test_a_device_that_fails_right_after_its_start_is_not_excused_as_booting(
    rig: Rig, lab: Any, begun: Begun, judge_the_terminals: Callable[[Bench], None]
) -> None:
    with open_bench(rig()) as bench:
        trial = begun(bench)
        (on,) = [one for one in bench.journal.events(0.0, bench.seconds, "device") if one.data["on"]]
        assert bench.seconds >= on.t + 8.0, "it has had the 8 s that its profile declares"
        judge_the_terminals(bench)
        lab.twin.inverter.plug(False)
        bench.run(0.3)
        lab.twin.inverter.plug(True)
        bench.run(2.0)
        found = trial.conclude(None)
        assert found.verdict is Verdict.FAIL
        assert "emulator error-passive" in found.reason


def test_errors_and_controllers_in_trouble_fail_a_test_that_does_not_disturb(
    rig: Rig, begun: Begun, judge_the_terminals: Callable[[Bench], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench(rig()) as bench:
        trial = begun(bench)
        judge_the_terminals(bench)
        bench.disturber.collide(2)
        found = trial.conclude(None)
        assert found.verdict is Verdict.FAIL
        assert "error frames" in found.reason
        assert "emulator error-passive" in found.reason
        trial.end()
        trial = begun(bench)
        judge_the_terminals(bench)
        assert trial.conclude(None).verdict is Verdict.PASS, "the next test begins with a clean slate"
        trial.end()
        trial = begun(bench)
        judge_the_terminals(bench)
        monkeypatch.setattr(bench.ports["disturber"], "send", lambda *_frame: None)
        with bench.disturber.speaking():
            bench.disturber.say(Frame(0x111, b"\x55"))
            bench.run(0.5)
        found = trial.conclude(None)
        assert found.verdict is Verdict.INCONCLUSIVE
        assert "disturber only 0 of 1 disturbing frames were on the bus" in found.reason
