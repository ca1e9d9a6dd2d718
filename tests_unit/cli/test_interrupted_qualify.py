"""A run that is stopped half-way keeps what it has found out."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.wall


def recorded(runs: Path) -> tuple[dict[str, Any], list[str]]:
    """The summary of the only run, and the tests that have a verdict in it."""
    summaries = list(runs.glob("*/summary.json"))
    if not summaries:
        return {}, []
    summary = json.loads(summaries[0].read_bytes())
    return summary, [test["test"] for one in summary["requirements"] for test in one["tests"]]


def wait_for_results(runs: Path, process: subprocess.Popen[str]) -> list[str]:
    """Wait until the run has written verdicts of two tests."""
    while True:
        _, tests = recorded(runs)
        if len(tests) >= 2:
            return tests
        with pytest.raises(subprocess.TimeoutExpired):  # it must not end by itself meanwhile
            process.wait(0.05)


def test_interrupted_it_closes_the_run_and_renders_the_page(
    command: Callable[..., Any], tmp_path: Path
) -> None:
    running = command("qualify", "twin", "--runs", tmp_path, "--json")
    before = wait_for_results(tmp_path, running.process)
    code, output, _ = running.finish(signal.SIGINT)
    summary, after = recorded(tmp_path)
    assert set(before) <= set(after)
    assert summary["interrupted"] is True
    assert summary["finished"] is not None
    (manifest,) = tmp_path.glob("*/manifest.json")
    assert json.loads(output) == {**summary, "head": json.loads(manifest.read_bytes())["head"]}
    assert code == summary["exit_code"] != 0
    (run,) = tmp_path.iterdir()
    assert (run / "report.html").read_text().startswith("<!")
    assert (run / "trace.blf").stat().st_size > 0
    assert not running.has_left_something()


def test_killed_it_has_kept_what_was_recorded(command: Callable[..., Any], tmp_path: Path) -> None:
    running = command("qualify", "twin", "--runs", tmp_path)
    before = wait_for_results(tmp_path, running.process)
    running.finish(signal.SIGKILL)
    summary, after = recorded(tmp_path)
    assert set(before) <= set(after)
    assert summary["finished"] is None
    assert not running.has_left_something()
