"""Reading a journal by time: the same for one that grows and for one read back from disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bmshil.timeline import to_ns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bmshil.journal.column import Column
    from bmshil.journal.event import Event


class Records:
    """What a journal answers about windows of time.

    Attributes:
        ports: names of the ports, by index.
        channels: names of the sample channels, by index.
        units: unit of each sample channel, by index.
    """

    def __init__(self, frames: Column, samples: Column) -> None:
        self.ports: list[str] = []
        self.channels: list[str] = []
        self.units: list[str] = []
        self._frames = frames
        self._samples = samples
        self._events: list[Event] = []

    def frames(self, start: float, end: float) -> NDArray[Any]:
        """Frames from ``start`` to ``end``, s.

        Returns:
            Structured array, shape (n,): t (ns), id, port, flags, dlc, data (8 bytes); see ``layouts``.
        """
        return self._frames.window(to_ns(start), to_ns(end))

    def samples(
        self, channel: str, start: float, end: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Samples of one channel from ``start`` to ``end``, s.

        Returns:
            Times in s and values in the channel's unit, shape (n,) each; empty for an unknown channel.
        """
        if channel not in self.channels:
            empty = np.empty(0, dtype=np.float64)
            return empty, empty
        rows = self._samples.window(to_ns(start), to_ns(end))
        rows = rows[rows["channel"] == self.channels.index(channel)]
        return rows["t"] * 1e-9, rows["value"].astype(np.float64)

    def events(self, start: float, end: float, kind: str | None = None) -> list[Event]:
        """Events from ``start`` to ``end``, s, of one kind or of all."""
        return [
            event
            for event in self._events
            if start <= event.t <= end and (kind is None or event.kind == kind)
        ]

    def unit(self, channel: str) -> str:
        """Unit of a sample channel; empty for an unknown one."""
        return self.units[self.channels.index(channel)] if channel in self.channels else ""
