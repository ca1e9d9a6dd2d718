from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cantools
import pytest

from bmshil.cli import main

SHIPPED = Path(__file__).parents[2] / "dbc"
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(capsys: Captured, *arguments: str) -> str:
    assert main(["dbc", *arguments]) == 2
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)
    return errors


def test_it_writes_what_is_shipped_and_names_it(here: Path, capsys: Captured) -> None:
    assert main(["dbc", "--scheme", "+0x100", "--packs", "3", "--dut", "pylon_parallel"]) == 0
    name = "pylontech_lv_1_2__plus_0x100__3_packs.dbc"
    assert capsys.readouterr() == (f"{name}\n", "")
    assert (here / name).read_bytes() == (SHIPPED / name).read_bytes()
    assert [path.name for path in here.iterdir()] == [name]


def test_a_file_that_is_there_is_replaced_only_by_force(here: Path, capsys: Captured) -> None:
    target = here / "mine.dbc"
    target.write_text("mine")
    arguments = ["--packs", "2", "--dut", "pylon_parallel", "-o", "mine.dbc"]
    assert "mine.dbc is there already" in refused(capsys, *arguments)
    assert target.read_text() == "mine"
    assert main(["dbc", *arguments, "--force"]) == 0
    database: Any = cantools.database.load_file(target)
    assert database.get_message_by_name("Pack2_Limits").frame_id == 0x451
    assert [path.name for path in here.iterdir()] == ["mine.dbc"]


def test_a_file_that_cannot_be_written_leaves_nothing(
    here: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert "mine.dbc: cannot be written: No space left on device" in refused(capsys, "-o", "mine.dbc")
    assert list(here.iterdir()) == []
    assert "No such file or directory" in refused(capsys, "-o", "nowhere/mine.dbc")


def test_a_folder_takes_the_file_under_its_usual_name(here: Path, capsys: Captured) -> None:
    (here / "files").mkdir()
    assert main(["dbc", "--packs", "2", "--dut", "pylon_parallel", "-o", "files"]) == 0
    assert capsys.readouterr().out == "files/pylontech_lv_1_2__plus_0x100__2_packs.dbc\n"


def test_standard_output_takes_the_file_alone(here: Path, capsys: Captured) -> None:
    assert main(["dbc", "--scheme", "<<12", "--packs", "16", "--dialect", "pylontech-lv-1.3", "-o", "-"]) == 0
    assert capsys.readouterr() == ((SHIPPED / "pylontech_lv_1_3__shift_12__16_packs.dbc").read_text(), "")
    assert list(here.iterdir()) == []


def test_it_warns_of_neighbours_and_names_the_identifiers(capsys: Captured) -> None:
    assert main(["dbc", "--scheme", "+0x10", "--packs", "3"]) == 0
    output, errors = capsys.readouterr()
    assert output == "pylontech_lv_1_2__plus_0x10__3_packs.dbc\n"
    victron = next(line for line in errors.splitlines() if "victron" in line)
    assert victron == (
        "warning: not on one bus with devices of victron: "
        "0x371 (0x351 of pack 3) is Victron device name part 2, "
        "0x375 (0x355 of pack 3) is Victron cell with the highest voltage, "
        "0x376 (0x356 of pack 3) is Victron cell with the lowest temperature, "
        "0x379 (0x359 of pack 3) is Victron installed capacity"
    )


def test_as_json_it_prints_one_document(capsys: Captured) -> None:
    assert main(["dbc", "--packs", "2", "--json"]) == 0
    output, errors = capsys.readouterr()
    document = json.loads(output)
    assert errors == ""
    assert document["file"] == "pylontech_lv_1_2__plus_0x100__2_packs.dbc"
    assert document["messages"] == 2 * 6 + 1
    (warning,) = document["warnings"]
    assert warning == (
        "not on one bus with devices of goodwe: 0x455 (0x355 of pack 2) is GoodWe alarms and warnings, "
        "0x456 (0x356 of pack 2) is GoodWe limits"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--packs", "6"],
            "+0x100 with 6 packs leaves 11 bits, at most 5 packs fit: 0x851 (0x351 of pack 6)",
        ),
        (["--scheme", "base"], "base with 3 packs overlaps: 0x351 is pack 1 (0x351) and pack 2 (0x351)"),
        (["--scheme", "+0x10", "--dut", "victron"], "0x371 is pack 3 (0x351) and Victron device name part 2"),
        (["--scheme", "<<12", "--packs", "17"], "<<12 is made for 16 packs, not for 17"),
        (["--packs", "0"], "a bank has at least one pack, not 0"),
        (["--dialect", "klingon"], "no dialect 'klingon': known are pylontech-lv-1.2"),
        (["--scheme", "+7"], "no id scheme '+7': known are base"),
        (
            ["--dut", "victrom"],
            "--dut victrom: no profile and no dialect is called so, did you mean 'victron'",
        ),
        (["-o", "-", "--json"], "-o - and --json both want standard output"),
    ],
)
def test_what_it_refuses(here: Path, capsys: Captured, arguments: list[str], told: str) -> None:
    assert told in refused(capsys, *arguments)
    assert list(here.iterdir()) == []
