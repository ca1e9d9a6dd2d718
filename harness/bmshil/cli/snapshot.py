"""What is going on while the bank is played, as plain values: for screens and for the document at the end."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from bmshil.inverter import KeepAliveWatch
from bmshil.journal import Frame, identifier_label

if TYPE_CHECKING:
    from bmshil.bench import House
    from bmshil.bms import Node
    from bmshil.timeline import Nanoseconds

Values = dict[str, Any]


class Observer:
    """Listens to the bus and looks at the nodes.

    Args:
        house: the open rig.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._keepalive = KeepAliveWatch(house.rig.profile.declares.keepalive)
        self._heard: Counter[tuple[int, bool]] = Counter()
        port = house.ports["emulator"]
        port.subscribe(self._keepalive.hear)
        port.subscribe(self._hear)

    def look(self) -> Values:
        """Take a snapshot; each pack is one short event, so that no frame waits for more than one of them."""
        house = self._house
        packs = [house.timeline.call(partial(_pack, node)) for node in house.bank]
        return {"time": round(house.timeline.seconds, 1), "packs": packs, **self.bus()}

    def bus(self) -> Values:
        """What passes on the bus, without the nodes."""
        ports = self._house.ports
        emulator = ports["emulator"]
        health = emulator.health
        declared = self._keepalive.declared
        age = self._keepalive.silence(self._house.timeline.now)
        return {
            "keepalive": {
                "id": identifier_label(declared.id, declared.extended),
                "count": self._keepalive.count,
                "age": None if self._keepalive.last is None else round(age, 2),
            },
            "frames": {
                "sent": health.sent,
                "confirmed": health.confirmed if emulator.confirms else None,
                "lost": health.lost,
                "stale": health.stale,
                "acknowledged": emulator.acknowledged,
                "received": health.received,
            },
            "heard": {identifier_label(*key): count for key, count in sorted(self._heard.copy().items())},
            "bus_errors": sum(port.health.error_frames for port in ports.values()),
            "garbled": sum(port.health.garbled for port in ports.values()),
            "adapter": health.down,
        }

    def _hear(self, _when: Nanoseconds, frame: Frame) -> None:
        self._heard[frame.id, frame.extended] += 1


def _pack(node: Node) -> Values:
    report = node.report
    return {
        "pack": node.number,
        "on_air": node.on_air,
        "cvl": round(report.cvl, 2),
        "ccl": round(report.ccl, 1),
        "dcl": round(report.dcl, 1),
        "soc": round(report.soc, 4),
        "voltage": round(report.voltage, 2),
        "current": round(report.current, 1) + 0.0,  # no minus before zero
        "temperature": round(report.temperature, 1),
        "protections": [one.name for one in report.protections],
        "alarms": [one.name for one in report.alarms],
        "sent": node.sent,
        "skipped": node.skipped,
        "faults": [str(fault) for fault in node.faults.active],
    }
