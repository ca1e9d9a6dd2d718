"""Records of one fixed layout, appended in the order of time and streamed to disk."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any

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

    Without a path the records stay in memory. Any thread may append, read and flush; whoever appends waits
    for the disk only when much has come together.

    Attributes:
        layout: numpy structure of one record; its field ``t`` is the time in nanoseconds.
    """

    def __init__(self, layout: np.dtype[Any], path: Path | None, *, append: bool = True) -> None:
        self.layout = layout
        self._buffer = bytearray()
        self._on_its_way = b""
        self._lock = RLock()
        self._writing = RLock()
        self._path = path
        # Unbuffered: of a write that fails it is known how much of it is there.
        self._file = path.open("wb", buffering=0) if path is not None and append else None
        self._flushed = 0 if append or path is None else path.stat().st_size

    def append(self, record: bytes) -> None:
        """Take one packed record."""
        with self._lock:
            self._buffer += record
            grown = self._file is not None and len(self._buffer) >= FLUSH_AT
        if grown:
            self.flush()

    def flush(self) -> None:
        """Make all records visible to other readers of the file; without one nothing is done.

        Raises:
            OSError: they could not be written. They stay readable here.
        """
        with self._writing:
            if self._file is None:
                return
            with self._lock:
                self._on_its_way, self._buffer = bytes(self._buffer), bytearray()
            written = 0
            try:
                while written < len(self._on_its_way):
                    written += self._file.write(self._on_its_way[written:])
            finally:
                torn = written % self.layout.itemsize
                if torn:
                    written -= torn
                    self._file.seek(self._flushed + written)
                with self._lock:
                    self._flushed += written
                    self._buffer[:0] = self._on_its_way[written:]
                    self._on_its_way = b""

    def close(self) -> None:
        """Flush and close the file; reading still works."""
        with self._writing:
            self.flush()
            if self._file is not None:
                self._file.close()
                self._file = None

    def __len__(self) -> int:
        with self._lock:
            return (self._flushed + len(self._on_its_way) + len(self._buffer)) // self.layout.itemsize

    def window(self, start: Nanoseconds, end: Nanoseconds) -> NDArray[Any]:
        """All records with start <= t <= end, in the order of writing, shape (n,)."""
        with self._lock:
            flushed, memory = self._flushed, self._on_its_way + self._buffer
        stored = self._stored(flushed)
        if len(stored):
            times = stored["t"]
            first = np.searchsorted(times, start - DISORDER, side="left")
            last = np.searchsorted(times, end + DISORDER, side="right")
            stored = np.asarray(stored[first:last])
        recent = np.frombuffer(memory, dtype=self.layout)
        rows = np.concatenate([stored, recent]) if len(stored) else recent
        return rows[(rows["t"] >= start) & (rows["t"] <= end)]

    def rows(self) -> NDArray[Any]:
        """All records that are on disk, in the order of writing, shape (n,)."""
        return self._stored(self._flushed)

    def _stored(self, flushed: int) -> NDArray[Any]:
        whole = flushed // self.layout.itemsize
        if self._path is None or not whole:
            return np.empty(0, dtype=self.layout)
        return np.memmap(self._path, dtype=self.layout, mode="r", shape=(whole,))
