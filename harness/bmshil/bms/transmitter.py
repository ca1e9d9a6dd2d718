"""The speaking half of a node: its messages on their slots, with or without faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.answer_slot import AnswerSlot
from bmshil.bms.questions import Questions
from bmshil.bms.slot import MessageSlot
from bmshil.journal import Frame
from bmshil.timeline import Nanoseconds, to_ns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.faults.effect import Effect
    from bmshil.bms.sender import Sender
    from bmshil.bms.settings import NodeSettings
    from bmshil.dialects import Dialect, IdMap, Report
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline


class Transmitter:
    """Sends the messages of one node.

    Args:
        number: of the pack, 1..n.
        dialect: what is sent, and how reports become bytes.
        ids: identifiers on the wire.
        sender: takes the frames.
        timeline: gives the slots.
        journal: where skipped slots are written.
        settings: period and spacing.
        speaks_as: number of the pack under whose identifiers it speaks; its own when left out.
        name: in the journal; that of the pack when left out.

    Attributes:
        number: of the pack, 1..n; 0 for a device that is no pack.
        name: in the journal.
        speaks_as: see above.
        report: what is being said; None keeps the node silent.
        effects: faults that are on, in the order in which they apply.
        slots: one per message, by base identifier.
        spacing: between two messages of a set, s.
        questions: what the device asks it.
        skipped: slots that were too late to be sent (wall time only).
        muted: frames that a fault kept back.
    """

    def __init__(
        self,
        number: int,
        *,
        dialect: Dialect,
        ids: IdMap,
        sender: Sender,
        timeline: Timeline,
        journal: Journal,
        settings: NodeSettings,
        speaks_as: int | None = None,
        name: str | None = None,
    ) -> None:
        self.number = number
        self.name = name or f"pack{number}"
        self.speaks_as = speaks_as or number
        self.dialect = dialect
        self.ids = ids
        self.sender = sender
        self.timeline = timeline
        self.report: Report | None = None
        self.effects: Sequence[Effect] = ()
        self.skipped = 0
        self.muted = 0
        self._journal = journal
        self._running = False
        self.spacing = settings.spacing
        self.slots = {
            message.id: (AnswerSlot if message.id in dialect.answers else MessageSlot)(
                self, message.id, settings.period or message.period
            )
            for message in dialect.messages
        }
        self.questions = Questions(self, journal)

    @property
    def sent(self) -> int:
        """Frames handed to the sender."""
        return sum(slot.sent for slot in self.slots.values())

    @property
    def audible(self) -> bool:
        """Whether at least one message is being sent: limits of a node that nobody hears do not count."""
        return (
            self.report is not None
            and self.questions.begun
            and not all(self.mutes(base_id) for base_id in self.slots)
        )

    def first_slot(self, origin: Nanoseconds) -> Nanoseconds:
        """When the first message would be sent if ``start`` were called now."""
        return next(iter(self.slots.values())).first_slot(origin)

    def start(self, origin: Nanoseconds, spacing: float) -> None:
        """Send the messages one after the other, ``spacing`` (s) apart, the first at ``origin``.

        Those that the device has to ask for wait for that, and all wait for a device that has to speak first.
        """
        self._running = True
        self.spacing = spacing
        if self.questions.begun:
            self._start_slots(origin)

    def begin(self, delay: float) -> None:
        """Send what nobody has to ask for, ``delay`` (s) from now on: the device has spoken."""
        if self._running:
            self._start_slots(Nanoseconds(self.timeline.now + to_ns(delay)))

    def stop(self) -> None:
        """Send no more."""
        self._running = False
        self.report = None
        self.questions.forget()
        for slot in self.slots.values():
            slot.stop()

    def follow_periods(self) -> None:
        """Give every slot the period that the faults want."""
        for base_id, slot in self.slots.items():
            wanted = [period for effect in self.effects if (period := effect.period(base_id)) is not None]
            slot.pursue(wanted[-1] if wanted else None)

    def mutes(self, base_id: int) -> bool:
        """Whether a fault keeps this message back."""
        return any(effect.mutes(base_id) for effect in self.effects)

    def tell_late(self, base_id: int, skipped: int) -> None:
        """Write that slots of a message were skipped."""
        self.skipped += skipped
        self._journal.event("late_slot", self.name, skipped=skipped, id=base_id)

    def send_deviating(self, slot: MessageSlot) -> None:
        """Send one message with the faults that are on."""
        delay = sum(effect.delay(slot.base_id) for effect in self.effects)
        if delay > 0:
            self.timeline.after(delay, lambda: self._send_now(slot))
        else:
            self._send_now(slot)

    def deviating_report(self, base_id: int | None, report: Report, effects: Sequence[Effect]) -> Report:
        """Return what is said instead of ``report`` in one message, or, without one, in general."""
        for effect in effects:
            report = effect.report(base_id, report)
        return report

    def _start_slots(self, origin: Nanoseconds) -> None:
        for index, slot in enumerate(self.slots.values()):
            slot.start(Nanoseconds(origin + index * to_ns(self.spacing)))
        self.follow_periods()

    def _send_now(self, slot: MessageSlot) -> None:
        base_id = slot.base_id
        report = self.report
        if report is None or not self._running:
            return
        if self.mutes(base_id):
            self.muted += 1
            return
        slot.payload = data = slot.encode(base_id, self.deviating_report(base_id, report, self.effects))
        wire = slot.wire
        for effect in self.effects:
            data = effect.payload(base_id, data)
            wire = effect.wire(base_id, wire)
        self.sender.send(Frame(wire[0], data, wire[1]))
        slot.sent += 1
