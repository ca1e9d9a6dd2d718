"""The traffic on a segment: one attempt after the other, and what becomes of it.

Attempts in which nothing can go wrong take the short way. Where something is out of the ordinary (no
acknowledgement, equal identifiers, another bit rate, somebody error-passive or bus-off) the attempt is looked
at closely, and played bit by bit where it must fail.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from bmshil.timeline import Nanoseconds, Timeline, to_seconds
from bmshil.twin.canbus.attempt import Attempt, play_attempt
from bmshil.twin.canbus.bits import message_bits
from bmshil.twin.canbus.delivery import Delivery
from bmshil.twin.canbus.load import BusyTime
from bmshil.twin.canbus.outcome import settle
from bmshil.twin.canbus.recovery import Recovery
from bmshil.twin.canbus.repetition import Repetition, Samples, endless
from bmshil.twin.canbus.roster import Roster
from bmshil.twin.canbus.strikes import Strikes
from bmshil.twin.canbus.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.twin.canbus.station import Pending, Station


class Traffic:
    """What goes over a segment; see Medium for its attributes.

    Args:
        timeline: what the frames take their time from.
        bitrate: bit/s; of the stations that do not say otherwise.
        seed: of the chance that decides what a disturbance destroys.
    """

    def __init__(self, timeline: Timeline, bitrate: int, seed: int) -> None:
        self.timeline = timeline
        self.bitrate = bitrate
        self.frames = 0
        self.error_frames = 0
        self.collisions = 0
        self.disturbance: Callable[[int], float] | None = None
        self._strikes = Strikes(seed)
        self._unacknowledged = 0
        self._busy_time = BusyTime()
        self._roster = Roster(bitrate)
        self._irregular = True  # whether the next attempt needs a closer look
        self._recovery = Recovery(bitrate)
        self._repetition: Repetition | None = None
        self._samples = Samples()
        self._order = 0
        self._waiting = Waiting()
        self._heads = self._waiting.heap  # the same list
        self._delivery = Delivery(self._roster, self._waiting, self._recovery)
        self._sender: Station | None = None
        self._attempt: Attempt | None = None  # on the wire, if it needed a closer look
        self._pending: Pending | None = None  # what the sender has on the wire
        self._last: Attempt | None = None  # the one before, if the next one may be like it
        self._delivering = False
        self._key = 0
        self._start = Nanoseconds(0)
        self._end = Nanoseconds(0)  # of the frame on the wire
        self._free = Nanoseconds(0)  # since when the bus is free, when no frame is on the wire

    def _review(self) -> None:
        """Work out whether anything is out of the ordinary."""
        roster = self._roster
        roster.review()
        self._irregular = (
            roster.acknowledging < 2
            or roster.foreign
            or bool(self._recovery)
            or any(one.ready > self._free for one in roster.stations)
        )

    def _go_on(self) -> None:
        """Begin what waits, if the bus is free."""
        if self._sender is not None or self._delivering:
            return
        if self._heads:
            self._arbitrate()
        elif self._recovery:
            self.timeline.at(self._recovery.due(), self._recover_idle)

    def _give_way(self) -> None:
        """Take back a frame that has not yet begun, or at this very instant: another one takes part."""
        for station, _ in self._on_the_wire().senders:
            self._waiting.push(station)
        self._sender = self._attempt = None

    def _on_the_wire(self) -> Attempt:
        """Give the attempt on the wire, one without senders when the bus is free."""
        if self._attempt is not None:
            return self._attempt
        sender, first = self._sender, self._pending
        return Attempt(() if sender is None or first is None else ((sender, first),), self.bitrate)

    def _arbitrate(self) -> None:
        """Begin the dominant frame of those that wait; the bus is free, and one waits."""
        heads = self._heads
        if self._irregular:
            self._arbitrate_closely()
            return
        head = heapq.heappop(heads)
        key, _, sender = head
        if heads and heads[0][0] == key:
            heapq.heappush(heads, head)
            self._arbitrate_closely()
            return
        first = sender.queue[0]
        _, _, submitted, message = first
        bits = message_bits(message)
        # On wall time the bus has been free for a moment when the timeline gets here: a frame that
        # waited began in that past, so that lateness does not stretch the traffic.
        self._start = start = max(submitted, self._free)
        self._key = key
        self._sender = sender
        self._pending = first
        if self.disturbance is not None and self._strikes.hit(self.disturbance(bits)):
            self._attempt = self._strikes.destroy(self._on_the_wire(), self._roster, bits)
            bits = self._attempt.bits(bits)
        self._end = end = Nanoseconds(start + bits * 1_000_000_000 // self.bitrate)
        self.timeline.at(end, self._finish)

    def _arbitrate_closely(self) -> None:
        """Begin what waits, where something is out of the ordinary."""
        self._stop_repeating()
        self._review()
        roster = self._roster
        start, key, senders = self._waiting.next(self._free, roster)
        rate = roster.rate(senders[0])
        attempt = Attempt(tuple((one, one.queue[0]) for one in senders), rate)
        acknowledged = roster.acknowledged(attempt)
        bits = message_bits(senders[0].queue[0].message)
        sample = False
        turns = [] if acknowledged or self._recovery else endless(attempt, roster, self._waiting.stations)
        if turns:
            heard = bool(roster.others(attempt))
            sample = heard and self._samples.take(attempt.senders[0][1], start)
            if not sample:
                self._repeat(Repetition(turns, start), self._samples.due if heard else None)
                return
        self._waiting.drop(senders)
        if self._last is not None and self._last.repeats(attempt):
            attempt = self._last
        elif len(senders) > 1 or roster.foreign or not acknowledged:
            attempt = play_attempt(attempt, roster.others(attempt), None)
        elif self.disturbance is not None and self._strikes.hit(self.disturbance(bits)):
            attempt = self._strikes.destroy(attempt, roster, bits)
        self._recovery.frame_begins(start)
        self._attempt = attempt._replace(sample=sample)
        self._sender = senders[0]
        self._key = key
        self._start = start
        self._end = end = Nanoseconds(start + attempt.bits(bits) * 1_000_000_000 // rate)
        self.timeline.at(end, self._finish)

    def _repeat(self, repetition: Repetition, until: Nanoseconds | None) -> None:
        """Let attempts repeat until something changes, or until listeners get one again."""
        self._repetition = repetition
        if until is not None:
            self.timeline.at(repetition.following(until), lambda: self._sample(repetition))

    def _sample(self, repetition: Repetition) -> None:
        """Let listeners get the next attempt of a repetition, if it still goes on."""
        if self._repetition is repetition:
            self._arbitrate_closely()

    def _stop_repeating(self) -> None:
        repetition, self._repetition = self._repetition, None
        if repetition is not None:
            attempts, end = repetition.stop(self.timeline.now, self._busy_time)
            self._unacknowledged += attempts
            self._free = end or self._free

    def _finish(self) -> None:
        """End the frame on the wire, hand it over and begin the next."""
        sender = self._sender
        end = self._end
        if sender is None or self.timeline.now < end:
            return  # the end of a frame that gave way
        if self._irregular or self._attempt is not None:
            self._finish_closely(self._on_the_wire())
            return
        self._sender = None
        self._free = end
        queue = sender.queue
        message = queue.popleft()[3]
        if queue:
            following = queue[0]
            heapq.heappush(self._heads, (following.key, following.order, sender))
        self.frames += 1
        self._busy_time.add(self._start, end)
        message.timestamp = to_seconds(end)
        hearing = self._roster.hearing
        # Who answers within the delivery takes part in the arbitration that follows it.
        self._delivering = True
        try:
            if self._roster.counting and self._delivery.reward(end, (sender,), hearing):
                self._irregular = True
            for station in hearing:
                if station is not sender:
                    station.receive(end, message)
            sender.confirm(end, message)
        finally:
            self._delivering = False
            if self._irregular:
                self._go_on()
            elif self._heads:
                self._arbitrate()

    def _finish_closely(self, attempt: Attempt) -> None:
        """End an attempt that needed a closer look."""
        self._sender = self._attempt = None
        outcome = settle(attempt, self._roster)
        unacknowledged = any(one.kind == "acknowledge" for one in outcome.faults)
        self._last = attempt if unacknowledged and not outcome.flagged else None
        end = Nanoseconds(self._end + outcome.extra * 1_000_000_000 // attempt.bitrate)
        self._free = end
        self._busy_time.add(self._start, end)
        self.frames += bool(outcome.sent)
        self.collisions += attempt.collision
        self.error_frames += outcome.flagged
        self._unacknowledged += unacknowledged
        for station, pending in attempt.senders:
            self._delivery.requeue(station, pending, end, sent=any(one is station for one, _ in outcome.sent))
            self._delivery.suspend(station, end)
        back = self._recovery.frame_ends(end)
        self._delivering = True
        try:
            for station, kind, transmitting in outcome.faults:
                # A repetition is nothing new to its sender
                if station.attached and not (attempt.sample and transmitting):
                    station.tell(end, kind, transmitting=transmitting)
            self._delivery.deliver(end, attempt, outcome)
            self._welcome(end, back)
        finally:
            self._delivering = False
            self._review()
            self._go_on()

    def _recover_idle(self) -> None:
        """Look who is back from bus-off after the bus was idle for long enough."""
        if self._sender is None:
            self._welcome(self.timeline.now, self._recovery.bus_is_idle(self.timeline.now))
            self._review()
            self._go_on()

    def _welcome(self, when: Nanoseconds, back: list[Station]) -> None:
        """Let stations take part again after bus-off."""
        for station in back:
            self._last = None
            station.reset()
            station.tell(when, "state", transmitting=False)
