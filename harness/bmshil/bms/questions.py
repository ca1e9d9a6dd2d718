"""What a speaker does with the questions of the device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.answer_slot import AnswerSlot

if TYPE_CHECKING:
    from bmshil.bms.transmitter import Transmitter
    from bmshil.dialects.asking import Ask
    from bmshil.journal import Frame, Journal


class Questions:
    """Reads what the device asks, and lets the speaker answer.

    Args:
        transmitter: the speaker; it has answered nobody yet.
        journal: where commands are written.

    Attributes:
        asleep: whether it was told to sleep: it answers nothing but the order to wake up.
        begun: whether it may send by itself: at once, or once the device has spoken, as the dialect has it.
    """

    def __init__(self, transmitter: Transmitter, journal: Journal) -> None:
        dialect = transmitter.dialect
        self.asleep = False
        self.begun = not dialect.begins
        self._first = self.begun
        self._transmitter = transmitter
        self._journal = journal
        self._asks: dict[tuple[int, bool], list[Ask]] = {}
        for ask in dialect.asks:
            wire = ask.id, ask.id in dialect.extended
            if ask.addressed:
                id_, extended = transmitter.ids.scheme.identify(ask.id, transmitter.speaks_as)
                wire = id_, extended or wire[1]
            self._asks.setdefault(wire, []).append(ask)

    def forget(self) -> None:
        """Begin anew, as after power-up."""
        self.asleep = False
        self.begun = self._first

    def hear(self, frame: Frame, delay: float) -> None:
        """Take a frame of the device; the answers begin ``delay`` (s) from now."""
        for ask in self._asks.get((frame.id, frame.extended), ()):
            if not frame.remote and ask.fits(frame.data):
                self._obey(ask, frame, delay)

    def _obey(self, ask: Ask, frame: Frame, delay: float) -> None:
        transmitter = self._transmitter
        if ask.then in ("sleep", "wake"):
            self.asleep = ask.then == "sleep"
        if ask.then in ("sleep", "wake", "command"):
            self._journal.event(
                "architecture", transmitter.name, text=f"{frame.label} {frame.data.hex(' ')}: {ask.then}"
            )
        if self.asleep:
            return
        if ask.then == "begin" and not self.begun:
            self.begun = True
            self._journal.event("architecture", transmitter.name, text="the inverter has spoken: it begins")
            transmitter.begin(delay)
        for place, base_id in enumerate(ask.answers):
            slot = transmitter.slots[base_id]
            if isinstance(slot, AnswerSlot):
                slot.answer(delay + place * transmitter.spacing)
