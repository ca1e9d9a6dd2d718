"""What a pack says of itself beside the set that speaks for the bank."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bmshil.dialects import ADDRESSES
from bmshil.errors import CodecError, InputError
from bmshil.journal import Frame
from bmshil.timeline import Nanoseconds, Periodic, to_ns

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms.architectures import ArchitectureSettings
    from bmshil.bms.transmitter import Transmitter
    from bmshil.dialects import Dialect, Report

_ALL = frozenset({"parallel", "master"})  # every pack has its own messages on the bus of the inverter
_ONE = frozenset({"single", "lone_master"})  # only the pack that speaks for the bank is on that bus


def packs_beside(dialect: Dialect, architecture: ArchitectureSettings, packs: int) -> tuple[int, ...]:
    """Return the numbers of the packs that send messages of their own beside those of the bank.

    None where the dialect has no such messages, or where another device speaks for the bank.

    Raises:
        InputError: more packs than there are addresses.
    """
    if not dialect.pack_messages:
        return ()
    if packs > ADDRESSES:
        raise InputError(
            f"{dialect.name} has {ADDRESSES} addresses for the messages of each pack, not {packs}: "
            f"give the bank {ADDRESSES} packs or less"
        )
    if architecture.kind in _ALL:
        return tuple(range(1, packs + 1))
    return (architecture.master,) if architecture.kind in _ONE else ()


class PackFrames:
    """Sends the messages that each pack of a dialect has at base + (address - 1), as a Deye battery does.

    They tell what the pack itself knows, and the one who speaks for the bank carries them to the inverter: no
    document says so, but it alone has that cable. While nobody speaks for the bank, they are not sent.

    Faults of values and of silence apply to them; those of bytes, identifiers and times are faults of the set
    that speaks for the bank. What a message cannot carry is not sent.

    Args:
        transmitter: of the pack; gives number, dialect, identifiers, sender, faults and time.
        carried: whether somebody speaks for the bank.
        period: s; None for that of each message.

    Attributes:
        report: what the pack knows; None keeps it silent.
        sent: frames handed to the sender.
    """

    def __init__(
        self, transmitter: Transmitter, carried: Callable[[], bool], period: float | None = None
    ) -> None:
        self.report: Report | None = None
        self.sent = 0
        self._transmitter = transmitter
        self._carried = carried
        self._period = period
        self._running: list[Periodic] = []
        dialect, ids, number = transmitter.dialect, transmitter.ids, transmitter.number
        self._messages = [(one, ids.wire_of_pack(one.id, number)) for one in dialect.pack_messages]
        # After those of the bank, and where one speaks for all, after those of the packs before.
        self._before = len(dialect.messages) + (number - transmitter.speaks_as) * len(self._messages)

    def start(self, origin: Nanoseconds, spacing: float) -> None:
        """Send from now on, the first after all that the bank sends before, ``spacing`` (s) apart."""
        self._cancel()
        timeline = self._transmitter.timeline
        step = to_ns(spacing)
        for place, (message, wire) in enumerate(self._messages, self._before):
            first = Nanoseconds(origin + place * step)
            send = partial(self._send, message.id, wire)
            self._running.append(Periodic(timeline, to_ns(self._period or message.period), send, first))

    def stop(self) -> None:
        """Send no more."""
        self._cancel()
        self.report = None

    def _cancel(self) -> None:
        for periodic in self._running:
            periodic.cancel()
        self._running = []

    def _send(self, base_id: int, wire: tuple[int, bool]) -> None:
        report, transmitter = self.report, self._transmitter
        if report is None or transmitter.mutes(base_id) or not self._carried():
            return
        said = transmitter.deviating_report(base_id, report, transmitter.effects)
        try:
            data = transmitter.dialect.encode(base_id, said)
        except CodecError:
            return
        transmitter.sender.send(Frame(wire[0], data, wire[1]))
        self.sent += 1
