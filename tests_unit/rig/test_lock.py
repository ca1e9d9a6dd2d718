"""One run per rig, also between processes, and nothing left of the dead."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bmshil.errors import RigError
from bmshil.rig import RigLock

HOLD = """
import sys, pathlib
from bmshil.rig import RigLock
lock = RigLock("lab-a", "qualify", pathlib.Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_held_rig_names_its_owner(tmp_path: Path) -> None:
    with RigLock("lab-a", "qualify pylon_single", tmp_path):
        owner = rf"rig lab-a is held by process {os.getpid()} \(qualify pylon_single, since 20\d\d-"
        with pytest.raises(RigError, match=owner) as caught:
            RigLock("lab-a", "off", tmp_path).acquire()
    assert "\n" not in str(caught.value)


def test_another_rig_is_free(tmp_path: Path) -> None:
    with RigLock("lab-a", "qualify", tmp_path), RigLock("lab-b", "qualify", tmp_path):
        assert len(list(tmp_path.iterdir())) == 2


def test_a_released_rig_can_be_taken_again(tmp_path: Path) -> None:
    lock = RigLock("lab-a", "first", tmp_path).acquire()
    lock.release()
    lock.release()
    with RigLock("lab-a", "second", tmp_path) as again:
        assert json.loads(again.path.read_text())["purpose"] == "second"
    assert again.path.read_text() == ""


def test_a_rig_is_let_go_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), RigLock("lab-a", "first", tmp_path):
        raise ZeroDivisionError
    RigLock("lab-a", "second", tmp_path).acquire().release()


def test_the_lock_of_another_process_holds_until_it_dies(tmp_path: Path) -> None:
    process = holder(tmp_path)
    try:
        with pytest.raises(RigError, match=rf"held by process {process.pid} \(qualify, since"):
            RigLock("lab-a", "off", tmp_path).acquire()
    finally:
        end(process)
    with RigLock("lab-a", "off", tmp_path) as lock:
        assert json.loads(lock.path.read_text())["pid"] == os.getpid()


def test_a_guard_that_inherits_the_lock_holds_the_rig_of_a_dead_run(tmp_path: Path) -> None:
    lock = RigLock("lab-a", "qualify", tmp_path).acquire()
    guard = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        pass_fds=[lock.fileno()],
    )
    os.close(lock.fileno())  # what the operating system does when a run dies
    lock._file = None
    try:
        with pytest.raises(RigError, match="rig lab-a is held"):
            RigLock("lab-a", "off", tmp_path).acquire()
    finally:
        guard.kill()
        guard.communicate()
    RigLock("lab-a", "off", tmp_path).acquire().release()


def test_a_dead_owner_behind_a_living_guard_is_told(tmp_path: Path) -> None:
    dead = holder(tmp_path)
    end(dead)
    lock = RigLock("lab-a", "qualify", tmp_path).acquire()
    lock.path.write_text(json.dumps({"pid": dead.pid, "purpose": "qualify", "since": "2026-11-20T18:42:00"}))
    with pytest.raises(
        RigError, match=rf"process {dead.pid}, which has ended, but its guard has not \(qualify"
    ):
        RigLock("lab-a", "off", tmp_path).acquire()
    lock.release()


def test_an_owner_that_cannot_be_read_is_still_an_owner(tmp_path: Path) -> None:
    with RigLock("lab-a", "qualify", tmp_path) as lock:
        lock.path.write_text("{")
        with pytest.raises(RigError, match="held by a run that has not said who it is"):
            RigLock("lab-a", "off", tmp_path).acquire()


def test_a_lock_that_cannot_be_opened_says_where(tmp_path: Path) -> None:
    with pytest.raises(
        RigError, match=r"the lock .*missing/bmshil-lab-a\.lock cannot be opened: No such file"
    ):
        RigLock("lab-a", "qualify", tmp_path / "missing").acquire()


def test_a_rig_that_is_not_held_has_nothing_to_inherit(tmp_path: Path) -> None:
    with pytest.raises(RigError, match="not held"):
        RigLock("lab-a", "qualify", tmp_path).fileno()


def test_a_holder_says_for_how_long(tmp_path: Path) -> None:
    with RigLock("lab-a", "qualify", tmp_path, expected=3600.0) as lock:
        told = json.loads(lock.path.read_text())
        span = datetime.fromisoformat(told["until"]) - datetime.fromisoformat(told["since"])
        assert abs(span - timedelta(hours=1)) <= timedelta(seconds=1)
        assert told["user"] != ""
        with pytest.raises(RigError, match=rf"expected until {told['until'][:10]}.*: wait for it, or stop"):
            RigLock("lab-a", "off", tmp_path).acquire()
        lock.expect(60.0)
        later = json.loads(lock.path.read_text())
        assert later["since"] == told["since"]
        assert datetime.fromisoformat(later["until"]) < datetime.fromisoformat(told["until"])
    RigLock("lab-a", "off", tmp_path).expect(60.0)  # not held: nothing to say


def test_a_holder_past_its_time_keeps_the_rig(tmp_path: Path) -> None:
    with RigLock("lab-a", "qualify", tmp_path) as lock:
        past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat(timespec="seconds")
        owner = {"pid": os.getpid(), "purpose": "qualify", "since": past, "until": past}
        lock.path.write_text(json.dumps(owner))
        with pytest.raises(RigError, match="that time is over; it is not taken from a living process"):
            RigLock("lab-a", "off", tmp_path).acquire()


def test_another_folder_for_temporary_files_hides_no_living_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BMSHIL_STATE", str(tmp_path / "state"))
    with RigLock("lab-a", "qualify") as lock:
        assert lock.path == tmp_path / "state" / "bmshil-lab-a.lock"
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)
        with pytest.raises(RigError, match="rig lab-a is held by process"):
            RigLock("lab-a", "off").acquire()
