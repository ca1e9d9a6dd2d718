"""Questions about the bus that take time to answer."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bmshil.bench.bus.physical import DOUBLED, NO_BUS, PhysicalBus, packs_named
from bmshil.errors import Blocked
from bmshil.inverter import protocol_family, protocol_of
from bmshil.judge import Measurement
from bmshil.judge.uncertainty import OF_STAMPS
from bmshil.timeline import to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.bench.bench import Bench
    from bmshil.bench.bus.watch import BusWatch, Identifier
    from bmshil.inverter import KeepAliveWatch

PROTOCOL_TIME = 5.0
"""After this time a device that speaks its declared protocol has shown all it sends, s."""


class Bus(PhysicalBus):
    """The bus of a bench as tests ask about it.

    Args:
        bench: lets time pass.
        watch: listens all the time; None where there is no CAN bus.
        keepalive: listens for the device's sign of life.

    Attributes:
        keepalive: the device's sign of life.
    """

    def __init__(self, bench: Bench, watch: BusWatch | None, keepalive: KeepAliveWatch) -> None:
        super().__init__(bench)
        self.keepalive = keepalive
        self._listening = watch

    @property
    def _watch(self) -> BusWatch:
        if self._listening is None:
            raise Blocked(NO_BUS)
        return self._listening

    def forget(self) -> None:
        """Begin anew, at the start of a test."""
        self._watch.forget()

    def last_acknowledged(self, identifiers: Iterable[Identifier]) -> float | None:
        """End of the bank's last acknowledged frame with one of the identifiers, s; None without one."""
        return self._watch.last_acknowledged(identifiers)

    def device_heard(self, since: float) -> bool:
        """Whether anybody else than the bank was heard since ``since``, s: the device, whatever it says."""
        return any(to_seconds(when) >= since for when in self._watch.foreign.values())

    def identifiers(self, *base_ids: int) -> list[Identifier]:
        """What those who speak make of base identifiers, of all messages when none is given."""
        rig = self._bench.rig
        chosen = base_ids or tuple(message.id for message in rig.dialect.messages)
        speakers = range(1, rig.ids.packs + 1)
        return [rig.ids.wire(one, speaker) for one in chosen for speaker in speakers]

    def keepalive_gap(self, over: float) -> Measurement:
        """The longest silence of the device over the next seconds, ``over`` itself when it never speaks."""
        bench = self._bench
        start = bench.seconds
        bench.run(over)
        # The grid of the watch: every keep-alive that came in meanwhile, and both ends of the window.
        heard = [start, *self.keepalive.times(start), bench.seconds]
        gap = max(after - before for before, after in pairwise(heard))
        return Measurement("keep-alive", start, bench.seconds, "longest silence", gap, "s", OF_STAMPS)

    def protocol(self, within: float) -> Measurement:
        """The protocol that the device's own frames belong to, listening at most ``within`` seconds.

        A device that speaks the declared protocol is recognised early; any other gets the whole time, so that
        a slow poll is not taken for silence.
        """
        bench = self._bench
        start = bench.seconds
        self._watch.forget()
        declared = self.declared_protocol
        bench.until(lambda: protocol_of(self._watch.foreign) == declared, min(within, PROTOCOL_TIME))
        if protocol_of(self._watch.foreign) != declared:
            bench.run(within - (bench.seconds - start))
        return bench.observe("protocol of the device", protocol_of(self._watch.foreign), start)

    @property
    def declared_protocol(self) -> str:
        """The protocol that the declared dialect belongs to; "silent" for a device that never speaks."""
        declares = self._bench.declares
        return protocol_family(declares.dialect) if declares.keepalive.trigger != "never" else "silent"

    def heard_from_bank(self, over: float) -> set[Identifier]:
        """Identifiers of the bank that are heard over the next seconds, but for answers that seldom come."""
        start = self._bench.seconds
        self._bench.run(over)
        heard = {key for key, when in self._watch.heard.items() if when >= start}
        seldom = self._bench.rig.dialect.occasional
        return heard - set(self._watch.foreign) - set(self.identifiers(*seldom) if seldom else ())

    def duplicate_addresses(self, over: float) -> str:
        """Packs whose identifiers are sent by more than one node, heard over the next seconds.

        Two senders of one identifier double its rate.
        """
        bench = self._bench
        before = self._watch.count()
        bench.run(over)
        doubled = {
            owner[0]
            for key, count in (self._watch.count() - before).items()
            if (owner := bench.rig.ids.owner(*key)) is not None
            and count / over > DOUBLED / bench.bank[owner[0]].period
        }
        return packs_named(doubled)
