"""The RS485 line on which the bank answers: the twin's, or a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import serial

from bmshil.bms.multidrop import Multidrop
from bmshil.ports import SerialPort
from bmshil.rig.part import TWIN
from bmshil.twin.serialbus import SerialAdapter, SerialMedium, create, free_name, remove

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack
    from pathlib import Path

    from bmshil.journal import Journal
    from bmshil.rig import Rig, SerialChannel
    from bmshil.timeline import Timeline

HANDLERS = "bmshil.twin.serialbus"
"""Where pyserial finds what opens ``twin://``."""

USUAL_BAUD = 9600
"""Of inverters that ask over RS485, bit/s."""


def baud_of(channel: SerialChannel) -> int:
    """Speed of a serial line, bit/s."""
    return channel.baud or USUAL_BAUD


def make_serial_medium(rig: Rig, timeline: Timeline, stack: ExitStack) -> SerialMedium | None:
    """Make the twin's serial line, where the rig file asks for one; ``twin://`` and its name open it."""
    channel = rig.serial.get("emulator")
    if channel is None or not channel.twin:
        return None
    if HANDLERS not in serial.protocol_handler_packages:
        serial.protocol_handler_packages.append(HANDLERS)
    made = create(free_name("rs485"), timeline)
    stack.callback(remove, made.name)
    return made


def open_line(
    rig: Rig, timeline: Timeline, journal: Journal, medium: SerialMedium | None, stack: ExitStack
) -> Multidrop | None:
    """Open the bank's serial port; None where the rig has none. ``stack`` closes it again.

    Args:
        rig: the rig file.
        timeline: gives the time.
        journal: gets the traffic.
        medium: the twin's line, from :func:`make_serial_medium`.
        stack: takes the closing.

    Returns:
        The wires on which packs hang, with the port at their end.

    Raises:
        PortError: the adapter is missing or refuses.
    """
    channel = rig.serial.get("emulator")
    if channel is None:
        return None
    url = channel.device if medium is None else f"twin://{medium.name}"
    port = SerialPort(timeline, journal, role="emulator", url=url, baud=baud_of(channel))
    port.open()
    stack.callback(port.close)
    return Multidrop(timeline, name="bank", baud=port.baud, port=port)


def plug_in_serial(rig: Rig, medium: SerialMedium | None, folder: Path, stack: ExitStack) -> dict[str, str]:
    """Give the twin's line a serial device in ``folder``, for another process; return devices by role."""
    if medium is None:
        return {}
    adapter = SerialAdapter(medium, folder / "rs485", baud=baud_of(rig.serial["emulator"]))
    adapter.start()
    stack.callback(adapter.stop)
    return {"emulator": str(adapter.link)}


def serial_through(rig: Rig, devices: Mapping[str, str]) -> dict[str, SerialChannel]:
    """The serial lines of a rig with the devices where they are served."""
    return {
        role: msgspec.structs.replace(channel, device=devices[role]) if channel.device == TWIN else channel
        for role, channel in rig.serial.items()
    }
