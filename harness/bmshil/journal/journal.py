"""What happened: one append-only stream of frames, samples, exchanges, events and judgements."""

from __future__ import annotations

from threading import RLock
from typing import IO, TYPE_CHECKING, Any

import msgspec

from bmshil.journal import layouts
from bmshil.journal.column import Column
from bmshil.journal.event import Event
from bmshil.journal.records import Records

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.journal.frame import Direction, Frame
    from bmshil.timeline import Nanoseconds, Timeline

_encode = msgspec.json.encode


class Journal(Records):
    """The one record that judge, evidence and reports read.

    Frames and samples go to disk as columns; events stay in memory too, since they are few; the dialogue
    with instruments goes to disk only.

    Any thread may write and read: on wall time the test does, beside the timeline.

    Args:
        timeline: gives the time of what is written.
        folder: where the files go; None keeps frames and samples in memory and forgets the dialogue.
    """

    def __init__(self, timeline: Timeline, folder: Path | None = None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        super().__init__(
            Column(layouts.FRAME, folder and folder / layouts.FRAMES_FILE),
            Column(layouts.SAMPLE, folder and folder / layouts.SAMPLES_FILE),
        )
        self._timeline = timeline
        self._lock = RLock()
        self._folder = folder
        self._event_file: IO[bytes] | None = None
        self._dialogue: IO[bytes] | None = None
        if folder is not None:
            self._event_file = (folder / layouts.EVENTS_FILE).open("wb")
            self._dialogue = (folder / layouts.DIALOGUE_FILE).open("wb")
        self._named = b""
        self.exchanges = 0

    def port(self, name: str) -> int:
        """Register a port and return its index."""
        with self._lock:
            self.ports.append(name)
            return len(self.ports) - 1

    def frame(
        self, port: int, when: Nanoseconds, direction: Direction, frame: Frame, *, error: bool = False
    ) -> None:
        """Write one frame, with the time that the port gives it."""
        identifier, data, extended, remote = frame
        flags = (
            direction
            | (layouts.EXTENDED if extended else 0)
            | (layouts.REMOTE if remote else 0)
            | (layouts.ERROR if error else 0)
        )
        self._frames.append(layouts.FRAME_PACK.pack(when, identifier, port, flags, len(data), data))

    def channel(self, name: str, unit: str) -> int:
        """Register a sample channel and return its index; a known name keeps its index."""
        with self._lock:
            if name not in self.channels:
                self.channels.append(name)
                self.units.append(unit)
            return self.channels.index(name)

    def sample(self, channel: int, value: float) -> None:
        """Write one value at the present time."""
        # Plus nought turns a negative nought into nought, which whole numbers can say.
        self._samples.append(layouts.SAMPLE_PACK.pack(self._timeline.now, channel, 0, value + 0.0))

    def exchange(self, instrument: str, sent: str, reply: str | None) -> None:
        """Write one exchange with an instrument; ``reply`` is None where none was asked for."""
        with self._lock:
            self.exchanges += 1
            if self._dialogue is not None:
                self._dialogue.write(_encode((self._timeline.seconds, instrument, sent, reply)) + b"\n")

    def event(self, kind: str, source: str, /, **data: Any) -> Event:  # noqa: ANN401 - any JSON value
        """Write one event and return it."""
        with self._lock:  # in memory and on disk in one order, that of time
            event = Event(self._timeline.seconds, kind, source, data)
            self._events.append(event)
            if self._event_file is not None:
                self._event_file.write(_encode(event) + b"\n")
        return event

    def judgement(self, record: dict[str, Any]) -> None:
        """Write one judgement with its recipe, so that not even a kill takes it away again."""
        self.event("judgement", str(record.get("requirement", "")), **record)
        self.flush()

    def flush(self) -> None:
        """Make everything written so far readable from disk."""
        self._frames.flush()
        self._samples.flush()
        for file in (self._event_file, self._dialogue):
            if file is not None:
                file.flush()
        if self._folder is None:
            return
        with self._lock:
            names = _encode({"ports": self.ports, "channels": self.channels, "units": self.units})
            if names != self._named:
                (self._folder / layouts.NAMES_FILE).write_bytes(names)
                self._named = names

    def close(self) -> None:
        """Flush and close all files; windows can still be read. May be called twice."""
        self.flush()
        self._frames.close()
        self._samples.close()
        for file in (self._event_file, self._dialogue):
            if file is not None:
                file.close()
        self._event_file = self._dialogue = None
