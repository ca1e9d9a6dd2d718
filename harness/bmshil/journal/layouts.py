"""The binary layouts and file names of a journal on disk."""

import struct

import numpy as np

FRAME = np.dtype(
    [
        ("t", "<i8"),  # nanoseconds of timeline time
        ("id", "<u4"),
        ("port", "u1"),  # index into the list of ports
        ("flags", "u1"),  # bits 0-1 Direction, bit 2 extended, bit 3 remote, bit 4 error frame
        ("dlc", "u1"),
        ("spare", "u1"),
        ("data", "u1", (8,)),
    ]
)
FRAME_PACK = struct.Struct("<qIBBBx8s")

DIRECTION_MASK = 0x03
EXTENDED = 0x04
REMOTE = 0x08
ERROR = 0x10

SAMPLE = np.dtype([("t", "<i8"), ("channel", "<u4"), ("spare", "<u4"), ("value", "<f8")])
SAMPLE_PACK = struct.Struct("<qIId")

FRAMES_FILE = "frames.bin"
SAMPLES_FILE = "samples.bin"
EVENTS_FILE = "events.jsonl"
DIALOGUE_FILE = "dialogue.jsonl"
NAMES_FILE = "names.json"

EVENTS_GZ = "events.jsonl.gz"
DIALOGUE_GZ = "dialogue.jsonl.gz"
FRAMES_NPZ = "frames.npz"
SAMPLES_NPZ = "samples.npz"
"""What the same becomes when a run is sealed; see :mod:`bmshil.journal.columnar`."""
