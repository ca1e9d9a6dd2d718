"""The guard as a process: what it does when the harness dies, hangs, hands over, or loses it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bmshil.errors import RigError
from bmshil.rig import RigLock
from bmshil.safety import (
    Device,
    Guard,
    GuardSpec,
    OffReport,
    OffStep,
    Outcome,
    clear_mark,
    last_record,
    new_mark,
    read_mark,
    wait_on_wall,
    write_mark,
)
from bmshil.safety.guard.messages import make_line
from bmshil.safety.guard.watch import HarnessWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.wall(12)

LAB = '''
"""Instruments made of a folder: what is said to them is a line in a file, and a file can break them."""

import os
import threading
from pathlib import Path

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability


class Anything:
    capabilities = Capability.READ_BACK
    identity = "made of a folder"

    def __init__(self, name, folder):
        self.name, self.folder = name, Path(folder)

    @classmethod
    def connect(cls, name, resource, *, journal=None, **options):
        one = cls(name, resource)
        one.say("connect")
        return one

    def disconnect(self):
        self.say("disconnect")

    def say(self, what):
        with (self.folder / "said").open("a") as file:
            file.write(f"{os.getpid()} {self.name} {what}\\n")
        if (self.folder / f"{self.name}.hangs").exists():
            threading.Event().wait(30)
        if (self.folder / f"{self.name}.broken").exists():
            raise InstrumentError(f"{self.name}: broken")


class Supply(Anything):
    set_voltage = set_voltage_and_read_current = set_resistance = set_limits = output = limiting = None

    def off(self):
        self.say("off")

    def read(self):
        return 0.0, 0.0


class Load(Anything):
    capabilities = Capability.READ_BACK | Capability.POWER
    set_power = input = power = None

    def off(self):
        self.say("off")


class Operated(Load):
    by_hand = True

    def off(self):
        raise InstrumentError(f"{self.name}: nobody is there")


class Permit(Anything):
    held = None

    def hold(self, seconds):
        self.say(f"hold {seconds:g}")

    def off(self):
        self.say("off")
'''

HARNESS = """
import os, sys, threading
from pathlib import Path
import msgspec
from bmshil.rig import RigLock
from bmshil.safety import Guard, GuardSpec, new_mark, write_mark

spec = msgspec.json.decode(sys.argv[1], type=GuardSpec)
spec = msgspec.structs.replace(spec, mark=new_mark("lab", "test"))
lock = RigLock("lab", "test", folder=Path(sys.argv[2])).acquire()
guard = Guard.start(spec, lock.fileno(), on_loss=print)
guard.beat(spec.lease)
write_mark(spec.mark)
child = os.fork() if sys.argv[3] == "forks" else os.getpid()
if child == 0:
    threading.Event().wait(60)
if sys.argv[3] == "energised":
    guard.energised(True)
print(child, flush=True)
if sys.argv[3] == "leaves":
    os._exit(0)
if sys.argv[3] == "calls":
    with guard.patience(1.2):
        threading.Event().wait(60)
while not threading.Event().wait(spec.lease / 4):
    guard.beat(spec.lease)
"""

ROLES = {"operated": "load"}
LEASE = 0.4
NOTHING = OffReport(())
FAILED = OffReport((OffStep("supply", "off", Outcome.FAILED, "no reply"),))


class Place:
    """A rig made of a folder, and harnesses that may be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "lab_of_ours.py").write_text(LAB)
        self.lock = RigLock("lab", "test", folder=folder)
        self.started: list[subprocess.Popen[str]] = []

    def spec(self, *roles: str, lease: float = 30.0) -> GuardSpec:
        return GuardSpec(
            mark=new_mark("lab", "test"),
            devices=tuple(
                Device(ROLES.get(role, role), f"lab_of_ours:{role.capitalize()}", str(self.folder))
                for role in roles or ("supply", "load")
            ),
            lease=lease,
            record=str(self.folder / "guard.json"),
            path=(str(self.folder),),
        )

    def harness(self, how: str = "works", *roles: str) -> tuple[subprocess.Popen[str], int]:
        """Start one; returns it, and the number that it says when its guard is ready."""
        code = msgspec.json.encode(self.spec(*roles, lease=LEASE)).decode()
        process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", HARNESS, code, str(self.folder), how], stdout=subprocess.PIPE, text=True
        )
        self.started.append(process)
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    def said(self, process: int | None = None) -> list[str]:
        """What was said to the instruments, by anybody but ``process``."""
        path = self.folder / "said"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.partition(" ")[2] for line in lines if int(line.partition(" ")[0]) != process]

    def wait_until_free(self) -> None:
        def free() -> bool:
            try:
                with RigLock("lab", "look", folder=self.folder):
                    return True
            except RigError:
                return False

        assert wait_on_wall(free, 20.0), "the guard still holds the rig"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("BMSHIL_STATE", str(tmp_path / "state"))
    one = Place(tmp_path)
    yield one
    for process in one.started:
        process.kill()
        process.communicate()


@pytest.fixture
def guard(place: Place) -> Iterator[Callable[..., tuple[Guard, list[str]]]]:
    """Start a guard of this very process; returns it and what it says when it is lost."""
    started: list[Guard] = []
    place.lock.acquire()

    def start(*roles: str, **options: Any) -> tuple[Guard, list[str]]:
        told: list[str] = []
        one = Guard.start(place.spec(*roles, **options), place.lock.fileno(), on_loss=told.append)
        started.append(one)
        one.beat(30.0)
        return one, told

    yield start
    for one in started:
        one.release(NOTHING)
    place.lock.release()


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


