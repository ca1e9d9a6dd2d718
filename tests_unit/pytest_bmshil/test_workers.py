"""Several rigs and several processes: one worker per rig, twins shared, crashes told."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary
from bmshil.rig import RigLock
from bmshil.safety import new_mark, write_mark
from pytest_bmshil.confirmed import trouble
from pytest_bmshil.workers import RigShare

pytestmark = pytest.mark.wall(22)

Rehearse = Callable[..., pytest.RunResult]


def worker(number: int) -> SimpleNamespace:
    return SimpleNamespace(gateway=SimpleNamespace(id=f"gw{number}"), workerinput={})


def handed_out(share: RigShare, number: int) -> str:
    node = worker(number)
    share.pytest_configure_node(node)
    return str(node.workerinput["bmshil_rig"])


def test_each_worker_gets_a_rig_of_its_own() -> None:
    share = RigShare(["north.yaml", "south.yaml"], lambda _: False)
    assert [handed_out(share, number) for number in (0, 1)] == ["north.yaml", "south.yaml"]
    with pytest.raises(pytest.UsageError, match=r"more workers than rigs: start one worker per rig, -n 2"):
        handed_out(share, 2)


def test_a_rig_comes_back_when_its_worker_is_gone() -> None:
    share = RigShare(["north.yaml", "south.yaml"], lambda _: False)
    handed_out(share, 0)
    handed_out(share, 1)
    share.pytest_testnodedown(worker(1), None)
    assert handed_out(share, 2) == "south.yaml"


def test_a_twin_can_be_had_any_number_of_times() -> None:
    share = RigShare(["twin"], lambda rig: rig == "twin")
    assert [handed_out(share, number) for number in range(4)] == ["twin"] * 4
    mixed = RigShare(["north.yaml", "twin"], lambda rig: rig == "twin")
    assert [handed_out(mixed, number) for number in range(4)] == ["north.yaml", "twin", "twin", "twin"]


SHOW = """
import pathlib

@ONE
@pytest.mark.parametrize("number", range(4))
def test_one(request, trial, number):
    trial.holds(True)
    told = request.config.workerinput
    pathlib.Path(f"{told['workerid']}.rig").write_text(told["bmshil_rig"])
"""


def test_two_workers_share_the_twin(rehearse: Rehearse, place: Path) -> None:
    result = rehearse(SHOW, "-n2", "--dist=each", "--rig=twin", apart=True)
    assert result.ret == 0
    assert {path.name: path.read_text() for path in place.glob("*.rig")} == {
        "gw0.rig": "twin",
        "gw1.rig": "twin",
    }


def real_rig(place: Path, name: str) -> str:
    path = place / f"{name}.yaml"
    path.write_text(
        f"name: {name}\n"
        "dut: {profile: pylon_single}\n"
        "bank: {packs: [{module: generic-16s}]}\n"
        f"can: {{emulator: {{interface: virtual, channel: {name}}}}}\n",
        encoding="utf-8",
    )
    return str(path)


def test_two_workers_get_two_real_rigs(rehearse: Rehearse, place: Path) -> None:
    rigs = [real_rig(place, name) for name in ("north", "south")]
    result = rehearse(SHOW, "-n2", "--dist=each", *(f"--rig={rig}" for rig in rigs), apart=True)
    assert result.ret == 0
    assert {path.name: path.read_text() for path in place.glob("*.rig")} == {
        "gw0.rig": rigs[0],
        "gw1.rig": rigs[1],
    }


def test_more_workers_than_real_rigs_are_a_usage_error(rehearse: Rehearse, place: Path) -> None:
    result = rehearse(SHOW, "-n2", f"--rig={real_rig(place, 'north')}", apart=True)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "more workers than rigs: start one worker per rig, -n 1" in result.stderr.str()
    assert "INTERNALERROR" not in result.stdout.str()


def test_several_rigs_without_workers_are_a_usage_error(rehearse: Rehearse) -> None:
    result = rehearse("def test_one():\n    pass\n", "--rig=twin", "--rig=twin-single")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "2 rigs need a worker each: add -n 2" in result.stderr.str()


def test_a_mistake_in_a_rig_file_is_a_usage_error(rehearse: Rehearse, place: Path) -> None:
    (place / "bad.yaml").write_text("name: bad\n", encoding="utf-8")
    result = rehearse("def test_one():\n    pass\n", "-n2", "--rig=bad.yaml", apart=True)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "the key 'dut' is missing" in result.stderr.str()


CRASH = """
@ONE
@pytest.mark.parametrize("number", range(4))
def test_one(trial, number):
    trial.holds(True)
    if number == 1:
        os._exit(1)
