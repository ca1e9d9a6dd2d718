"""Two senders of one identifier, found in what a port has heard.

Senders that run freely mostly alternate: one value, the other value, the first again. Where they happen to
start at the same instant, their frames destroy each other, and then both come through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.bus.repeats import REPEATED
from bmshil.journal import Direction
from bmshil.journal.layouts import DIRECTION_MASK, ERROR, EXTENDED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.journal import Records

Identifier = tuple[int, bool]
Heard = tuple[int, Identifier, bytes]
"""Time (ns), identifier and data of a frame."""

ALTERNATES = 0.5
"""Share of an identifier's frames that must be a return to the value before the last one."""

FEWEST = 4
"""Frames of an identifier that it takes to see an alternation."""

TOGETHER = 5_000_000
"""Two frames of one identifier that come through so close to each other had waited for each other, ns. The
fastest senders repeat a message after 20 ms; 32 error frames between two attempts take less than 2.5 ms at
500 kbit/s, with identifiers of 29 bits less than 4.5 ms."""


def heard_at(records: Records, port: str, start: float, end: float) -> Iterator[Heard | None]:
    """What came through at one port over a window, s, in order; None stands for an error frame.

    A frame that its sender repeats because nobody acknowledges comes once.
    """
    rows = records.frames(start, end)
    direction = rows["flags"] & DIRECTION_MASK
    ours = rows["port"] == records.ports.index(port)
    heard = ours & ((direction == Direction.RECEIVED) | ((rows["flags"] & ERROR) != 0))
    last: Heard | None = None
    for row in rows[heard | (direction == Direction.SENT)]:
        if row["flags"] & ERROR:
            last = None
            yield None
            continue
        one = int(row["t"]), (int(row["id"]), bool(row["flags"] & EXTENDED)), bytes(row["data"][: row["dlc"]])
        if row["flags"] & DIRECTION_MASK == Direction.SENT:
            last = None
            if row["port"] != records.ports.index(port):
                continue
        else:
            before, last = last, one
            if before is not None and before[1:] == one[1:] and one[0] - before[0] <= REPEATED:
                continue
        yield one


def alternating(records: Records, port: str, start: float, end: float) -> dict[Identifier, int]:
    """Identifiers whose values alternate between two over a window (s), with how often each was heard.

    A measurement between two steps of its resolution looks the same; only the rate tells it from two senders.
    """
    values: dict[Identifier, list[bytes]] = {}
    for one in heard_at(records, port, start, end):
        if one is not None:
            values.setdefault(one[1], []).append(one[2])
    return {
        identifier: len(data)
        for identifier, data in values.items()
        if len(data) >= FEWEST
        and sum(data[place] == data[place - 2] != data[place - 1] for place in range(2, len(data)))
        >= ALTERNATES * (len(data) - 2)
    }


def colliding(records: Records, port: str, start: float, end: float) -> set[Identifier]:
    """Identifiers of which two frames with different values came through together, after error frames.

    Two frames that begin at the same instant with one identifier destroy each other, again and again, until
    the error counters part them; see :data:`TOGETHER`.
    """
    found: set[Identifier] = set()
    last: Heard | None = None
    errors, errors_before = False, False  # since the last frame, and before it
    for one in heard_at(records, port, start, end):
        if one is None:
            errors = True
            continue
        if (
            last is not None
            and (errors or errors_before)
            and last[1] == one[1]
            and last[2] != one[2]
            and one[0] - last[0] <= TOGETHER
        ):
            found.add(one[1])
        last, errors, errors_before = one, False, errors
    return found
