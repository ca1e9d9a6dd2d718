"""Records of one fixed layout, appended in the order of time and streamed to disk."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from bmshil.timeline import Nanoseconds

FLUSH_AT = 1 << 20
"""Bytes kept in memory before they go to disk."""

DISORDER = 1_000_000_000
"""How far back in time a record may lie behind an earlier one, ns: a frame's own timestamp comes late."""


class Column:
    """An append-only file of records, readable by time while it grows.

    Without a path the records stay in memory.

    Attributes:
        layout: numpy structure of one record; its field ``t`` is the time in nanoseconds.
        buffer: where writers append packed records; call :meth:`spill` when it has grown.
    """

    def __init__(self, layout: np.dtype[Any], path: Path | None, *, append: bool = True) -> None:
        self.layout = layout
        self.buffer = bytearray()
        self._path = path
        self._file: IO[bytes] | None = path.open("wb") if path is not None and append else None
        self._flushed = 0 if append or path is None else path.stat().st_size

    def spill(self) -> None:
        """Write the buffer to disk, when there is a disk to write to."""
        if self._file is not None and self.buffer:
            self._file.write(self.buffer)
            self._flushed += len(self.buffer)
            self.buffer.clear()

    def flush(self) -> None:
        """Make all records visible to other readers of the file."""
        self.spill()
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Flush and close the file; reading still works."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def __len__(self) -> int:
        return (self._flushed + len(self.buffer)) // self.layout.itemsize

    def window(self, start: Nanoseconds, end: Nanoseconds) -> NDArray[Any]:
        """All records with start <= t <= end, in the order of writing, shape (n,)."""
        stored = self._stored()
        if len(stored):
            times = stored["t"]
            first = np.searchsorted(times, start - DISORDER, side="left")
            last = np.searchsorted(times, end + DISORDER, side="right")
            stored = np.asarray(stored[first:last])
        recent = np.frombuffer(bytes(self.buffer), dtype=self.layout)
        rows = np.concatenate([stored, recent]) if len(stored) else recent
        return rows[(rows["t"] >= start) & (rows["t"] <= end)]

    def rows(self) -> NDArray[Any]:
        """All records that are on disk, in the order of writing, shape (n,)."""
        return self._stored()

    def _stored(self) -> NDArray[Any]:
        if self._path is None or self._flushed < self.layout.itemsize:
            return np.empty(0, dtype=self.layout)
        if self._file is not None:
            self._file.flush()
        whole = self._flushed // self.layout.itemsize
        return np.memmap(self._path, dtype=self.layout, mode="r", shape=(whole,))
