"""A journal's frames and samples as compressed columns that any numpy reads.

A finished run keeps ``frames.npz`` and ``samples.npz`` in the place of the binary files that a live journal
streams. Nothing is lost: :func:`unpack_frames` and :func:`unpack_samples` give back the very same records.
The layout stands, with an example, in the README of every bundle.

Frames are grouped by kind (identifier, port, flags, length), samples by channel. Within a group times are
differences, payloads are XORed with the one before, and 64-bit numbers are laid out as eight planes of bytes:
so a period that repeats costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bmshil.journal import layouts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


SCALES = (1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6)
"""Decimals that are tried, so that what an instrument has told is kept as whole numbers."""

EXACT = 2.0**53
"""Whole numbers up to here are exact as floats."""

_KIND = np.dtype([("id", "<u4"), ("port", "u1"), ("flags", "u1"), ("dlc", "u1")])


def pack_frames(rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Columns of frames.

    Args:
        rows: records of layout :data:`bmshil.journal.layouts.FRAME`, shape (n,), in the order of writing.

    Returns:
        ``id``, ``port``, ``flags``, ``dlc``: shape (kinds,); ``kind``: which kind each frame is, shape (n,),
        in the order of writing; ``time`` and ``data``: byte planes, shape (8, n), kind after kind.
    """
    kinds = np.empty(len(rows), dtype=_KIND)
    for name in ("id", "port", "flags", "dlc"):
        kinds[name] = rows[name]
    known, kind = np.unique(kinds, return_inverse=True)
    kind = kind.astype("<u2" if len(known) <= 0xFFFF else "<u4")
    order, starts = _grouped(kind)
    data = rows["data"][order]
    before = np.zeros_like(data)
    before[1:] = data[:-1]
    before[starts] = 0
    return {
        **{name: known[name] for name in ("id", "port", "flags", "dlc")},
        "kind": kind,
        "time": _planes(_differences(rows["t"][order], starts)),
        "data": np.ascontiguousarray((data ^ before).T),
    }


def unpack_frames(columns: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Records of layout ``FRAME``, shape (n,), as :func:`pack_frames` was given them."""
    kind = columns["kind"]
    order, starts = _grouped(kind)
    rows = np.zeros(len(kind), dtype=layouts.FRAME)
    for name in ("id", "port", "flags", "dlc"):
        rows[name] = columns[name][kind]
    rows["t"][order] = _sums(_numbers(columns["time"]), starts)
    changes = np.ascontiguousarray(columns["data"].T)
    data = np.empty_like(changes)
    for first, last in _spans(starts, len(kind)):
        data[first:last] = np.bitwise_xor.accumulate(changes[first:last], axis=0)
    rows["data"][order] = data
    return rows


def pack_samples(rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Columns of samples.

    Args:
        rows: records of layout :data:`bmshil.journal.layouts.SAMPLE`, shape (n,), in the order of writing.

    Returns:
        ``channel``: of each sample, shape (n,), in the order of writing; ``scale``: of each channel that has
        samples, in ascending order of channels: values are whole numbers over it, or bit patterns of floats
        where it is 0; ``time`` and ``value``: byte planes, shape (8, n), channel after channel.
    """
    channel = rows["channel"].astype("<u2")
    order, starts = _grouped(channel)
    values = rows["value"][order]
    numbers = np.empty(len(rows), dtype="<i8")
    scales = []
    for first, last in _spans(starts, len(rows)):
        scale, numbers[first:last] = _whole(values[first:last])
        scales.append(scale)
    return {
        "channel": channel,
        "scale": np.array(scales, dtype="<f8"),
        "time": _planes(_differences(rows["t"][order], starts)),
        "value": _planes(_differences(numbers, starts)),
    }


def unpack_samples(columns: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Records of layout ``SAMPLE``, shape (n,), as :func:`pack_samples` was given them."""
    channel = columns["channel"]
    order, starts = _grouped(channel)
    rows = np.zeros(len(channel), dtype=layouts.SAMPLE)
    rows["channel"] = channel
    rows["t"][order] = _sums(_numbers(columns["time"]), starts)
    numbers = _sums(_numbers(columns["value"]), starts)
    values = np.empty(len(channel), dtype="<f8")
    for (first, last), scale in zip(_spans(starts, len(channel)), columns["scale"], strict=True):
        part = numbers[first:last]
        values[first:last] = part / scale if scale else part.view("<f8")
    rows["value"][order] = values
    return rows


def _grouped(keys: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of the records key after key, in the order of writing within each, and where each key begins."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([np.ones(min(len(keys), 1), bool), ordered[1:] != ordered[:-1]]))
    return order, starts


def _spans(starts: NDArray[np.int64], length: int) -> list[tuple[int, int]]:
    ends = [*starts[1:].tolist(), length]
    return list(zip(starts.tolist(), ends, strict=False))


def _differences(numbers: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each number less the one before it; the first of each group as it is. Overflow wraps."""
    found = numbers.astype("<i8")
    found[1:] -= numbers[:-1]
    found[starts] = numbers[starts]
    return found


def _sums(differences: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    sums = np.empty_like(differences)
    for first, last in _spans(starts, len(differences)):
        np.cumsum(differences[first:last], out=sums[first:last])
    return sums


def _whole(values: NDArray[np.float64]) -> tuple[float, NDArray[np.int64]]:
    """The values as whole numbers, and over what; bit patterns over 0 where no few decimals are exact."""
    bits = np.ascontiguousarray(values).view("<i8")
    if np.all(np.abs(values) < EXACT / SCALES[-1]):  # false for what is no number
        for scale in SCALES:
            whole = np.rint(values * scale).astype("<i8")
            if np.array_equal((whole / scale).view("<i8"), bits):
                return scale, whole
    return 0.0, bits


def _planes(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(numbers.astype("<i8").view("u1").reshape(-1, 8).T)


def _numbers(planes: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.ascontiguousarray(planes.T).view("<i8").ravel()
