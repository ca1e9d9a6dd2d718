"""Whole columns of frames to physical values, with numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bmshil.errors import CodecError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bmshil.dialects.layout import MessageLayout, SignalLayout

WORD_BITS = 64


def decode_columns(
    layout: MessageLayout, data: NDArray[np.uint8], length: NDArray[np.integer] | int
) -> dict[str, NDArray[np.float64]]:
    """Decode frames of one message.

    Args:
        layout: the message.
        data: payloads, shape (n, 8), uint8; bytes beyond a frame's length are ignored.
        length: bytes of each frame, shape (n,), or one length for all.

    Returns:
        One array for each signal, shape (n,), physical units, NaN where the frame is too short. Counts
        beyond 2**53 are rounded to the nearest float.

    Raises:
        CodecError: the shape or the type of the data is another.
    """
    if data.ndim != 2 or data.shape[1] != 8 or data.dtype != np.uint8:
        raise CodecError(
            f"{layout.name}: frames must be uint8 of shape (n, 8), not {data.dtype} {data.shape}"
        )
    lengths = np.asarray(length)
    if lengths.ndim and lengths.shape != data.shape[:1]:
        raise CodecError(f"{layout.name}: {data.shape[0]} frames, but {lengths.shape} lengths")
    shortest = int(lengths.min(initial=8))
    words = _Words(np.ascontiguousarray(data))
    columns = {}
    for signal in layout.signals:
        column = words.counts(signal, layout.length).astype(np.float64)
        if signal.scale != 1:
            column *= signal.scale
        if signal.offset or signal.scale < 0:
            column += signal.offset
        if 8 * shortest < signal.end:
            column[np.broadcast_to(8 * lengths < signal.end, column.shape)] = np.nan
        columns[signal.name] = column
    return columns


class _Words:
    """The payloads, each as one number; made once for all signals of a message."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data = data
        self._bytes: dict[int, NDArray[np.uint8]] = {}
        self._little: NDArray[np.uint64] | None = None
        self._big: NDArray[np.uint64] | None = None

    def counts(self, signal: SignalLayout, length: int) -> NDArray[np.integer]:
        """Return the counts of a signal in a message of some length, shape (n,)."""
        # The words below always hold 8 bytes, the layout counts in the bytes of the message.
        shift = signal.shift + 8 * (8 - length) if signal.big_endian else signal.shift
        first, last = shift // 8, (shift + signal.bits - 1) // 8
        if first == last and not signal.signed:
            return self._within_byte(7 - first if signal.big_endian else first, shift % 8, signal.mask)
        word = self._word(big_endian=signal.big_endian)
        if signal.signed:
            top = word << np.uint64(WORD_BITS - shift - signal.bits)
            return top.view(np.int64) >> np.int64(WORD_BITS - signal.bits)
        return word >> np.uint64(shift) & np.uint64(signal.mask)

    def _within_byte(self, index: int, shift: int, mask: int) -> NDArray[np.uint8]:
        if index not in self._bytes:
            self._bytes[index] = np.ascontiguousarray(self._data[:, index])
        return self._bytes[index] >> np.uint8(shift) & np.uint8(mask)

    def _word(self, *, big_endian: bool) -> NDArray[np.uint64]:
        if big_endian:
            if self._big is None:
                self._big = self._data.view(">u8")[:, 0].astype(np.uint64)
            return self._big
        if self._little is None:
            self._little = self._data.view("<u8")[:, 0].astype(np.uint64, copy=False)
        return self._little
