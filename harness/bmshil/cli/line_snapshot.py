"""What is going on while the bank is played on a serial line alone, in the same plain values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bmshil.cli.snapshot import Observer
from bmshil.dialects.pylontech_rs485 import FrameFault, Splitter, parse
from bmshil.inverter import KeepAliveWatch

if TYPE_CHECKING:
    from bmshil.bench import House
    from bmshil.cli.snapshot import Values
    from bmshil.timeline import Nanoseconds


class LineObserver(Observer):
    """Listens to the serial line and looks at the nodes.

    Args:
        house: the open rig, without a CAN bus.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._keepalive = KeepAliveWatch(house.rig.profile.declares.keepalive)
        self._asked: Counter[str] = Counter()
        self._answers = self._garbled = 0
        polls = house.rig.profile.declares.serial
        self._splitter = Splitter() if polls is None or polls.ascii else None
        if house.on_line is not None:
            house.on_line.line.on_question.append(self._question)
            house.on_line.line.on_answer.append(self._answer)

    def bus(self) -> Values:
        """What passes on the line, without the nodes."""
        age = self._keepalive.silence(self._house.timeline.now)
        return {
            "keepalive": {
                "id": "(a question over RS485)",
                "count": self._keepalive.count,
                "age": None if self._keepalive.last is None else round(age, 2),
            },
            "frames": {
                "sent": self._answers,
                "confirmed": None,
                "lost": 0,
                "stale": 0,
                "acknowledged": None,
                "received": self._asked.total(),
            },
            "heard": dict(sorted(self._asked.copy().items())),
            "bus_errors": self._garbled,
            "garbled": self._garbled,
            "adapter": None,
        }

    def _question(self, when: Nanoseconds, data: bytes) -> None:
        if self._splitter is None:
            self._count(when, f"{data[1:2].hex()} to {data[:1].hex()}")
            return
        for frame in self._splitter.feed(data):
            try:
                told = parse(frame)
            except FrameFault:
                self._garbled += 1
            else:
                self._count(when, f"{told.cid2:02X} to {told.adr:02X}")

    def _count(self, when: Nanoseconds, what: str) -> None:
        self._asked[what] += 1
        self._keepalive.note(when)

    def _answer(self, _when: Nanoseconds, _data: bytes) -> None:
        self._answers += 1


def observer(house: House) -> Observer:
    """Who looks at an open rig: on its CAN bus, or on its serial line where there is none."""
    return Observer(house) if house.ports else LineObserver(house)
