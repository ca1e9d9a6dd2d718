"""The bank's end of the serial line of an inverter: what is asked, what is answered, and what goes wrong."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bmshil.bms.line_faults import LineFault
    from bmshil.bms.multidrop import Multidrop, Station
    from bmshil.timeline import Nanoseconds, Timeline

    Hear = Callable[[Nanoseconds, bytes], object]

REMEMBERED = 64
"""Answers that are on their way at most: more than any bank has packs."""


class BankLine:
    """Stands between the packs that answer and the line, and listens to it itself.

    To the packs it is the line: they attach, plug in and out, and send here.

    Args:
        timeline: gives the time.
        line: the line with the inverter at its end.

    Attributes:
        on_question: gets ``(when, bytes)`` for what others have said, at the end of the last byte; on a real
            line it may come in pieces.
        on_answer: likewise for what the bank has said.
        on_collision: likewise for what two of the bank have made of each other.
        spoiling: whether faults are on.
    """

    def __init__(self, timeline: Timeline, line: Multidrop) -> None:
        self.on_question: list[Hear] = []
        self.on_answer: list[Hear] = []
        self.on_collision: list[Hear] = []
        self._timeline = timeline
        self._line = line
        self._faults: list[LineFault] = []
        self._unplugged: set[Station] = set()
        self._stations: list[Station] = []
        self._said: deque[bytes] = deque(maxlen=REMEMBERED)
        self._answers = self._collided = 0
        line.attach(self)

    @property
    def name(self) -> str:
        """Of the line."""
        return self._line.name

    @property
    def baud(self) -> int:
        """Of the line, bit/s."""
        return self._line.baud

    @property
    def spoiling(self) -> bool:
        """Whether a fault is on, or the plug is out."""
        return bool(self._faults or self._unplugged)

    def attach(self, station: Station, *, connected: bool = True) -> None:
        """Add a pack."""
        self._stations.append(station)
        self._line.attach(station, connected=connected)

    def connect(self, station: Station, connected: bool) -> None:
        """Plug a pack in or out."""
        self._line.connect(station, connected)

    def send(self, station: Station, data: bytes, after: float = 0.0) -> None:
        """Answer, ``after`` seconds from now, with the faults that are on."""
        self._answers += 1
        answer: tuple[bytes, float] | None = (data, after)
        for fault in self._faults:
            if answer is None:
                return
            answer = fault(self._answers, answer)
        if answer is not None:
            self._said.append(answer[0])
            self._line.send(station, *answer)

    def hear(self, when: Nanoseconds, data: bytes) -> None:
        """Tell questions and answers apart; the line calls this."""
        listeners = self.on_question
        if data in self._said:
            self._said.remove(data)
            listeners = self.on_answer
        elif self._line.collisions > self._collided:
            self._collided = self._line.collisions
            self._said.clear()
            listeners = self.on_collision
        for listener in listeners:
            listener(when, data)

    @contextmanager
    def spoilt(self, fault: LineFault) -> Iterator[None]:
        """Let something happen to the answers for a while."""
        self._timeline.call(lambda: self._faults.append(fault))
        try:
            yield
        finally:
            self._timeline.call(lambda: self._faults.remove(fault) if fault in self._faults else None)

    @contextmanager
    def unplugged(self) -> Iterator[None]:
        """Pull the plug of the bank for a while: it hears nothing, and nobody hears it."""
        self._timeline.call(lambda: self._plug(connected=False))
        try:
            yield
        finally:
            self._timeline.call(lambda: self._plug(connected=True))

    def reset(self) -> None:
        """Forget faults and put plugs in, on the timeline."""
        self._faults.clear()
        self._plug(connected=True)

    def _plug(self, *, connected: bool) -> None:
        for station in self._stations:
            if connected and station in self._unplugged:
                self._line.connect(station, True)
            elif not connected and station in self._line.stations:
                self._line.connect(station, False)
                self._unplugged.add(station)
        if connected:
            self._unplugged.clear()