def test_a_harness_that_leaves_without_a_word_is_off(place: Place) -> None:
    process, _ = place.harness("leaves")
    assert process.wait(20.0) == 0
    place.wait_until_free()
    assert {"supply off", "load off"} <= set(place.said())


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


def test_a_released_guard_switches_nothing_and_lets_go_of_the_rig(place: Place, guard: Any) -> None:
    one, told = guard()
    assert one.release(NOTHING)
    assert one.release(NOTHING), "twice"
    assert not one.alive
    place.lock.release()
    place.wait_until_free()
    assert (place.said(), told) == ([], [])
    assert last_record("lab") is None


def test_a_bounded_call_beats_by_itself_until_its_time_is_over(place: Place) -> None:
    process, _ = place.harness("calls")
    began = time.monotonic()
    assert process.wait(20.0) == -signal.SIGKILL
    assert 1.2 < time.monotonic() - began < 5.0, "1.2 s of patience, then the lease"


def test_what_the_harness_could_not_verify_the_guard_switches_off(place: Place, guard: Any) -> None:
    one, _ = guard()
    write_mark(one.spec.mark)
    assert one.release(FAILED)
    assert {"supply off", "load off"} <= set(place.said())
    record = last_record("lab")
    assert record is not None
    assert record.cause == "the harness could not verify that everything is off"
    assert record.killed == []
    assert read_mark("lab") is None


def test_what_nobody_can_switch_off_stays_marked_and_is_named(place: Place) -> None:
    (place.folder / "supply.broken").touch()
    process, _ = place.harness()
    process.kill()

    def tried() -> bool:
        mark = read_mark("lab")
        return mark is not None and bool(mark.unconfirmed)

    assert wait_on_wall(tried, 20.0)
    mark = read_mark("lab")
    assert mark is not None
    assert mark.unconfirmed == (
        "supply: off: failed (supply: broken)",
        "supply: no current: failed (supply: broken)",
    )
    assert "load off" in place.said(), "one device never blocks the others"
    (place.folder / "supply.broken").unlink()
    place.wait_until_free()
    assert read_mark("lab") is None, "it went on trying"


def test_what_only_a_person_can_switch_is_left_to_a_person_at_once(place: Place) -> None:
    process, _ = place.harness("works", "supply", "operated")
    process.kill()
    place.wait_until_free()
    mark = read_mark("lab")
    assert mark is not None
    assert mark.unconfirmed == ("load: off: failed (load: nobody is there)",)
    assert "supply off" in place.said()
    record = last_record("lab")
    assert record is not None
    assert record.rounds == 1


def test_an_instrument_that_hangs_does_not_keep_the_others_on(place: Place) -> None:
    (place.folder / "load.hangs").touch()
    process, _ = place.harness()
    process.kill()
    assert wait_on_wall(lambda: "supply off" in place.said(), 5.0)


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


def test_a_rig_that_no_guard_can_look_after_is_refused(place: Place) -> None:
    spec = msgspec.structs.replace(place.spec(), devices=(Device("supply", "nobody:Supply", "x"),))
    with place.lock, pytest.raises(RigError, match=r"its guard cannot look after it: .*'nobody:Supply'"):
        Guard.start(spec, place.lock.fileno(), on_loss=print)


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


def test_a_guard_that_does_not_start_says_why(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with place.lock, pytest.raises(RigError, match="rig lab: its guard did not start: "):
        Guard.start(place.spec(), place.lock.fileno(), on_loss=print)


def test_the_permit_relay_is_held_while_leases_are_fresh_and_opened_with_the_contactors(place: Place) -> None:
    process, _ = place.harness("energised", "supply", "permit")
    assert wait_on_wall(lambda: place.said().count("permit hold 0.6") >= 4, 10.0)
    process.send_signal(signal.SIGSTOP)
    process.wait(20.0)
    place.wait_until_free()
    said = [line for line in place.said() if line.startswith("permit")]
    assert said.count("permit connect") == 2, "once to hold it, once to open it"
    assert said.index("permit off") > max(i for i, line in enumerate(said) if line == "permit hold 0.6")
    record = last_record("lab")
    assert record is not None
    assert [one.device for one in record.steps] == ["supply", "permit", "supply"]


def test_a_permit_relay_that_does_not_hold_lets_nothing_be_switched_on(place: Place, guard: Any) -> None:
    (place.folder / "permit.broken").touch()
    one, told = guard("supply", "permit")
    with pytest.raises(RigError, match="the permit relay does not hold: permit: broken"):
        one.energised(True)
    assert wait_on_wall(lambda: bool(told), 5.0)
    assert told[0] == "rig lab: its guard reports trouble: permit: permit: broken"


def test_a_permit_relay_that_fails_later_is_trouble(place: Place, guard: Any) -> None:
    one, told = guard("supply", "permit", lease=0.4)
    beating = threading.Event()

    def beat() -> None:
        while not beating.wait(0.1):
            one.beat(30.0)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        one.energised(True)
        (place.folder / "permit.broken").touch()
        assert wait_on_wall(lambda: bool(told), 5.0)
        (place.folder / "permit.broken").unlink()
    finally:
        beating.set()
        thread.join()
    one.energised(False)
    assert "permit off" in place.said()
    clear_mark("lab")
