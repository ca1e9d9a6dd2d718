"""bmshil commission: on a twin, on a bus with a person who switches batteries, and with nobody there."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.battery import Bank, module
from bmshil.bench.commissioning import read_record
from bmshil.bms import ArchitectureSettings, Fleet, NodeSettings
from bmshil.cli import main
from bmshil.dialects import assign_ids, dialect, id_scheme
from bmshil.errors import InstrumentError
from bmshil.journal import Journal
from bmshil.ports import CanPort
from bmshil.timeline import WallTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

QUESTION = "bmshil.instruments.operator.Operator.question"


def nobody(_operator: Any, what: str, _how: str) -> str:
    raise InstrumentError(f"commission: nobody is there to {what}: no terminal")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BMSHIL_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(QUESTION, nobody)


def test_a_newcomer_can_try_it_on_the_twin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = tmp_path / "switches.jpg"
    photo.write_bytes(b"abc")
    assert main(["commission", "twin", "--photo", str(photo), "--operator", "Ana"]) == 0
    told = capsys.readouterr().out
    assert "\n11 steps: 11 ok\n" in told
    assert re.search(r"^charge current +ok +125 A for 3 batteries$", told, re.MULTILINE)
    (path,) = tmp_path.glob("commissioning-twin-*.json")
    assert told.endswith(f"record: {path.name}\n")
    record = read_record(path)
    assert (record.operator, record.packs, record.dialect) == ("Ana", 3, "pylontech-lv-1.2")
    assert record.measured == {"resistance": 60.0, "ambient": 25.0}
    assert record.identifiers["2"][0] == "0x451"
    assert [one.path for one in record.photos] == [str(photo)]
    assert record.switches["pack2"] == "peer, address 2, on the bus"


def test_behind_a_master_each_is_heard_alone_and_one_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commission", "twin-master", "--per-pack", "100", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    steps = {one["name"]: (one["result"], one["found"]) for one in document["steps"]}
    assert steps["each alone"] == ("ok", "each of the 3 batteries speaks alone")
    assert steps["all together"] == ("ok", "1 speaker in pylontech-lv-1.2 (base)")
    assert steps["identifiers"] == ("ok", "one battery speaks for all, and no other beside it")
    assert steps["module count"] == ("ok", "3 of 3")
    assert document["switches"]["pack3"].startswith("slave of pack 1, address 4")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere"], "no rig is called 'nowhere'"),
        (["twin", "--photo", "gone.jpg"], "--photo gone.jpg: No such file or directory"),
        (["twin", "--packs", "many"], "--packs many: write a whole number above 0"),
        (["twin", "--ambient", "warm"], "--ambient warm: write a temperature in degC"),
        (["twin", "--per-pack", "0"], "--per-pack 0: write a current in A above 0"),
        (["twin", "--module", "us9000"], "module 'us9000' is unknown"),
        (["twin", "--dialect", "morse"], "no dialect 'morse'"),
        (["twin", "--listen", "soon"], "--listen soon: write a time above 0"),
        (["twin", "--record", "away/record.json"], "there is no folder away"),
        (["wires:can0"], "wires can0 cannot be opened"),
    ],
)
def test_what_cannot_work_is_one_line_before_anything_starts(
    arguments: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["commission", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert complaint in told.err
    assert not list(tmp_path.glob("*.json"))


class Cabinet:
    """Batteries on python-can's bus inside this process, switched by whoever is asked."""

    def __init__(self, channel: str, packs: int) -> None:
        self.timeline = WallTimeline(realtime=False)
        journal = Journal(self.timeline)
        self.port = CanPort(self.timeline, journal, role="emulator", interface="virtual", channel=channel)
        self.port.open()
        self.bank = Bank([module("us3000c")] * packs, soc=0.6)
        spoken = dialect("pylontech-lv-1.2")
        self.fleet = Fleet(
            self.bank,
            dialect=spoken,
            ids=assign_ids(spoken, id_scheme("+0x100"), packs),
            sender=self.port,
            timeline=self.timeline,
            journal=journal,
            settings=NodeSettings(start_up=0.0, period=0.2),
            architecture=ArchitectureSettings("parallel"),
        )
        self.asked: list[str] = []

    def answer(self, what: str) -> str:
        """Be the person at the cabinet."""
        self.asked.append(what)
        alone = re.match(r"switch on battery (\d) alone", what)
        if alone:
            self.fleet.stop()
            self.fleet[int(alone[1])].start()
        elif what.startswith("wire all batteries"):
            self.fleet.start()
        elif what.startswith("switch a load"):
            amperes = count(1)
            self.timeline.every(0.1, lambda: self.bank.step(float(next(amperes)), 0.1))
        elif "resistance" in what:
            return "60.4"
        elif "temperature" in what:
            return "22"
        elif "count" in what:
            return str(len(self.fleet))
        elif "inverter shows" in what:
            return "y"
        return ""

    def close(self) -> None:
        self.fleet.stop()
        self.port.close()
        self.timeline.close()


