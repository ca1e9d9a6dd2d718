"""Asking one address after the other, and pairing what comes back with what was asked."""

from collections.abc import Callable, Iterator
from typing import Protocol

from bmshil.timeline import Nanoseconds, Timeline, Timer
from bmshil.twin.inverter.polling.protocols import Query
from bmshil.twin.inverter.polling.reading import Reading, Unfit
from bmshil.twin.inverter.polling.settings import Polling

PATIENCE = 3
"""Answers that an address may leave out in a row before it counts as one where nobody is."""

GAP = 0.05
"""Silence that it leaves after a reply, s (dual router of flankerzo: 50 ms)."""


class Line(Protocol):
    """The device's side of the pair of wires."""

    def send(self, data: bytes) -> object:
        """Send bytes; never blocks."""


class Poller:
    """Polls while the device is up.

    A reply names no command. So a sound device forgets what it has received before it asks, and takes a reply
    only for an answer where address and length are those of what it asked. What comes later than `timeout`
    is dropped with it.

    Args:
        timeline: its time.
        line: where it asks; give what is heard there to `hear`.
        rules: what it asks, whom, and how often.
        learn: gets the number of the pack (from 1), what it said, and when.

    Attributes:
        connected: while False its plug is out: it neither asks nor hears.
        asked, missed, garbled, refused: how many questions, how many without an answer, how many replies that
            were damaged, and how many sound ones that were no answer to what was asked.
    """

    def __init__(
        self,
        timeline: Timeline,
        line: Line,
        rules: Polling,
        learn: Callable[[int, Reading, Nanoseconds], object],
    ) -> None:
        self.connected = True
        self.asked = self.missed = self.garbled = self.refused = 0
        self._timeline = timeline
        self._line = line
        self._rules = rules
        self._learn = learn
        self._buffer = bytearray()
        self._pending: tuple[int, Query] | None = None
        self._answers = set[int]()  # places in the list of addresses from which somebody answers
        self._missing = dict.fromkeys(range(len(rules.addresses)), 0)
        self._turns = self._take_turns()
        self._asked_at = 0.0
        self._timer: Timer | None = None

    def start(self) -> None:
        """Begin with the first address."""
        self.stop()
        self._answers.clear()
        self._turns = self._take_turns()
        self._ask()

    def stop(self) -> None:
        """Fall silent."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._pending = None
        self._buffer.clear()

    def hear(self, when: Nanoseconds, data: bytes) -> None:
        """Take in bytes that have arrived."""
        if not self.connected or self._timer is None:
            return
        self._buffer += data
        self._look(when)
        if self._pending is None and self._rules.checks.pairing:
            self._buffer.clear()

    def _look(self, when: Nanoseconds) -> None:
        while self._pending is not None:
            place, query = self._pending
            raw = query.split(self._buffer)
            if raw is None:
                return
            try:
                reading = query.answer(raw, self._rules.addresses[place], self._rules.checks)
            except Unfit as unfit:
                self.garbled += unfit.garbled
                self.refused += not unfit.garbled
                continue
            self._pending = None
            self._answers.add(place)
            self._missing[place] = 0
            self._learn(1 if self._rules.protocol.one_speaker else place + 1, reading, when)
            self._schedule(max(GAP, self._asked_at + self._rules.interval - self._timeline.seconds))

    def _take_turns(self) -> Iterator[tuple[int, Query]]:
        """Yield whom to ask what: the place in the list of addresses, and the question."""
        protocol, places = self._rules.protocol, range(len(self._rules.addresses))
        while protocol.one_speaker:
            for place in places:
                self._answers.add(place)
                while place in self._answers:
                    self._answers.clear()
                    yield from ((place, query) for query in protocol.queries)
        while True:
            for place in places:
                if protocol.opening is not None and place not in self._answers:
                    yield place, protocol.opening
                    if place not in self._answers:
                        continue
                yield from ((place, query) for query in protocol.queries)

    def _ask(self) -> None:
        self._pending = place, query = next(self._turns)
        if self._rules.checks.pairing:
            self._buffer.clear()
        self._asked_at = self._timeline.seconds
        self._schedule(self._rules.timeout, self._give_up)
        if self.connected:
            self.asked += 1
            self._line.send(query.ask(self._rules.addresses[place]))
            self._look(self._timeline.now)

    def _give_up(self) -> None:
        if self._pending is not None:
            place, self._pending = self._pending[0], None
            self._missing[place] += 1
            if self._missing[place] >= PATIENCE:
                self._answers.discard(place)
            self.missed += self.connected
        self._schedule(max(0.0, self._asked_at + self._rules.interval - self._timeline.seconds))

    def _schedule(self, seconds: float, then: Callable[[], object] | None = None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._timeline.after(seconds, then or self._ask)
