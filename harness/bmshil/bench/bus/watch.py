"""What is on the bus: who was heard when, and who does not belong there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bmshil.bench.bus.repeats import Repeats
from bmshil.journal import Frame, identifier_label
from bmshil.timeline import Nanoseconds, to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.journal import Journal
    from bmshil.ports import CanPort

Identifier = tuple[int, bool]
"""An identifier and whether it has 29 bits."""


class BusWatch:
    """Listens where timing is decided: at the witness, or at the emulator's own confirmations without one.

    A witness also hears what nobody acknowledges, again and again. That counts as one frame, and not as
    one that has reached anybody.

    Args:
        port: the witness, or the emulator.
        senders: ports whose confirmations tell what was acknowledged.
        journal: where strays are written.
        bank: identifiers that the bank sends.
        device: identifiers that the device's dialect sends.

    On wall time it listens on the timeline's thread, and is asked on another: who asks gets a copy.
    """

    def __init__(
        self,
        port: CanPort,
        journal: Journal,
        *,
        bank: Iterable[Identifier],
        device: Iterable[Identifier],
        senders: Iterable[CanPort],
    ) -> None:
        self._foreign: dict[Identifier, Nanoseconds] = {}
        self._journal = journal
        self._bank = frozenset(bank)
        self._device = frozenset(device)
        self._heard: dict[Identifier, Nanoseconds] = {}
        self._counts: Counter[Identifier] = Counter()
        self._strays: set[Identifier] = set()
        self._repeats = Repeats(senders)
        port.subscribe(self._take)
        if not port.listen_only:
            port.subscribe_sent(self._take)

    def last_acknowledged(self, identifiers: Iterable[Identifier]) -> float | None:
        """End of the bank's last acknowledged frame with one of the identifiers, s; None without one."""
        times = [
            when
            for one in identifiers
            if one in self._heard and (when := self._repeats.acknowledged(one, self._heard[one])) is not None
        ]
        return to_seconds(max(times)) if times else None

    @property
    def heard(self) -> dict[Identifier, float]:
        """When each identifier was last heard, s."""
        return {key: to_seconds(when) for key, when in self._heard.copy().items()}

    @property
    def foreign(self) -> dict[Identifier, Nanoseconds]:
        """Identifiers of others than the bank, with the time they were last heard."""
        return self._foreign.copy()

    def count(self) -> Counter[Identifier]:
        """How many frames each identifier had so far; the difference of two counts gives a rate."""
        return self._counts.copy()

    def forget(self) -> None:
        """Begin anew, at the start of a test."""
        self._strays.clear()
        self._foreign.clear()

    def _take(self, when: Nanoseconds, frame: Frame) -> None:
        key = (frame.id, frame.extended)
        self._heard[key] = when
        if not self._repeats.again(when, frame):
            self._counts[key] += 1
        if key in self._bank:
            return
        self._foreign[key] = when
        if key not in self._device and key not in self._strays:
            self._strays.add(key)
            self._journal.event("stray_frame", "bus", id=identifier_label(*key))
