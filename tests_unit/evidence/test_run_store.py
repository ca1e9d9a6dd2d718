import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bmshil.errors import InputError
from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary, TestResult
from bmshil.judge import Conclusion, Verdict

STARTED = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)


def summary(run: str = "a-run") -> Summary:
    return Summary(
        run=run,
        started=STARTED,
        rig=RigRecord(name="twin", power={"pv": {"rating": 6000}}),
        dut=DutRecord(profile="pylon_parallel", mutation="averages_cvl"),
        versions={"bmshil": "0.1.0"},
        lateness={"p99": 0.0004},
    )


def test_a_run_is_named_by_time_and_device(tmp_path: Path) -> None:
    store = RunStore.create(tmp_path / "runs", "pylon_parallel", started=STARTED)
    assert store.path == tmp_path / "runs" / "20261120-184200-pylon_parallel"
    assert store.path.is_dir()
    assert store.name == "20261120-184200-pylon_parallel"


def test_two_runs_in_one_second_do_not_meet(tmp_path: Path) -> None:
    names = [RunStore.create(tmp_path, "sma_si", started=STARTED).name for _ in range(3)]
    assert names == ["20261120-184200-sma_si", "20261120-184200-sma_si-2", "20261120-184200-sma_si-3"]


@pytest.mark.parametrize(
    ("dut", "folder"),
    [
        ("../../etc", "20261120-184200-etc"),
        ("Deye SUN/12K", "20261120-184200-Deye_SUN_12K"),
        ("..", "20261120-184200-dut"),
    ],
)
def test_a_name_cannot_leave_the_folder_of_runs(tmp_path: Path, dut: str, folder: str) -> None:
    assert RunStore.create(tmp_path, dut, started=STARTED).path == tmp_path / folder


def test_runs_cannot_be_kept_below_a_file(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(InputError, match="cannot keep a run here") as caught:
        RunStore.create(blocker / "runs", "x", started=STARTED)
    assert "\n" not in str(caught.value)


def test_a_summary_comes_back_as_it_was_written(tmp_path: Path) -> None:
    store = RunStore.create(tmp_path, "x", started=STARTED)
    run = summary(store.name)
    run.add("AGG-01", "t", "dut", TestResult.of("test_x", Conclusion(Verdict.PASS, None, None, "good")))
    store.write(run)
    assert RunStore.open(store.path).read() == run
    assert RunStore.open(store.summary).read() == run
    assert [path.name for path in store.path.iterdir()] == ["summary.json"]


def test_a_kill_while_writing_leaves_the_former_summary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore.create(tmp_path, "x", started=STARTED)
    store.write(summary("first"))

    def killed(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", killed)
    with pytest.raises(KeyboardInterrupt):
        store.write(summary("second"))
    assert RunStore.open(store.path).read().run == "first"


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary, TestResult
from bmshil.judge import Conclusion, Verdict

store = RunStore(Path(sys.argv[1]))
run = Summary(run="x", started=datetime.now(UTC), rig=RigRecord(name="r"), dut=DutRecord(profile="p"))
run.add("AGG-01", "t", "dut", TestResult.of("test_x", Conclusion(Verdict.PASS, None, None, "")))
store.write(run)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_keeps_what_it_has_and_is_not_good(tmp_path: Path) -> None:
    child = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)  # noqa: S603 - own text
    assert child.returncode == -9
    kept = RunStore.open(tmp_path).read()
    assert kept.totals["pass"] == 1
    assert kept.finished is None
    assert kept.exit_code == 3


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not the folder of a run: it has no summary\.json"):
        RunStore.open(tmp_path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "damaged, or no run of bmshil: get the folder from its source again"),
        ('{"schema": 1, "run": "x"}', "damaged, or no run of bmshil: get the folder from its source again"),
        ('{"schema": 7}', "format 7, this bmshil reads up to 2"),
        ("[]", "damaged, or no run of bmshil: get the folder from its source again"),
    ],
)
def test_a_damaged_summary_is_refused_in_one_line(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "summary.json").write_text(content)
    with pytest.raises(InputError, match=complaint) as caught:
        RunStore.open(tmp_path).read()
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "summary.json") in str(caught.value)


def test_journals_are_found_by_worker(tmp_path: Path) -> None:
    store = RunStore.create(tmp_path, "x", started=STARTED)
    assert store.journals() == []
    for worker in ("gw1", "gw0"):
        store.journal(worker).mkdir(parents=True)
    assert store.journals() == [store.path / "journal" / "gw0", store.path / "journal" / "gw1"]
