"""A finished journal, read back from its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import InputError
from bmshil.journal import layouts
from bmshil.journal.event import Event
from bmshil.journal.packing import column, stream
from bmshil.journal.records import Records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class _Names(msgspec.Struct, forbid_unknown_fields=True):
    ports: list[str]
    channels: list[str]
    units: list[str]


class Recording(Records):
    """The same windows as a live journal gives, from its files alone, packed ones or not."""

    @classmethod
    def open(cls, folder: Path) -> Recording:
        """Open the journal in ``folder``.

        Raises:
            InputError: a file is missing, or is not what a journal writes.
        """
        try:
            names = msgspec.json.decode((folder / layouts.NAMES_FILE).read_bytes(), type=_Names)
            recording = cls(column(folder, layouts.FRAME), column(folder, layouts.SAMPLE))
            lines = stream(folder, layouts.EVENTS_FILE).splitlines()
            recording._events = [msgspec.json.decode(line, type=Event) for line in lines]
        except (OSError, msgspec.DecodeError) as error:
            raise InputError(f"{folder}: not the journal of a run ({error})") from error
        recording.ports = names.ports
        recording.channels = names.channels
        recording.units = names.units
        return recording

    def telling(self, events: Sequence[Event]) -> Recording:
        """The same frames and samples with other events, in the order of time: a view, nothing is copied."""
        view = Recording(self._frames, self._samples)
        view.ports, view.channels, view.units = self.ports, self.channels, self.units
        view._events = list(events)
        return view
