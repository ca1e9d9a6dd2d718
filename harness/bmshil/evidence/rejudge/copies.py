"""What a bundle has twice, held against each other: frames and their trace, figures and their file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import yaml

from bmshil.errors import InputError
from bmshil.evidence.bundle.sealing import is_sealed
from bmshil.evidence.rejudge.difference import Difference, Kind
from bmshil.journal import Direction
from bmshil.journal.layouts import DIRECTION_MASK, ERROR, FRAME, REMOTE
from bmshil.journal.packing import column
from bmshil.judge.acceptance import Acceptance

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.evidence.run_store import RunStore
    from bmshil.evidence.summary import Summary

WITHOUT_BYTES = ERROR | REMOTE
"""Frames whose bytes say nothing."""


def acceptance_differs(summary: Summary, kept: Path | None) -> list[Difference]:
    """Whether the summary has other figures than the acceptance file that the bundle keeps.

    Args:
        summary: the run.
        kept: the kept acceptance file; None where there is none.
    """
    if kept is None:
        return []
    try:
        figures = msgspec.convert(yaml.safe_load(kept.read_bytes()), Acceptance).described()
    except (OSError, UnicodeDecodeError, yaml.YAMLError, msgspec.ValidationError, InputError):
        return [Difference("run", Kind.RECIPE, "an acceptance file", "none that can be read", "acceptance")]
    told = {**summary.acceptance, "decision": str(summary.acceptance.get("decision", "")).partition(":")[0]}
    figures["decision"] = str(figures["decision"]).partition(":")[0]
    return [
        Difference(
            "run", Kind.RECIPE, f"{name} {told[name]}", f"{value} in the acceptance file", "acceptance"
        )
        for name, value in figures.items()
        if name in told and told[name] != value
    ]


def trace_differs(store: RunStore) -> list[Difference]:
    """Whether the trace of a sealed run has other frames than its journals, by their count and their bytes.

    Raises:
        InputError: a journal cannot be read.
    """
    if not (is_sealed(store.path) and store.trace.is_file()):
        return []
    frames = size = 0
    for folder in store.journals():
        rows = column(folder, FRAME).rows()
        rows = rows[(rows["flags"] & DIRECTION_MASK) != Direction.LOST]
        frames += len(rows)
        size += int(np.sum(rows["dlc"][(rows["flags"] & WITHOUT_BYTES) == 0]))
    columns = f"{frames} frames of {size} bytes"
    try:
        trace = _trace(store.trace)
    except Exception as error:  # noqa: BLE001 - a damaged BLF makes its reader raise anything
        trace = f"none that can be read ({type(error).__name__})"
    return [] if trace == columns else [Difference("run", Kind.RECIPE, trace, columns, store.trace.name)]


def _trace(path: Path) -> str:
    from can import BLFReader  # noqa: PLC0415 - every command imports this room, few need python-can

    frames = size = 0
    # Opened here, because a reader that refuses the file does not close it.
    with path.open("rb") as file:
        for message in BLFReader(file):
            frames += 1
            if not (message.is_remote_frame or message.is_error_frame):
                size += len(message.data)
    return f"{frames} frames of {size} bytes"
