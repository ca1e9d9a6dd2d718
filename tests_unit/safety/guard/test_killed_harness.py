"""A harness that is killed, hangs or talks nonsense: its guard ends what is left and switches off."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from bmshil.safety import last_record, read_mark
from bmshil.safety.guard.messages import make_line
from bmshil.safety.guard.watch import HarnessWatch

if TYPE_CHECKING:
    from conftest import Place

pytestmark = pytest.mark.wall(5)


def test_a_killed_harness_is_off_and_its_guard_says_what_it_did(place: Place) -> None:
    process, _ = place.harness()
    killed = time.monotonic()
    process.kill()
    place.wait_until_free()
    assert {"supply off", "load off"} <= set(place.said())
    record = last_record("lab")
    assert record is not None
    assert (record.harness, record.purpose, record.cause) == (process.pid, "test", "the harness has died")
    assert record.killed in ([], [process.pid]), "its line is closed a moment before it has ended"
    assert record.clean
    assert record.rounds == 1
    assert [(one.device, one.action, one.outcome) for one in record.steps] == [
        ("load", "off", "verified"),
        ("supply", "off", "verified"),
        ("supply", "no current", "verified"),
    ]
    assert killed < record.noticed <= record.began < record.steps[0].when
    assert read_mark("lab") is None
    assert msgspec.json.decode((place.folder / "guard.json").read_bytes(), type=type(record)) == record


def test_a_harness_that_speaks_nonsense_counts_as_dead() -> None:
    here, there = make_line()
    harness = os.pidfd_open(os.getpid())
    try:
        watch = HarnessWatch(there, harness, lease=1.0)
        here.send(b'{"type": "beat", "until": "soon"}')
        assert watch.wait() == "the harness has died"
    finally:
        os.close(harness)
        here.close()
        there.close()


def test_a_stopped_harness_is_killed_when_its_lease_is_over(place: Place) -> None:
    process, _ = place.harness()
    stopped = time.monotonic()
    process.send_signal(signal.SIGSTOP)
    assert process.wait(20.0) == -signal.SIGKILL
    place.wait_until_free()
    record = last_record("lab")
    assert record is not None
    assert record.killed == [process.pid]
    assert record.cause == "the harness is silent: its lease of 0.4 s has run out"
    assert record.noticed - stopped > 0.2
    assert record.clean
    assert {"supply off", "load off"} <= set(place.said())


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or only waits for somebody to take note of its end."""
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" in status.read_text()


def test_what_a_killed_harness_has_forked_is_killed_too(place: Place) -> None:
    process, child = place.harness("forks")
    assert child != process.pid
    process.kill()
    process.wait()
    place.wait_until_free()
    record = last_record("lab")
    assert record is not None
    assert child in record.killed
    assert record.clean
    assert has_ended(child)


def test_a_bounded_call_beats_by_itself_until_its_time_is_over(place: Place) -> None:
    process, _ = place.harness("calls")
    began = time.monotonic()
    assert process.wait(20.0) == -signal.SIGKILL
    assert 1.2 < time.monotonic() - began < 5.0, "1.2 s of patience, then the lease"
