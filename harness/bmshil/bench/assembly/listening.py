"""Who listens to device and bank: on the CAN bus, or on the serial line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bmshil.bench.bus.line_watch import LineWatch
from bmshil.bench.bus.watch import BusWatch
from bmshil.inverter import KeepAliveWatch

if TYPE_CHECKING:
    from bmshil.bench.assembly.house import House


class Listeners(NamedTuple):
    """Those who listen all the time.

    Attributes:
        keepalive: for the device's sign of life.
        bus: on the CAN bus; None where there is none.
        line: on the serial line, where the device asks over it.
    """

    keepalive: KeepAliveWatch
    bus: BusWatch | None
    line: LineWatch | None


def listen(house: House) -> Listeners:
    """Begin to listen."""
    rig, declares = house.rig, house.rig.profile.declares
    keepalive = KeepAliveWatch(declares.keepalive)
    bus = line = None
    if house.ears is not None:
        house.ears.subscribe(keepalive.hear)
        bus = BusWatch(
            house.ears,
            house.journal,
            bank=[
                *rig.ids.beside,
                *(
                    rig.ids.wire(message.id, speaker)
                    for message in rig.dialect.messages
                    for speaker in range(1, rig.ids.packs + 1)
                ),
            ],
            device=[
                *rig.ids.device,
                (declares.keepalive.id, declares.keepalive.extended),
            ],
            senders=[port for role, port in house.ports.items() if role != "witness" and port.confirms],
        )
    if declares.serial is not None and house.on_line is not None:
        line = LineWatch(
            house.on_line.line,
            house.journal,
            declares=declares.serial,
            keepalive=keepalive,
            answers=house.on_line.answers,
        )
    return Listeners(keepalive, bus, line)