@pytest.fixture
def cabinet(tmp_path: Path) -> Iterator[Callable[[int], Cabinet]]:
    made: list[Cabinet] = []

    def make(packs: int) -> Cabinet:
        made.append(Cabinet(tmp_path.name, packs))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.wall
def test_real_batteries_are_walked_through_with_a_person(
    cabinet: Callable[[int], Cabinet],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = cabinet(2)

    def ask(_operator: Any, what: str, _how: str) -> str:
        return one.answer(what)

    monkeypatch.setattr(QUESTION, ask)
    where = f"virtual:{tmp_path.name}"
    assert main(["commission", where, "--module", "us3000c", "--listen", "0.5", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    steps = {step["name"]: (step["result"], step["found"]) for step in document["steps"]}
    assert steps["identifiers"] == ("ok", "12 identifiers, each with one sender")
    assert steps["termination"] == ("ok", "60.4 ohm: two terminators")
    assert steps["each alone"] == ("ok", "each of the 2 batteries speaks alone")
    assert steps["charge current"] == ("ok", "74 A for 2 batteries")
    assert steps["temperature"] == ("ok", "25.0 degC, 25.0 degC, 22 degC around")
    assert steps["inverter display"] == ("ok", "all of 2 with live values")
    assert steps["documentation"][0] == "not checked"
    assert document["subject"] == where
    assert [what.split(",")[0] for what in one.asked] == [
        "switch off everything on the CAN cable",
        "read the resistance between CAN-H and CAN-L with the cable connected",
        "count the batteries",
        "switch on battery 1 alone",
        "switch on battery 2 alone",
        "wire all batteries as they shall stay",
        "read the temperature around the batteries",
        "switch a load or the charger of the inverter on",
        "look whether the inverter shows 2 batteries with live values",
    ]


@pytest.mark.wall
def test_with_nobody_at_the_terminal_it_says_what_it_could_not_check(
    cabinet: Callable[[int], Cabinet], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = cabinet(1)
    one.fleet.start()
    assert main(["commission", f"virtual:{tmp_path.name}", "--packs", "1", "--listen", "0.5"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "termination not checked commission: nobody is there to switch off everything" in told
    assert "module count ok 1 of 1" in told
    assert "inverter display not checked commission: nobody is there to look whether" in told


def test_where_nothing_could_be_checked_nothing_is_proven(tmp_path: Path) -> None:
    arguments = ["--packs", "2", "--listen", "0.2", "--record", str(tmp_path / "record.json")]
    assert main(["commission", f"virtual:{tmp_path.name}", *arguments]) == 3


def test_a_folder_that_takes_no_file_is_told_before_the_walk(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commission", "twin", "--record", "/proc/record.json"]) == 2
    told = capsys.readouterr()
    assert "--record /proc/record.json: cannot be written" in told.err
    assert not told.out
