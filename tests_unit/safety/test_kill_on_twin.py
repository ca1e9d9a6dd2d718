"""A harness at work on a served twin is killed, stopped, robbed of its guard; and what follows by hand.

What is on is looked up in the twin itself, which is served by this process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import open_bench
from bmshil.bench.assembly import serve_twin
from bmshil.cli import main
from bmshil.errors import RigError
from bmshil.rig import RigLock, RigState, find, load
from bmshil.safety import (
    clear_mark,
    last_drill,
    last_record,
    new_mark,
    read_mark,
    wait_on_wall,
    write_mark,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench.assembly import Served

pytestmark = pytest.mark.wall(22)

AFTER_KILL = 1.0
"""From a kill to the first off command, s: the campaign measures it, this is for a busy machine."""


LIVE = {"supply", "dc_main", "permit"}

LAYERS = """\
  permit: {driver: waveshare-relays, resource: twin, channels: {permit: 1}}

power: """
SAFETY = """\
acceptance: default
safety: {lease: 2, watchdog: 2}
"""


class Lab:
    """A served rig with a permit relay and a supply with a watchdog.

    It has no pre-charge, so that it is energised at once.
    """

    def __init__(self, path: Path, twin: Served) -> None:
        self.path = path
        self.name = load(path).name
        self.twin = twin

    @property
    def on(self) -> set[str]:
        """What carries power."""
        software = self.twin.software
        player: Any = software.instruments["load"]
        closed = {
            role
            for role in software.relays
            if not role.startswith("can_") and software.contacts["relays"].closed(role)
        }
        return (
            closed
            | ({"supply"} if software.world.output else set())
            | ({"load"} if player.execute("INP?") == "1" else set())
            | ({"permit"} if software.contacts["permit"].closed("permit") else set())
        )

    def wait_until_free(self) -> None:
        def free() -> bool:
            try:
                with RigLock(self.name, "look"):
                    return True
            except RigError:
                return False

        assert wait_on_wall(free, 30.0), "the rig is still held"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    path = tmp_path_factory.mktemp("rig") / "rig.yaml"
    text = find("twin-process").read_text(encoding="utf-8")
    for old, new in (
        ("name: twin-process", f"name: kill-{os.getpid()}"),
        ("dc_precharge: 2, ", ""),
        (
            "driver: scpi-supply, resource: twin}",
            "driver: keysight-rp7900, resource: twin, rating: {voltage: 80, current: 200}}",
        ),
        ("\npower: ", LAYERS),
        ("acceptance: default", SAFETY),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    with serve_twin(load(path)) as twin:
        yield Lab(path, twin)


@pytest.fixture
def at_work(lab: Lab) -> Iterator[subprocess.Popen[str]]:
    """A harness in a process of its own, with its outputs on."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "bmshil.cli", "drill", str(lab.path), "--at-work"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "at work\n"
    assert lab.on == LIVE
    yield process
    process.kill()
    process.communicate()
    lab.wait_until_free()


def test_a_stopped_harness_leaves_nothing_on(lab: Lab, at_work: subprocess.Popen[str]) -> None:
    assert read_mark(lab.name) is not None, "it stands as long as something may be on"
    stopped = time.monotonic()
    at_work.send_signal(signal.SIGSTOP)
    lab.wait_until_free()
    record = last_record(lab.name)
    assert record is not None
    assert record.cause == "the harness is silent: its lease of 2 s has run out"
    assert record.killed == [at_work.pid]
    assert record.noticed - stopped < 2.0 + AFTER_KILL
    assert lab.on == set()
    assert read_mark(lab.name) is None


def test_without_any_computer_the_permit_opens_and_the_supply_switches_itself_off(
    lab: Lab, at_work: subprocess.Popen[str], capsys: Any
) -> None:
    (guard,) = children(at_work.pid)
    for process in (guard, at_work.pid):
        os.kill(process, signal.SIGSTOP)
    for process in (guard, at_work.pid):
        os.kill(process, signal.SIGKILL)
    assert wait_on_wall(lambda: lab.on == set(), 6.0), lab.on
    told = r"is not confirmed off since the run .*: it ended before anybody could look: run `bmshil off "
    with pytest.raises(RigError, match=told), open_bench(lab.path):
        pass
    assert main(["off", str(lab.path)]) == 0
    assert "had tripped: watchdog, cleared" in capsys.readouterr().out
    assert read_mark(lab.name) is None


def children(pid: int) -> list[int]:
    """Processes that a process has started and that still run."""
    (told,) = [path.read_text() for path in Path(f"/proc/{pid}/task/{pid}").glob("children")]
    return [int(one) for one in told.split()]


def test_a_drill_kills_a_harness_and_keeps_how_long_it_took(lab: Lab, capsys: Any) -> None:
    assert main(["drill", str(lab.path)]) == 0
    output = capsys.readouterr().out
    assert "everything verified off; first command " in output
    assert lab.on == set()
    drill = last_drill(lab.name)
    assert drill is not None
    assert drill.clean
    assert 0.0 < drill.kill_to_first < AFTER_KILL
    assert drill.kill_to_first < drill.kill_to_off < 2 * AFTER_KILL
    assert any("supply: off: verified" in step for step in drill.steps)
    assert drill.age < 60.0


