"""Bank and device meet on CAN or on a serial line, or the rig is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bmshil.errors import InputError
from bmshil.inverter import profile
from bmshil.rig import Rig, load, planned_traffic, refusals

if TYPE_CHECKING:
    from pathlib import Path

LINE = "serial: {emulator: {device: twin, baud: 9600}}"
CAN = "can: {emulator: {interface: twin, channel: bus0}}"


def rig(
    folder: Path, *lines: str, dut: str = "pylon_rs485", packs: int = 1, placement: str = "inside"
) -> Rig:
    path = folder / "rig.yaml"
    bank = f"bank: {{packs: [{', '.join(['{module: generic-16s}'] * packs)}]}}"
    head = ["name: try", f"placement: {placement}", f"dut: {{profile: {dut}}}", bank]
    path.write_text("\n".join([*head, *lines]), encoding="utf-8")
    return load(path)


def test_a_rig_with_a_serial_line_needs_no_can_bus(tmp_path: Path) -> None:
    found = rig(tmp_path, LINE)
    assert (found.can, found.over_rs485, found.all_twin, found.inside) == ({}, True, True, True)
    assert (found.architecture.kind, found.ids.packs, found.serial["emulator"].baud) == ("single", 1, 9600)
    traffic = planned_traffic(found)
    assert (traffic.messages, traffic.load) == ((), 0.0)


def test_several_packs_are_asked_one_by_one(tmp_path: Path) -> None:
    found = rig(tmp_path, LINE, "architecture: polled", dut="pylon_polled", packs=3)
    assert (found.over_rs485, found.architecture.kind, len(found.modules)) == (True, "polled", 3)


@pytest.mark.parametrize(
    ("lines", "dut", "packs", "message"),
    [
        ((), "pylon_rs485", 1, "line 1: nobody plays the batteries: write can.emulator, or serial.emulator"),
        (
            (LINE, "can: {witness: {interface: twin, channel: bus0}}"),
            "pylon_rs485",
            1,
            "line 6: can: nobody plays the batteries",
        ),
        ((CAN,), "pylon_rs485", 1, "line 3: dut: pylon_rs485 asks over RS485, and the rig has no serial.emu"),
        (
            (LINE,),
            "pylon_single",
            1,
            "line 3: dut: pylon_single listens on CAN, and the rig has no can.emula",
        ),
        ((LINE, CAN), "pylon_rs485", 1, "line 6: can: pylon_rs485 asks over RS485: take can out"),
        (
            ("serial: {emulator: {device: twin, dialect: growatt-rs485}}",),
            "pylon_rs485",
            1,
            "line 5: serial.emulator.dialect: growatt-rs485, but pylon_rs485 asks in pylontech-rs485",
        ),
        (
            ("serial: {emulator: {device: twin, dialect: growat-rs485}}",),
            "pylon_rs485",
            1,
            "line 5: serial.emulator.dialect: no serial dialect is called 'growat-rs485', did you mean",
        ),
        ((LINE,), "pylon_polled", 3, "line 4: bank: parallel, but on one RS485 bus one speaks for the bank"),
    ],
)
def test_a_device_that_listens_where_nobody_speaks_is_refused(
    tmp_path: Path, lines: tuple[str, ...], dut: str, packs: int, message: str
) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        rig(tmp_path, *lines, dut=dut, packs=packs)


def test_in_dialects_over_modbus_one_speaks_for_the_bank(tmp_path: Path) -> None:
    own = profile("pylon_rs485").path.read_text(encoding="utf-8")
    own = own.replace("pylontech-system", "growatt-1xsxxp").replace("dialect: pylontech", "dialect: growatt")
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    line = "serial: {emulator: {device: twin, dialect: growatt-rs485}}"
    assert rig(tmp_path, line, dut="own.yaml").over_rs485
    with pytest.raises(InputError, match="line 6: architecture: polled, but in growatt-rs485 one speaks"):
        rig(tmp_path, line, "architecture: polled", dut="own.yaml")


def test_a_serial_adapter_must_be_isolated_or_waived(tmp_path: Path) -> None:
    line = "serial: {emulator: {device: /dev/ttyUSB7, baud: 9600%s}}"
    (asked,) = refusals(rig(tmp_path, line % "", placement="real"))
    assert "serial.emulator: is /dev/ttyUSB7 galvanically isolated?" in asked
    assert refusals(rig(tmp_path, line % ", isolated: true", placement="real")) == ()
    assert refusals(rig(tmp_path, line % ", isolated: false, waiver: me", placement="real")) == ()
