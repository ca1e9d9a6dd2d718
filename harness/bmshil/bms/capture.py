"""Reading the battery's side of a capture."""

from __future__ import annotations

import gzip
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from bmshil.errors import CaptureError
from bmshil.journal import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from can import Message

    from bmshil.dialects import Dialect

TEXT = frozenset({".asc", ".csv", ".log", ".trc"})
BLF_HEADER = 144
LONGEST = 8


class CapturedFrame(NamedTuple):
    """A frame of a capture, and when it came.

    Attributes:
        offset: s since the first one that is kept.
        frame: what came.
    """

    offset: float
    frame: Frame


def read_capture(path: Path, dialect: Dialect) -> tuple[CapturedFrame, ...]:
    """Read what the battery sent: all data frames but those that the inverter sends.

    Args:
        path: a file that python-can reads (.asc, .blf, .csv, .db, .log, .trc, also with .gz behind it); the
            ending says which format it is.
        dialect: says what the inverter sends.

    Returns:
        Frames in the order of time, shape (n,), n >= 1. Where the clock of the capture runs backwards, the
        offset stands still.

    Raises:
        CaptureError: no such file, an unknown format, a file that is cut off, no frame of a battery in it.
    """
    try:
        messages = [one for one in _messages(path) if _battery_sent(one, dialect)]
    except CaptureError:
        raise
    except OSError as error:
        raise CaptureError(f"cannot read the capture {path}: {error.strerror or error}") from error
    except Exception as error:  # readers of python-can let through whatever their parsing meets
        reason = " ".join(str(error).split()) or type(error).__name__
        raise CaptureError(f"{path} is damaged, cut off or no {path.suffix} capture: {reason}") from error
    if not messages:
        raise CaptureError(f"{path} holds no frame of a battery")
    kept: list[CapturedFrame] = []
    first = latest = messages[0].timestamp
    for message in messages:
        latest = max(latest, message.timestamp)
        frame = Frame(message.arbitration_id, bytes(message.data), message.is_extended_id)
        kept.append(CapturedFrame(latest - first, frame))
    return tuple(kept)


def _battery_sent(message: Message, dialect: Dialect) -> bool:
    if message.is_error_frame or message.is_remote_frame or message.is_fd or len(message.data) > LONGEST:
        return False
    id_ = message.arbitration_id
    return id_ not in dialect.inverter_ids or message.is_extended_id != (id_ in dialect.extended)


def _messages(path: Path) -> Iterator[Message]:
    from can.io.generic import BinaryIOMessageReader, TextIOMessageReader  # noqa: PLC0415 - slow to import
    from can.io.player import MESSAGE_READERS  # noqa: PLC0415 - likewise

    packed = path.suffix.lower() == ".gz"
    suffix = (path.with_suffix("") if packed else path).suffix.lower()
    reader = MESSAGE_READERS.get(suffix)
    if reader is None:
        known = ", ".join(sorted(MESSAGE_READERS))
        raise CaptureError(f"{path} is a capture of an unknown format {suffix!r}, known are {known}")
    opened = gzip.open if packed else open
    _refuse_cut_off(path, suffix, opened)
    with ExitStack() as stack:
        # Files are opened here, because readers leave theirs open when they do not like the content.
        if issubclass(reader, TextIOMessageReader):
            file: Any = stack.enter_context(opened(path, "rt", encoding="utf-8"))
        elif issubclass(reader, BinaryIOMessageReader) and suffix == ".blf":
            file = stack.enter_context(opened(path, "rb"))
        else:
            file = path
        yield from stack.enter_context(reader(file))


def _refuse_cut_off(path: Path, suffix: str, opened: Any) -> None:  # noqa: ANN401 - open or gzip.open
    """Find what python-can reads over: a last line without its end, a BLF shorter than it says."""
    file: IO[bytes]
    with opened(path, "rb") as file:
        if suffix in TEXT:
            content = file.read()
            if content and not content.endswith(b"\n"):
                raise CaptureError(f"{path} is cut off: its last line has no end")
        elif suffix == ".blf":
            header = file.read(BLF_HEADER)
            stated = int.from_bytes(header[16:24], "little")
            there = len(header) + len(file.read())
            if not header.startswith(b"LOGG") or len(header) < BLF_HEADER:
                raise CaptureError(f"{path} is no .blf capture: its header is another")
            if there < stated:
                raise CaptureError(f"{path} is cut off: {there} bytes of {stated}")