def test_a_harness_without_its_guard_switches_off(lab: Lab) -> None:
    with open_bench(lab.path) as bench:
        assert lab.on == LIVE
        guard: Any = bench.safeguards._guard
        guard._process.kill()
        with pytest.raises(RigError, match="its guard process has ended by itself; switched off"):
            bench.run(30.0)
        assert lab.on <= {"permit"}, "nobody re-arms it: it opens by itself"
        assert bench.state.state is RigState.BROKEN
        assert "its guard process has ended" in bench.state.cause
    assert read_mark(lab.name) is None
    assert wait_on_wall(lambda: lab.on == set(), 5.0)


def test_what_a_run_cannot_switch_off_its_guard_and_a_person_do(lab: Lab, capsys: Any) -> None:
    supply = lab.twin.software.instruments["supply"]
    told = r"rig kill-\d+: NOT CONFIRMED OFF: supply: off: .*; its guard goes on trying"
    with pytest.raises(RigError, match=told), open_bench(lab.path):
        supply.faults.unplugged = True
    assert lab.on == {"supply"}, "its contactor is open"
    mark = read_mark(lab.name)
    assert mark is not None
    assert any(step.startswith("supply: off: failed") for step in mark.unconfirmed)
    with pytest.raises(RigError, match="is held by"), open_bench(lab.path):
        pass
    supply.faults.unplugged = False
    assert main(["off", str(lab.path)]) == 0
    output = capsys.readouterr().out
    assert "the guard of the last run still switches off: waiting for it" in output
    assert output.endswith("off: verified\n")
    assert lab.on == set()
    assert read_mark(lab.name) is None


def test_a_marked_rig_is_refused_until_it_is_off(lab: Lab, capsys: Any) -> None:
    write_mark(new_mark(lab.name, "qualify", twin=os.getpid()))
    told = r"is not confirmed off since the run .*: run `bmshil off "
    with pytest.raises(RigError, match=told) as caught, open_bench(lab.path):
        pass
    assert "\n" not in str(caught.value)
    lab.twin.software.instruments["meter"].faults.unplugged = True
    assert main(["off", str(lab.path)]) == 1
    lab.twin.software.instruments["meter"].faults.unplugged = False
    captured = capsys.readouterr()
    assert "not confirmed off since the run" in captured.out
    assert captured.err.startswith("bmshil off: DANGER: NOT CONFIRMED OFF: meter: ")
    assert read_mark(lab.name) is not None
    assert main(["off", str(lab.path)]) == 0
    assert read_mark(lab.name) is None


def test_a_living_run_is_not_disturbed(lab: Lab, capsys: Any) -> None:
    with RigLock(lab.name, "qualify"):
        assert main(["off", str(lab.path)]) == 2
    captured = capsys.readouterr()
    assert f"is held by process {os.getpid()} (qualify" in captured.err
    assert captured.err.count("\n") == 1


def test_a_mark_of_a_twin_that_has_ended_means_nothing(lab: Lab) -> None:
    write_mark(new_mark(lab.name, "qualify", twin=2**22 + 1))
    with open_bench(lab.path) as bench:
        assert bench.energised, bench.wire.trouble
    assert read_mark(lab.name) is None


def test_where_nothing_can_be_on_there_is_nothing_to_switch(tmp_path: Path, capsys: Any) -> None:
    assert main(["off", "twin"]) == 0
    assert "nothing to switch: it is a twin inside the process of its run" in capsys.readouterr().out
    assert main(["drill", "twin"]) == 2
    assert "nothing to drill" in capsys.readouterr().err
    path = tmp_path / "rig.yaml"
    text = find("twin-process").read_text(encoding="utf-8")
    path.write_text(text.replace("name: twin-process", f"name: nobody-{os.getpid()}"), encoding="utf-8")
    write_mark(new_mark(f"nobody-{os.getpid()}", "qualify", twin=2**22 + 1))
    assert main(["off", str(path)]) == 0
    assert "nothing to switch: the process that made its twin has ended" in capsys.readouterr().out
    assert read_mark(f"nobody-{os.getpid()}") is None


def test_the_mark_of_a_run_on_real_instruments_is_not_taken_away_by_a_twin_of_that_name(
    tmp_path: Path, capsys: Any
) -> None:
    name = f"twofold-{os.getpid()}"
    path = tmp_path / "rig.yaml"
    text = find("twin-process").read_text(encoding="utf-8")
    path.write_text(text.replace("name: twin-process", f"name: {name}"), encoding="utf-8")
    write_mark(new_mark(name, "qualify"))
    assert main(["off", str(path)]) == 2
    told = capsys.readouterr().err
    assert "that run was on real instruments" in told
    assert told.count("\n") == 1
    assert read_mark(name) is not None
    clear_mark(name)
