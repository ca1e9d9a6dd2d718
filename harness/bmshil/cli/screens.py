"""What a person sees while a command plays: a live table, lines now and then, or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.cli.snapshot import Values

LINE_EVERY = 10.0
"""Distance of two lines where nothing changes, s."""


class Screen(Protocol):
    """Shows one snapshot after the other."""

    def show(self, values: Values) -> None:
        """Show a snapshot."""

    def close(self) -> None:
        """Leave the terminal as it should be."""


def choose_screen(*, json_document: bool, line: Callable[[Values], str], table: bool = True) -> Screen:
    """Choose what fits where the output goes; with ``--json`` nothing of it goes to standard output.

    Args:
        json_document: whether standard output belongs to one JSON document.
        line: writes a snapshot as one line.
        table: whether there is a table to show.
    """
    stream = sys.stderr if json_document else sys.stdout
    if stream.isatty() and table:
        return Table(stream)
    return Lines(stream, line) if stream.isatty() or not json_document else Nothing()


class Nothing:
    """Shows nothing."""

    def show(self, values: Values) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Do nothing."""


class Lines:
    """A line now and then, and whenever a pack or a fault comes or goes."""

    def __init__(self, stream: TextIO, line: Callable[[Values], str]) -> None:
        self._stream = stream
        self._line = line
        self._due = 0.0
        self._state: object = None

    def show(self, values: Values) -> None:
        """Write a line if it is time, or if something has changed."""
        state = [(pack["on_air"], pack["faults"]) for pack in values.get("packs", ())]
        if values["time"] < self._due and state == self._state:
            return
        self._state = state
        self._due = values["time"] + LINE_EVERY
        print(self._line(values), file=self._stream, flush=True)

    def close(self) -> None:
        """Do nothing."""


class Table:
    """A live table, drawn by a process of its own: whatever computes here would make frames late."""

    def __init__(self, stream: TextIO) -> None:
        # A session of its own, so that Ctrl-C reaches the command alone, which then says good-bye.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bmshil.cli.live_table"],
            stdin=subprocess.PIPE,
            stdout=stream,
            text=True,
            start_new_session=True,
        )

    def show(self, values: Values) -> None:
        """Hand a snapshot over; a table that is gone does not stop the bank."""
        if self._process.stdin is None:
            return
        try:
            self._process.stdin.write(json.dumps(values) + "\n")
            self._process.stdin.flush()
        except OSError:
            self._process.stdin = None

    def close(self) -> None:
        """Let the last table stand and wait until it is drawn."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:
                self._process.stdin = None
        try:
            self._process.wait(2.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
