"""What happened: one append-only typed stream of frames, samples, exchanges, events and judgements."""

from bmshil.journal.event import Event
from bmshil.journal.frame import Direction, Frame, identifier_label
from bmshil.journal.journal import Journal
from bmshil.journal.packing import pack_journal
from bmshil.journal.recording import Recording
from bmshil.journal.records import Records

__all__ = [
    "Direction",
    "Event",
    "Frame",
    "Journal",
    "Recording",
    "Records",
    "identifier_label",
    "pack_journal",
]
