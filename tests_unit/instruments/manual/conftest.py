"""Somebody at a terminal who follows a script: every prompt is expected word for word."""

from __future__ import annotations

import os
import select
import termios
import threading
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.instruments import Operator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 5.0
"""Longest wait, s; only reached when a test fails."""


class Person:
    """Expected prompts and what is typed then; None is no answer."""

    def __init__(self, *dialogue: tuple[str, str | None]) -> None:
        self.left = list(dialogue)
        self.surprises: list[str] = []
        self.told: list[str] = []
        self._person, self._computer = os.openpty()
        settings = termios.tcgetattr(self._computer)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(self._computer, termios.TCSANOW, settings)
        self.terminal = os.ttyname(self._computer)
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def type(self, text: str) -> None:
        """Type something, asked or not."""
        os.write(self._person, text.encode())

    def close(self) -> None:
        os.write(self._stopped, b"x")
        self._thread.join(PATIENCE)
        for file in (self._person, self._computer, self._stop, self._stopped):
            os.close(file)

    def _read(self) -> None:
        shown = ""
        while True:
            ready = select.select([self._person, self._stop], [], [])[0]
            if self._person in ready:
                shown += os.read(self._person, 4096).decode().replace("\r\n", "\n")
                *lines, shown = shown.split("\n")
                self.told += lines
                if shown.endswith("]: "):
                    self._answer(shown)
                    shown = ""
            elif self._stop in ready:
                return

    def _answer(self, prompt: str) -> None:
        expected, typed = self.left.pop(0) if self.left else ("nothing more", None)
        if prompt != f"bmshil: {expected}: ":
            self.surprises.append(f"asked {prompt!r}, expected {expected!r}")
        if typed is not None:
            self.type(f"{typed}\n")


@pytest.fixture
def person() -> Iterator[Callable[..., Person]]:
    """Make somebody at a terminal; whatever was not asked as expected fails the test."""
    people: list[Person] = []

    def make(*dialogue: tuple[str, str | None]) -> Person:
        people.append(Person(*dialogue))
        return people[-1]

    yield make
    for one in people:
        one.close()
    assert [one.surprises for one in people] == [[] for _ in people]
    assert [one.left for one in people] == [[] for _ in people], "expected, but never asked"


@pytest.fixture
def operator(person: Callable[..., Person], journal: Any) -> Callable[..., Operator]:
    """Make an operator who answers a dialogue."""

    def make(*dialogue: tuple[str, str], name: str = "supply") -> Operator:
        return Operator(journal, name=name, terminal=person(*dialogue).terminal, patience=PATIENCE)

    return make
