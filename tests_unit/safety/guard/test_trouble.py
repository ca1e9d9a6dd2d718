"""The guard itself: what it needs to start, and its trouble when asked to end, killed or standing still."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bmshil.errors import RigError
from bmshil.safety import Device, Guard, OffReport, wait_on_wall

if TYPE_CHECKING:
    from conftest import Place

pytestmark = pytest.mark.wall(2)

NOTHING = OffReport(())


def test_a_rig_that_no_guard_can_look_after_is_refused(place: Place) -> None:
    spec = msgspec.structs.replace(place.spec(), devices=(Device("supply", "nobody:Supply", "x"),))
    with place.lock, pytest.raises(RigError, match=r"its guard cannot look after it: .*'nobody:Supply'"):
        Guard.start(spec, place.lock.fileno(), on_loss=print)


def test_a_guard_that_does_not_start_says_why(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with place.lock, pytest.raises(RigError, match="rig lab: its guard did not start: "):
        Guard.start(place.spec(), place.lock.fileno(), on_loss=print)


def test_a_guard_imports_nothing_of_can_or_numpy(place: Place) -> None:
    code = """
import sys
import msgspec
from bmshil.safety.guard.process import _prepare
from bmshil.safety.guard.spec import GuardSpec
_prepare(msgspec.json.decode(sys.argv[1], type=GuardSpec))
wanted = {"pyvisa_py", "bmshil.instruments"}
unwanted = {"can", "cantools", "pymodbus", "bmshil.bench", "bmshil.bms", "bmshil.ports", "bmshil.twin"}
assert wanted <= set(sys.modules), sorted(sys.modules)
assert not unwanted & set(sys.modules), sorted(unwanted & set(sys.modules))
assert sys.modules["numpy"] is None
"""
    device = Device("supply", "scpi-supply", "TCPIP::127.0.0.1::1::SOCKET")
    spec = msgspec.json.encode(msgspec.structs.replace(place.spec(), devices=(device,))).decode()
    subprocess.run([sys.executable, "-c", code, spec], check=True, timeout=60)  # noqa: S603 - our own code


def test_no_signal_that_ends_other_programs_ends_a_guard(place: Place, guard: Any) -> None:
    one, told = guard()
    pid = one._process.pid
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        os.kill(pid, number)
    assert os.getsid(pid) == pid != os.getsid(0)
    one.energised(True)  # answered: it has taken all of them
    assert one.alive
    assert told == []
    assert one.release(NOTHING)
    assert place.said() == []


def test_a_guard_that_is_killed_is_missed_at_once(guard: Any) -> None:
    one, told = guard()
    began = time.monotonic()
    one._process.kill()
    assert wait_on_wall(lambda: bool(told), 5.0)
    assert time.monotonic() - began < 1.0
    assert told == ["rig lab: its guard process has ended by itself; switched off"]
    assert not one.alive
    with pytest.raises(RigError, match="its guard process has ended by itself"):
        one.beat(1.0)
    with pytest.raises(RigError, match="its guard process has ended by itself"):
        one.energised(True)
    with one.patience(1.0):
        pass
    assert one.release(NOTHING)


def beat_for_long(one: Guard) -> None:
    for _ in range(100_000):
        one.beat(30.0)


def test_a_guard_that_stands_still_is_heard_no_more(guard: Any) -> None:
    one, _ = guard()
    one.energised(False)
    assert one.silence < 2.0
    one._process.send_signal(signal.SIGSTOP)
    try:
        assert wait_on_wall(lambda: (one.beat(30.0), one.silence > 0.3)[1], 5.0)
        with pytest.raises(RigError, match="does not listen"):
            beat_for_long(one)
    finally:
        one._process.send_signal(signal.SIGCONT)