"""


def test_a_crashed_worker_has_not_answered(rehearse: Rehearse, place: Path) -> None:
    started = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)
    store = RunStore.create(place / "runs", "pylon_parallel", started=started)
    rig, dut = RigRecord(name="fake"), DutRecord(profile="pylon_parallel")
    store.write(Summary(run=store.name, started=started, rig=rig, dut=dut))
    result = rehearse(CRASH, "-n2", "-v", f"--run-dir={store.path}", "--junitxml=junit.xml", apart=True)
    assert result.ret == 1
    assert "INCONCLUSIVE" in result.stdout.str()
    (requirement,) = store.read().requirements
    assert (requirement.id, requirement.verdict.value) == ("AGG-01", "inconclusive")
    found = {one.test[-2]: (one.verdict.value, one.worker) for one in requirement.tests}
    assert found.pop("1") == ("inconclusive", "crashed")
    assert {verdict for verdict, _ in found.values()} == {"pass"}
    assert sorted(found) == ["0", "2", "3"]
    assert "the worker crashed while it ran" in requirement.reason
    junit = (place / "junit.xml").read_text()
    assert (junit.count("<error"), junit.count("<failure")) == (1, 0)


def test_a_worker_that_died_on_a_real_rig_is_not_replaced(rehearse: Rehearse, place: Path) -> None:
    result = rehearse(CRASH, "-n1", f"--rig={real_rig(place, 'north')}", apart=True)
    assert "worker gw0 crashed and worker restarting disabled" in result.stdout.str()
    twin = rehearse(CRASH, "-n1", apart=True)
    assert "replacing crashed worker gw0" in twin.stdout.str()


def test_a_rig_whose_worker_crashed_comes_back_only_when_it_is_confirmed_off() -> None:
    still_on = {"north.yaml": "its guard has not done"}
    share = RigShare(["north.yaml"], lambda _: False, lambda rig, _patience: still_on.get(rig, ""))
    handed_out(share, 0)
    share.pytest_testnodedown(worker(0), "crashed")
    with pytest.raises(pytest.UsageError, match="more workers than rigs"):
        handed_out(share, 1)
    still_on.clear()
    assert handed_out(share, 1) == "north.yaml"


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("", "north.yaml: the worker crashed; its guard has verified that everything is off"),
        ("not confirmed off", "north.yaml: the worker crashed; DANGER: not confirmed off"),
    ],
)
def test_the_end_of_a_run_says_what_became_of_the_rig_of_a_crashed_worker(why: str, told: str) -> None:
    share = RigShare(["north.yaml", "south.yaml"], lambda _: False, lambda _rig, _patience: why)
    lines: list[tuple[str, bool]] = []
    sections: list[str] = []
    reporter: Any = SimpleNamespace(
        line=lambda text, *, red: lines.append((text, red)), section=sections.append
    )
    for number in (0, 1):
        handed_out(share, number)
    share.pytest_testnodedown(worker(0), "crashed")
    share.pytest_testnodedown(worker(1), None)
    share.pytest_terminal_summary(reporter)
    assert sections == ["rigs of crashed workers"]
    assert lines == [(told, bool(why))]


def test_whether_a_rig_is_off_is_read_from_its_lock_and_its_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BMSHIL_STATE", str(tmp_path / "state"))
    name = f"north-{os.getpid()}"
    rig = real_rig(tmp_path, name)
    assert trouble("twin", 0.0) == ""
    assert trouble(rig, 0.0) == ""
    with RigLock(name, "qualify"):
        assert "it is still held after 0 s" in trouble(rig, 0.0)
    write_mark(new_mark(name, "qualify"))
    assert "not confirmed off since the run" in trouble(rig, 0.0)
    assert "no rig is called" in trouble("nowhere", 0.0)
