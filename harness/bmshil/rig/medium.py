"""Whether bank and device meet: on CAN, or on a serial line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms import ALONE

if TYPE_CHECKING:
    from bmshil.inverter import Document, Profile
    from bmshil.rig.layout import RigFile


def check_medium(document: Document, file: RigFile, device: Profile, architecture: str) -> None:
    """Refuse a device that listens where nobody speaks.

    Args:
        document: for the place of a mistake.
        file: the rig file.
        device: the profile that is meant, whether the file names it or not.
        architecture: kind of it.

    Raises:
        InputError: with file, line and key.
    """
    line, declares = file.serial.emulator, device.declares
    if declares.serial is None:
        if file.can.emulator is None:
            raise document.error(f"{device.name} listens on CAN, and the rig has no can.emulator", "dut")
        return
    if line is None:
        raise document.error(f"{device.name} asks over RS485, and the rig has no serial.emulator", "dut")
    if file.can.emulator is not None:
        raise document.error(
            f"{device.name} asks over RS485: take can out, nobody would acknowledge a frame there", "can"
        )
    if line.dialect != declares.dialect:
        raise document.error(
            f"{line.dialect}, but {device.name} asks in {declares.dialect}", "serial", "emulator", "dialect"
        )
    if architecture == "polled" and not declares.serial.ascii:
        raise document.error(
            f"polled, but in {line.dialect} one speaks for the bank: write master, or leave it out",
            "architecture",
        )
    if architecture not in ALONE:
        raise document.error(
            f"{architecture}, but on one RS485 bus one speaks for the bank, or the inverter asks each pack: "
            "write master or polled",
            "architecture" if file.architecture else "bank",
        )
