"""The frames of a port into a file that other CAN tools open, while they pass."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.journal import Frame
    from bmshil.ports import CanPort
    from bmshil.timeline import Nanoseconds, Timeline

FORMATS = (".blf", ".log", ".asc")


def check_trace(text: str) -> Path:
    """Refuse a trace file that cannot be written, before anything is on the bus.

    Raises:
        InputError: another format, a file that is there already, or no such folder.
    """
    path = Path(text)
    if path.suffix.lower() not in FORMATS:
        raise InputError(f"--trace {text}: the ending says the format: write one of {', '.join(FORMATS)}")
    if path.exists():
        raise InputError(f"--trace {text}: the file is there already; name another one")
    if not path.parent.is_dir():
        raise InputError(f"--trace {text}: there is no folder {path.parent}")
    return path


class TraceFile:
    """Collects what passes at a port and writes it whenever ``write`` is called, away from the timeline.

    Args:
        path: from ``check_trace``.
        port: sent and received frames of this one.
        timeline: gives date and time.

    Raises:
        InputError: the file cannot be written.
    """

    def __init__(self, path: Path, port: CanPort, timeline: Timeline) -> None:
        from can import Logger

        try:
            self._logger = Logger(path)
        except OSError as error:
            raise InputError(f"--trace {path}: cannot be written: {error.strerror}") from error
        self._epoch = timeline.epoch.timestamp()
        self._passed: deque[tuple[int, bool, Frame]] = deque()
        port.subscribe(self._received)
        port.subscribe_sent(self._sent)

    def write(self) -> None:
        """Write what has passed since the last time."""
        from can import Message

        batch = [self._passed.popleft() for _ in range(len(self._passed))]
        for when, received, frame in sorted(batch, key=lambda one: one[0]):
            self._logger(
                Message(
                    timestamp=self._epoch + when * 1e-9,
                    arbitration_id=frame.id,
                    is_extended_id=frame.extended,
                    is_remote_frame=frame.remote,
                    data=None if frame.remote else frame.data,
                    channel=0,
                    is_rx=received,
                )
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.write()
        self._logger.stop()

    def _received(self, when: Nanoseconds, frame: Frame) -> None:
        self._passed.append((when, True, frame))

    def _sent(self, when: Nanoseconds, frame: Frame) -> None:
        self._passed.append((when, False, frame))
