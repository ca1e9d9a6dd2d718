"""The frames of a run as a file that other CAN tools open, and one number for all that was recorded."""

from __future__ import annotations

import hashlib
from heapq import merge
from typing import TYPE_CHECKING, Any

import numpy as np

from bmshil.errors import InputError
from bmshil.journal import Direction, Recording, layouts
from bmshil.journal.column import DISORDER
from bmshil.journal.packing import column, stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import can
    from numpy.typing import NDArray

_CHUNK = 1 << 15
"""Frames held in memory at once, per journal."""


def trace_channels(journals: Sequence[Path]) -> dict[int, str]:
    """Which channel of the trace is which port.

    Args:
        journals: folders of the journals, one per worker.

    Returns:
        Channel number as CAN tools show it, from 1, to the port's name; with several journals to
        "<worker> <port>".

    Raises:
        InputError: a folder holds no journal.
    """
    names = _channel_numbers([(folder.name, Recording.open(folder)) for folder in journals])
    return {
        number + 1: port if len(journals) == 1 else f"{worker} {port}"
        for (worker, port), number in names.items()
    }


def export_blf(journals: Sequence[Path], target: Path, *, epoch: datetime) -> int:
    """Write the frames of all journals into one BLF file, in the order of time.

    Frames that never reached the wire (:attr:`Direction.LOST`) are left out.

    Args:
        journals: folders of the journals, one per worker.
        target: the BLF file.
        epoch: wall-clock time at which the timelines read zero.

    Returns:
        Number of frames written.

    Raises:
        InputError: a folder holds no journal.
    """
    from can import BLFWriter  # noqa: PLC0415 - every command imports this room, few need python-can

    opened = [(folder, Recording.open(folder)) for folder in journals]
    numbers = _channel_numbers([(folder.name, recording) for folder, recording in opened])
    streams = [
        _messages(folder, [numbers[folder.name, port] for port in recording.ports], epoch=epoch.timestamp())
        for folder, recording in opened
    ]
    count = 0
    with BLFWriter(target) as writer:
        for message in merge(*streams, key=lambda message: message.timestamp):
            writer.on_message_received(message)
            count += 1
    return count


def trace_hash(folder: Path) -> str:
    """SHA-256 over everything that happened in one journal: frames, samples and events, with their names.

    Two runs on simulated time that did the same have the same hash.

    Raises:
        InputError: a file of the journal is missing.
    """
    digest = hashlib.sha256()
    for name, content in _contents(folder):
        digest.update(f"{name}:{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _contents(folder: Path) -> Iterator[tuple[str, memoryview]]:
    """The files of a journal as they were written, packed ones too."""
    try:
        yield layouts.NAMES_FILE, memoryview((folder / layouts.NAMES_FILE).read_bytes())
        for name, layout in ((layouts.FRAMES_FILE, layouts.FRAME), (layouts.SAMPLES_FILE, layouts.SAMPLE)):
            rows = column(folder, layout).rows()
            yield name, memoryview(rows.tobytes())
        yield layouts.EVENTS_FILE, memoryview(stream(folder, layouts.EVENTS_FILE))
    except OSError as error:
        raise InputError(f"{folder}: not the journal of a run ({error.strerror})") from error


def _channel_numbers(journals: Sequence[tuple[str, Recording]]) -> Mapping[tuple[str, str], int]:
    """Number the ports by worker and name, from 0: a port that was opened again keeps its number."""
    numbers: dict[tuple[str, str], int] = {}
    for worker, recording in journals:
        for port in recording.ports:
            numbers.setdefault((worker, port), len(numbers))
    return numbers


def _messages(folder: Path, channels: Sequence[int], *, epoch: float) -> Iterator[can.Message]:
    from can import Message  # noqa: PLC0415 - every command imports this room, few need python-can

    for row in _rows_in_order(folder):
        when, identifier, port, flags, length, _, data = row
        direction = flags & layouts.DIRECTION_MASK
        if direction == Direction.LOST:
            continue
        remote = bool(flags & layouts.REMOTE)
        yield Message(
            timestamp=epoch + when * 1e-9,
            arbitration_id=identifier,
            is_extended_id=bool(flags & layouts.EXTENDED),
            is_remote_frame=remote,
            is_error_frame=bool(flags & layouts.ERROR),
            dlc=length,
            data=None if remote else bytes(data[:length]),
            channel=channels[port],
            is_rx=direction == Direction.RECEIVED,
        )


def _rows_in_order(folder: Path) -> Iterator[Any]:
    """Frames of a journal as tuples, sorted by time, one chunk at a time."""
    stored = column(folder, layouts.FRAME).rows()
    held: NDArray[Any] = np.empty(0, dtype=layouts.FRAME)
    for first in range(0, len(stored), _CHUNK):
        held = np.concatenate([held, stored[first : first + _CHUNK]])
        held = held[np.argsort(held["t"], kind="stable")]
        ripe = int(np.searchsorted(held["t"], held["t"][-1] - DISORDER))
        yield from held[:ripe].tolist()
        held = held[ripe:]
    yield from held.tolist()
