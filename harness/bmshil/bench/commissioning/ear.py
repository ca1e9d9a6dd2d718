"""What a port hears, with every value that a message has had."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.journal import Frame
    from bmshil.ports import CanPort
    from bmshil.timeline import Nanoseconds

Identifier = tuple[int, bool]

MOST_VALUES = 64
"""Different values of one message that are kept: enough to see that it lives."""


@dataclass
class Heard:
    """One message.

    Attributes:
        count: how often it came.
        values: its payloads, each once, in the order in which they came first.
        last: the last one.
    """

    count: int = 0
    values: dict[bytes, None] = field(default_factory=dict)
    last: bytes = b""


class Ear:
    """Listens at a port all the time, to what it sends itself as well.

    Args:
        port: an open port.
    """

    def __init__(self, port: CanPort) -> None:
        self._heard: dict[Identifier, Heard] = {}
        self._port = port
        self._errors = 0
        port.subscribe(self._take)
        if not port.listen_only:
            port.subscribe_sent(self._take)

    def forget(self) -> None:
        """Begin anew."""
        self._heard = {}
        self._errors = self._port.health.error_frames

    @property
    def heard(self) -> dict[Identifier, Heard]:
        """Messages since ``forget``, by identifier and whether it has 29 bits."""
        return dict(self._heard)

    @property
    def errors(self) -> int:
        """Error frames since ``forget``; adapters that report none give 0."""
        return self._port.health.error_frames - self._errors

    def _take(self, _when: Nanoseconds, frame: Frame) -> None:
        if frame.remote:
            return
        one = self._heard.setdefault((frame.id, frame.extended), Heard())
        one.count += 1
        one.last = frame.data
        if len(one.values) < MOST_VALUES:
            one.values[frame.data] = None
