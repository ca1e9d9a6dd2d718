"""A set-up sheet is kept beside the rig, and doubted when the device is another one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from bmshil.errors import InputError
from bmshil.rig import Rig, find, load
from bmshil.rig.sheet import Sheet, Step, read_sheet, sheet_doubts, sheet_path, write_sheet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    path = tmp_path / "lab-b.yaml"
    path.write_text(find("template_slcan").read_text(encoding="utf-8"), encoding="utf-8")
    return load(path)


def sheet(rig: Rig) -> Sheet:
    return Sheet(
        rig="lab-b",
        profile="pylon_single",
        firmware="unknown",
        serial="unknown",
        operator="Ana",
        when=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        steps=tuple(Step(text, "120 A") for text in rig.profile.declares.setup_sheet),
    )


def test_it_is_kept_beside_the_rig_file(rig: Rig, tmp_path: Path) -> None:
    assert read_sheet(rig) is None
    assert write_sheet(rig, sheet(rig)) == tmp_path / "lab-b.sheet.json"
    assert read_sheet(rig) == sheet(rig)
    told = msgspec.json.decode(sheet_path(rig).read_bytes())
    assert (told["operator"], told["when"], told["steps"][0]["value"]) == (
        "Ana",
        "2026-11-20T09:30:00Z",
        "120 A",
    )
    assert sheet(rig).citation == "set-up sheet: Ana, 2026-11-20"
    assert sheet_doubts(rig, sheet(rig)) == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"profile": "sma_si"}, "it is for profile sma_si, and here is pylon_single"),
        ({"firmware": "V7"}, "it is for firmware V7, and here is unknown"),
        ({"serial": ""}, "it is for serial number unknown, and here is unknown"),
        ({"steps": (Step("Battery type: lead-acid"),)}, "the profile has other steps by now"),
    ],
)
def test_a_sheet_of_another_device_is_doubted(rig: Rig, change: dict[str, object], told: str) -> None:
    assert sheet_doubts(rig, msgspec.structs.replace(sheet(rig), **change)) == (told,)


def test_what_is_no_sheet_is_one_line(rig: Rig) -> None:
    sheet_path(rig).write_text("{}")
    with pytest.raises(
        InputError, match=r"lab-b\.sheet\.json: no set-up sheet: .*: do `bmshil sheet "
    ) as caught:
        read_sheet(rig)
    assert "\n" not in str(caught.value)


def test_where_nothing_can_be_written_that_is_said(rig: Rig) -> None:
    sheet_path(rig).mkdir()
    with pytest.raises(InputError, match=r"lab-b\.sheet\.json cannot be written: Is a directory"):
        write_sheet(rig, sheet(rig))


def test_a_twin_has_no_menu() -> None:
    assert read_sheet(load("twin")) is None
