"""When every message of a bank is sent, known before anything is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bmshil.bms.bus_load import worst_bits
from bmshil.bms.phases import plan_phases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.settings import NodeSettings
    from bmshil.dialects import Dialect, IdMap


class PlannedMessage(NamedTuple):
    """One message of one node and its slots.

    Attributes:
        pack: number of the pack, 1..n.
        name: of the message, as in the DBC file.
        id: identifier on the wire.
        extended: whether it has 29 bits.
        length: data bytes.
        period: s.
        offset: from the start of the bank to the first slot, start-up silence aside, s.
    """

    pack: int
    name: str
    id: int
    extended: bool
    length: int
    period: float
    offset: float

    @property
    def bits(self) -> int:
        """The most bits that it can take on the wire."""
        return worst_bits(self.length, self.extended)


def plan_messages(
    dialect: Dialect,
    ids: IdMap,
    settings: NodeSettings,
    order: Sequence[int] | None = None,
    beside: Sequence[int] = (),
) -> tuple[PlannedMessage, ...]:
    """Plan the slots that a ``Fleet`` of these settings keeps.

    Args:
        dialect: gives messages, lengths and periods.
        ids: identifiers of the bank.
        settings: period, spacing and stagger.
        order: pack numbers in the order in which they speak; None for 1, 2, 3 ...
        beside: packs that send messages of their own beside those of the bank.

    Returns:
        All messages in the order of their first slots.

    Raises:
        InputError: the staggered sets do not fit into one period.
    """
    periods = [settings.period or message.period for message in dialect.messages]
    phases, spacing = plan_phases(
        order or range(1, ids.packs + 1),
        messages=len(dialect.messages) + len(beside) * len(dialect.pack_messages) // ids.packs,
        period=min(periods),
        spacing=settings.spacing,
        stagger=settings.stagger,
        phase=settings.phase,
    )
    planned = [
        PlannedMessage(
            pack, message.name, *ids.wire(message.id, pack), message.length, period, phase + place * spacing
        )
        for pack, phase in phases.items()
        for place, (message, period) in enumerate(zip(dialect.messages, periods, strict=True))
    ]
    start = len(dialect.messages)
    for number in beside:
        speaker = min(number, ids.packs)
        first = start + (number - speaker) * len(dialect.pack_messages)
        planned += [
            PlannedMessage(
                *(number, message.name, *ids.wire_of_pack(message.id, number), message.length),
                settings.period or message.period,
                phases[speaker] + place * spacing,
            )
            for place, message in enumerate(dialect.pack_messages, first)
        ]
    return tuple(sorted(planned, key=lambda one: one.offset))
