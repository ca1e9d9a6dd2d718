"""Something that happened at one moment, with a name and data."""

from __future__ import annotations

from typing import Any

import msgspec


class Event(msgspec.Struct, frozen=True):
    """One entry of the journal that is neither a frame nor a sample.

    Attributes:
        t: when, s of timeline time.
        kind: what, e.g. "fault", "relay", "test", "judgement".
        source: who, e.g. "pack2", "relays", a test's name.
        data: the rest, as plain JSON values.
    """

    t: float
    kind: str
    source: str
    data: dict[str, Any]
