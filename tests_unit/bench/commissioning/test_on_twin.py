"""The checklist on a twin: a bank as it should be, and banks that somebody has wired wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.bench.commissioning import Terms, Walk, find_subject, open_site
from bmshil.errors import InputError
from bmshil.rig import Rig, find

if TYPE_CHECKING:
    from pathlib import Path

PACKS = "packs: [{module: generic-16s, capacity: 100}, {module: generic-16s, capacity: 50}, {module: generic-16s, capacity: 100}]"  # noqa: E501 - as the rig file has it


def walked(path: str | Path) -> Walk:
    subject = find_subject(str(path))
    assert isinstance(subject, Rig)
    with open_site(subject) as site:
        walk = Walk(
            site,
            Terms(packs=len(subject.modules), per_pack=tuple(one.charge_current for one in subject.modules)),
        )
        walk.walk()
    return walk


def found(walk: Walk, result: str) -> dict[str, str]:
    return {one.name: one.found for one in walk.checks if one.result == result}


def rig(folder: Path, old: str, new: str) -> Path:
    text = find("twin").read_text(encoding="utf-8")
    assert old in text
    path = folder / "rig.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_bank_as_it_should_be_passes_every_step() -> None:
    walk = walked("twin")
    assert found(walk, "ok").keys() == {one.name for one in walk.checks}
    assert len(walk.checks) == 11
    said = found(walk, "ok")
    assert said["charge current"] == "125 A for 3 batteries"
    assert said["all together"] == "3 speakers in pylontech-lv-1.2 (+0x100)"
    assert {number: len(one.identifiers) for number, one in walk.alone.items() if one} == {1: 6, 2: 6, 3: 6}


def test_two_packs_with_one_address_fail_where_they_show(tmp_path: Path) -> None:
    packs = PACKS.replace("100}]", "100, switches: {dip: '1000'}}]")
    walk = walked(rig(tmp_path, PACKS, packs))
    failed = found(walk, "failed")
    assert failed["identifiers"].startswith("those of battery 2 have two senders")
    assert failed["module count"] == "2 of 3 batteries are told"
    assert failed["charge current"] == "100 A, and 3 batteries take 125 A, as much as 2 of them take"


def test_a_third_terminator_stops_everything_but_the_cable(tmp_path: Path) -> None:
    walk = walked(rig(tmp_path, "envelope:", "wire: {terminators: 1}\nenvelope:"))
    assert found(walk, "failed") == {
        "termination": "40 ohm: three terminators; it must be 55 to 65 ohm",
    }
    assert len(found(walk, "not checked")) == 9


def test_a_pack_without_its_can_plug_is_missing(tmp_path: Path) -> None:
    packs = PACKS.replace("100}]", "100, switches: {can_port: false}}]")
    walk = walked(rig(tmp_path, PACKS, packs))
    failed = found(walk, "failed")
    assert failed["each alone"] == "battery 3 alone says nothing"
    assert failed["module count"] == "2 of 3 batteries are told"
    assert failed["charge current"] == "75 A, and 3 batteries take 125 A, as much as 2 of them take"


def test_behind_a_hub_packs_are_not_asked_to_speak_alone() -> None:
    walk = walked("twin-hub")
    assert found(walk, "failed") == {}
    assert found(walk, "not checked") == {
        "each alone": "a hub speaks for all groups: commission each group by itself",
        "SOC spread": "one value is heard for all: compare the lamps of the batteries",
    }


def test_a_lone_master_is_found_to_speak_for_itself_alone() -> None:
    failed = found(walked("twin-lone"), "failed")
    assert failed == {
        "module count": "1 of 2 batteries are told",
        "charge current": "50 A, and 2 batteries take 100 A, as much as 1 of them take",
    }


def test_what_is_neither_a_rig_nor_an_interface_is_refused() -> None:
    with pytest.raises(InputError, match="no rig is called 'nowhere'"):
        find_subject("nowhere")
    with pytest.raises(InputError, match="another process makes its twin"):
        find_subject("twin-process")
    with pytest.raises(InputError, match="listened to on CAN, and this rig has only RS485"):
        find_subject("twin-rs485")
    assert str(find_subject("slcan:/dev/ttyACM0")) == "slcan:/dev/ttyACM0"
