"""A killed qualification is gone on with, on the same rig and device alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bmshil.bench import Bench
from bmshil.cli import main
from bmshil.evidence import RunStore

ROOT = Path(__file__).parents[2]

TESTS = """
import os, signal
from pathlib import Path
from pytest_bmshil import requirement

@requirement("CFG-01", "A lamp is on")
def test_lamp(bench):
    bench.judge.fact(bench.observe("lamp", True), statement="The lamp is on")

@requirement("CFG-02", "Another lamp is on")
def test_other(bench):
    told = Path(__file__).with_name("killed")
    if not told.exists():
        told.touch()
        bench.judge.fact(bench.observe("other", False), True, statement="The other is on")
        os.kill(os.getpid(), signal.SIGKILL)
    bench.judge.fact(bench.observe("other", True), statement="The other is on")
"""


DIFFERENT = {
    ("--fault", "meter.stuck @60s"): "--fault is 'meter.stuck @60s', was none",
    ("--allow-hazard",): "--allow-hazard is given, was not given",
    ("--mutate", "averages_cvl"): "the mutation is 'averages_cvl', was none",
    ("--seed", "4"): "the seed is 4, was none",
    ("--repeat", "2"): "--repeat is 2, was 1",
    ("--lane", "smoke"): "the plan is 'lane smoke', was ''",
}
"""What is not as it was, and how that is told."""


@pytest.fixture
def rig(tmp_path: Path) -> Path:
    """A rig file of this test's own."""
    path = tmp_path / "mine.yaml"
    path.write_text((ROOT / "rigs/twin.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return path


@pytest.fixture
def killed(tmp_path: Path, rig: Path) -> Path:
    """The folder of a run whose process was killed in its second test."""
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_killed_in_between.py").write_text(TESTS)
    arguments = ["qualify", str(rig), "--tests", str(tests), "--runs", str(tmp_path / "runs")]
    start = "import sys; from bmshil.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", start, *arguments], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == -9
    (run,) = (tmp_path / "runs").iterdir()
    return run


def summary(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "summary.json").read_bytes())
    return found


def resume(rig: Path, run: Path, *options: str) -> int:
    tests = str(run.parents[1] / "tests")
    return main(["qualify", str(rig), "--tests", tests, "--resume", str(run), *options])


def files(run: Path) -> dict[str, bytes]:
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in run.rglob("*") if path.is_file()}


def test_what_has_a_verdict_keeps_it_and_the_rest_is_run(
    rig: Path, killed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = summary(killed)
    assert (before["finished"], before["collected"], len(before["requirements"])) == (None, 2, 1)
    text = rig.read_text(encoding="utf-8")
    rig.write_text(text.replace("firmware: twin", "firmware: '1.1'"), encoding="utf-8")
    assert resume(rig, killed) == 2
    assert "cannot be resumed: the firmware is '1.1', was 'twin'; start a new run" in capsys.readouterr().err
    rig.write_text(text + "# a second thought\n", encoding="utf-8")
    assert resume(rig, killed) == 2
    assert "cannot be resumed: the rig file has changed; start a new run" in capsys.readouterr().err
    rig.write_text(text, encoding="utf-8")
    for options, told in DIFFERENT.items():
        assert resume(rig, killed, *options) == 2
        assert capsys.readouterr().err.endswith(f": cannot be resumed: {told}; start a new run\n")
    added = killed.parents[1] / "tests" / "test_more.py"
    added.write_text("", encoding="utf-8")
    assert resume(rig, killed) == 2
    assert "not the same any more: tests: test_more.py (new); start a new run" in capsys.readouterr().err
    added.unlink()
    assert summary(killed) == before, "a run that cannot go on stays as it was"
    with RunStore.open(killed).held():
        assert resume(rig, killed) == 2
        assert main(["seal", str(killed)]) == 2
    assert capsys.readouterr().err.count("another process works on this run: wait until it has ended") == 2
    assert main(["seal", str(killed)]) == 0
    capsys.readouterr()
    before_it = files(killed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bench, "instruments", {"meter": "another one"})
        assert resume(rig, killed) == 2
    assert "cannot be resumed: the load is none, was" in capsys.readouterr().err
    assert files(killed) == before_it, "a run stays sealed as it was until its own rig is there"
    assert resume(rig, killed, "--operator", "Ben") == 1, "what failed before the kill has failed"
    after = summary(killed)
    assert after["requirements"][0] == before["requirements"][0]
    assert [(one["id"], one["verdict"], len(one["tests"])) for one in after["requirements"]] == [
        ("CFG-01", "pass", 1),
        ("CFG-02", "fail", 2),
    ]
    told = [
        (one["attempt"], one["worker"], one["verdict"], one["interrupted"])
        for one in after["requirements"][1]["tests"]
    ]
    assert told == [(1, "main", "fail", True), (2, "main-2", "pass", False)]
    assert (after["collected"], after["verdict"], len(after["resumed"])) == (2, "fail", 1)
    assert [one["operator"] for one in after["parts"]] == ["", "Ben"]
    told = f"gone on with at {after['resumed'][0][:16].replace('T', ' ')} UTC by Ben"
    assert told in capsys.readouterr().out
    assert told in (killed / "report.html").read_text(encoding="utf-8")
    assert main(["rejudge", str(killed)]) == 0
    assert "agrees" in capsys.readouterr().out
    assert {path.name for path in (killed / "journal").iterdir()} == {"main", "main-2"}
    capsys.readouterr()
    assert resume(rig, killed) == 2
    assert "every test has a result: nothing to go on with" in capsys.readouterr().err
