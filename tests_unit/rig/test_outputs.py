"""What must stand beside the computer before real outputs go on."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bmshil.errors import InputError
from bmshil.rig import Rig, find, load
from bmshil.rig.outputs import drill_refusals, mark_refusals, output_refusals
from bmshil.safety import Drill, Mark, record_drill, write_mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PERMIT = """  permit:
    driver: waveshare-relays
    resource: "ASRL/dev/serial/by-id/usb-permit::INSTR"
    channels: {permit: 1}
"""
SUPPLY = "    driver: ea-psb10000\n"


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BMSHIL_STATE", str(tmp_path / "state"))


@pytest.fixture
def real(tmp_path: Path) -> Callable[..., Rig]:
    """The template of a real rig with texts replaced."""

    def make(*changes: tuple[str, str]) -> Rig:
        text = find("template_slcan").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "rig.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return make


def causes(rig: Rig) -> list[str]:
    return [one.cause for one in output_refusals(rig)]


def test_the_template_has_what_its_power_needs(real: Callable[..., Rig]) -> None:
    assert output_refusals(real()) == ()


@pytest.mark.parametrize("name", ["twin", "twin-process", "template_selftest", "emulate_slcan"])
def test_where_no_real_output_is_nothing_is_needed(name: str) -> None:
    rig = load(name)
    assert output_refusals(rig) == ()
    assert drill_refusals(rig) == ()


def test_above_1_kw_something_switches_off_without_the_computer(real: Callable[..., Rig]) -> None:
    told = "with envelope.power of 5000 W, above 1000 W, something has to switch off without the computer"
    assert causes(real((PERMIT, ""))) == [told]
    untimed = PERMIT.replace("waveshare", "lcus")
    assert causes(real((PERMIT, untimed))) == [told]
    # A supply with a watchdog is such a layer as well.
    assert causes(real((PERMIT, ""), (SUPPLY, "    driver: keysight-rp7900\n"))) == []
    assert causes(real((PERMIT, ""), ("power: 5000}\ncontrol", "power: 1000}\ncontrol"))) == []


def test_above_1_kw_an_emergency_stop_is_there(real: Callable[..., Rig]) -> None:
    without = ("safety: {emergency_stop: true}\n", "")
    (refusal,) = output_refusals(real(without))
    assert refusal.cause.endswith("an emergency stop has to stand in the coil circuit of the main contactor")
    assert str(refusal).endswith("contactor: build it in, then write emergency_stop: true under safety")
    assert output_refusals(real(without, ("power: 5000}\ncontrol", "power: 1000}\ncontrol"))) == ()


def test_above_60_v_no_real_output_is_allowed(real: Callable[..., Rig]) -> None:
    with pytest.raises(InputError, match="real outputs above 60 V DC are refused"):
        real(("{voltage: 60, current", "{voltage: 60.5, current"))


def drill(days: float, *, clean: bool = True) -> Drill:
    return Drill("lab-b", datetime.now(UTC) - timedelta(days=days), 0.4, 0.02, clean)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (None, "nobody has drilled on this rig"),
        (drill(31), "the last drill is 31 days old, more than 30"),
        (drill(1, clean=False), "did not end with everything off"),
        (drill(29), None),
    ],
)
def test_a_real_rig_needs_a_drill_of_the_last_30_days(
    real: Callable[..., Rig], last: Drill | None, told: str | None
) -> None:
    if last is not None:
        record_drill(last)
    found = drill_refusals(real())
    assert len(found) == (told is not None)
    if told is not None:
        assert told in found[0].cause
        assert found[0].remedy.startswith("run `bmshil drill ")


def test_a_rig_that_was_not_confirmed_off_stays_locked(real: Callable[..., Rig]) -> None:
    rig = real()
    assert mark_refusals(rig) == ()
    write_mark(Mark("lab-b", 4711, "ana", "qualify", "2026-11-20T10:00:00", ("supply: off: failed",)))
    (refusal,) = mark_refusals(rig)
    assert refusal.cause.startswith("not confirmed off since the run of ana (qualify, process 4711, since")
    assert refusal.cause.endswith("supply: off: failed")
    assert refusal.remedy.startswith("run `bmshil off ")


def test_what_a_served_twin_had_on_is_gone_with_its_process() -> None:
    rig = load("twin-process")
    mark = Mark("twin-process", 4711, "ana", "qualify", "2026-11-20T10:00:00", twin=os.getpid())
    write_mark(mark)
    assert len(mark_refusals(rig)) == 1
    write_mark(Mark("twin-process", 4711, "ana", "qualify", "2026-11-20T10:00:00", twin=2**22 + 1))
    assert mark_refusals(rig) == ()
    assert mark_refusals(load("twin")) == ()
