"""What a rig lacks for the physical layer is named, and a rig file corrects what is known of an adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from bmshil.bench import foreseen, open_bench
from bmshil.errors import RigError
from bmshil.rig import load

if TYPE_CHECKING:
    from conftest import Begun, Rig


def test_a_rig_without_a_disturber_says_so(rig: Rig, begun: Begun) -> None:
    with open_bench(rig(without=("disturber",))) as bench:
        with pytest.raises(RigError, match=r"rig twin has no disturber: add can\.disturber"):
            _ = bench.disturber
        assert bench.unmet(["disturber"]) == "not observable: the rig has no can.disturber"
        begun(bench).end()


@pytest.mark.parametrize(
    ("need", "reason"),
    [
        (
            "echo:emulator",
            "not observable: can.emulator is no adapter that confirms what it has sent (slcan, ",
        ),
        ("errors:emulator", "not observable: can.emulator is no adapter that reports error frames (slcan, "),
        ("errors:witness", "not observable: the rig has no can.witness"),
        ("listens:disturber", "not observable: the rig has no can.disturber"),
        ("disturber", "not observable: the rig has no can.disturber"),
        ("can_break", "not observable: no relay can_break in the CAN cable"),
        ("can_term", "not observable: no relays can_term_a and can_term_b for the terminators"),
        ("ohmmeter", "not observable: no instruments.ohmmeter between CAN-H and CAN-L"),
    ],
)
def test_what_a_rig_lacks_is_named(need: str, reason: str) -> None:
    told = foreseen(load("emulate_slcan"), [need])
    assert told is not None
    assert told.startswith(reason)


def test_a_rig_file_corrects_what_is_known_of_an_adapter(rig: Rig) -> None:
    path = rig()
    assert foreseen(load(path), ["echo:disturber", "errors:witness", "listens:disturber", "lone_dut"]) is None
    text = path.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    content["can"]["disturber"] |= {"capabilities": {"listen_only": False}, "listen_only": False}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    told = foreseen(load(path), ["listens:disturber"])
    assert told is not None
    assert told.startswith(
        "not observable: can.disturber is no adapter that can be told to listen only (twin,"
    )
    told = foreseen(load(path), ["lone_dut"])
    assert told == "not observable: another adapter than the emulator acknowledges too; let it only listen"


def test_old_frames_are_not_asked_for_where_the_adapter_cannot_take_them_back(rig: Rig) -> None:
    path = rig()
    assert foreseen(load(path), ["flushes:emulator"]) is None
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["can"]["emulator"] |= {"capabilities": {"flush": False}}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    told = foreseen(load(path), ["flushes:emulator"])
    assert told is not None
    assert told.startswith(
        "not observable: can.emulator is no adapter that takes back what it has not sent (twin,"
    )
