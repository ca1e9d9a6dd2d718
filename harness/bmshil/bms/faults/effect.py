"""What a fault that is on can do to a node: hooks, all of which do nothing until a fault overrides them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from bmshil.dialects import Dialect, IdMap, Report
    from bmshil.timeline import Timeline

Wire = tuple[int, bool]
"""Identifier on the wire, and whether it has 29 bits."""


class Stage(IntEnum):
    """In which order faults apply, whatever the order in which they were switched on."""

    OVERRIDE = 1
    REBOOT = 2
    SCALE = 3
    FREEZE = 4
    BYTE_ORDER = 5
    RAW = 6
    LENGTH = 7
    SENDING = 8


class Subject(Protocol):
    """What a fault may know of the node that it is switched on for."""

    @property
    def number(self) -> int:
        """Number of the pack, 1..n."""

    @property
    def timeline(self) -> Timeline:
        """The time."""

    @property
    def dialect(self) -> Dialect:
        """How the node's reports become bytes."""

    @property
    def ids(self) -> IdMap:
        """Identifiers of the whole bank."""

    def period(self, base_id: int) -> float:
        """Nominal period of a message, s."""

    def last_payload(self, base_id: int) -> bytes | None:
        """Return what was encoded last for a message, None when nothing was."""


class Effect:
    """A fault that is on.

    Attributes:
        stage: when it applies, compared with other faults; of two at one stage the later one has the last
            word.
        lasts: s after which it ends by itself, None when it stays until it is switched off.
    """

    stage: ClassVar[Stage] = Stage.SENDING

    @property
    def lasts(self) -> float | None:
        """Seconds after which it ends by itself."""
        return None

    def mutes(self, base_id: int) -> bool:  # noqa: ARG002 - a hook
        """Whether this message is kept back."""
        return False

    def report(self, base_id: int | None, report: Report) -> Report:  # noqa: ARG002 - a hook
        """Return what is said instead; without a base identifier, in general."""
        return report

    def payload(self, base_id: int, data: bytes) -> bytes:  # noqa: ARG002 - a hook
        """Return the bytes that are sent instead."""
        return data

    def wire(self, base_id: int, wire: Wire) -> Wire:  # noqa: ARG002 - a hook
        """Return the identifier that is used instead."""
        return wire

    def period(self, base_id: int) -> float | None:  # noqa: ARG002 - a hook
        """Return the period that is used instead, s; None leaves it."""
        return None

    def delay(self, base_id: int) -> float:  # noqa: ARG002 - a hook
        """Return how much later than planned the message is sent, s."""
        return 0.0
