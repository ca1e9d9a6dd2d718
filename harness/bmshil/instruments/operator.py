"""The person at the bench: turns knobs, reads dials, and says so at the controlling terminal."""

from __future__ import annotations

import os
import re
import select
import termios
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING

from bmshil.errors import InstrumentError
from bmshil.instruments.reading import parse_reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.journal import Journal

TERMINAL = "/dev/tty"
"""The controlling terminal: standard input may be a file, or captured by a test runner."""

PATIENCE = 300.0
"""How long an operator may take, s."""

TRIES = 3
"""How often a reading that makes no sense is asked for."""

YES = frozenset({"", "y", "yes", "ok", "done"})
NO = frozenset({"n", "no"})

_UNIT = re.compile(r"[A-Za-zΩ]+\s*\Z")
_AT_THE_TERMINAL = Lock()


class Operator:
    """Somebody who is asked at the terminal. Every prompt and every answer is an event in the journal.

    What was typed before a question was asked is thrown away, so that no old Enter confirms it. One question
    is asked at a time, whoever asks.

    Args:
        journal: where prompts and answers are written.
        name: what is asked about, for the journal.
        terminal: device to speak over; None for the controlling terminal.
        patience: how long an answer may take, s.
    """

    def __init__(
        self,
        journal: Journal | None = None,
        *,
        name: str = "operator",
        terminal: str | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.name = name
        self._journal = journal
        self._terminal = terminal or TERMINAL
        self._patience = patience

    def tell(self, text: str) -> None:
        """Show a line. Where nobody is there, only the journal has it."""
        self._note(told=text)
        with suppress(InstrumentError, OSError), self._open(text) as terminal:
            os.write(terminal, f"bmshil: {text}\n".encode())

    def check_present(self) -> None:
        """Make sure that somebody can be asked.

        Raises:
            InstrumentError: this process has no terminal, or stands in its background.
        """
        with self._open(f"operate {self.name}"):
            pass

    def ask(self, what: str) -> None:
        """Let something be done, and wait until it is.

        Args:
            what: in the imperative: "set the supply to 52.1 V".

        Raises:
            InstrumentError: nobody is there, nobody answers, or it was refused; nothing is confirmed then.
        """
        answer = self.question(what, "Enter when it is done, anything else to refuse")
        if answer.lower() not in YES:
            raise InstrumentError(f"{self.name}: the operator refused to {what}: {answer!r}")

    def says_yes(self, what: str) -> bool:
        """Ask something that is either so or not: "dc_main is closed".

        Raises:
            InstrumentError: nobody is there, nobody answers, or neither yes nor no.
        """
        answer = self.question(f"look whether {what}", "y or n").lower()
        if answer not in NO | YES - {""}:
            raise InstrumentError(f"{self.name}: whether {what}, the operator answered {answer!r}")
        return answer not in NO

    def read(self, what: str, unit: str) -> float | None:
        """Let a dial be read.

        Args:
            what: that is read: "the voltage at the terminals of the device".
            unit: V, A, W or ohm; what is typed may have a prefix or no unit at all.

        Returns:
            The value in that unit; None where the dial shows none: "open".

        Raises:
            InstrumentError: nobody is there, nobody answers, or no such value was typed three times.
        """
        for _ in range(TRIES):
            answer = self.question(f"read {what}", f"in {unit}, such as 52.1")
            if answer.lower() in {"open", "ol"}:
                return None
            with suppress(ValueError):
                return _value(answer, unit)
            self.tell(f"{answer!r} is no value in {unit}")
        raise InstrumentError(f"{self.name}: the operator did not read {what} in {unit}")

    def question(self, what: str, how: str) -> str:
        """Ask, and return what is typed.

        Args:
            what: in the imperative.
            how: what may be typed.

        Raises:
            InstrumentError: nobody is there, or nobody answers.
        """
        with _AT_THE_TERMINAL:
            try:
                with self._open(what) as terminal:
                    with suppress(termios.error):
                        termios.tcflush(terminal, termios.TCIFLUSH)
                    os.write(terminal, f"bmshil: {self.name}: please {what} [{how}]: ".encode())
                    answer = self._line(terminal, what)
            except InstrumentError as error:
                self._note(asked=what, failed=str(error))
                raise
            except OSError as error:
                self._note(asked=what, failed=str(error))
                raise self._nobody(what, str(error)) from error
        self._note(asked=what, answered=answer)
        return answer

    def _line(self, terminal: int, what: str) -> str:
        if not select.select([terminal], [], [], self._patience)[0]:
            raise self._nobody(what, f"no answer within {self._patience:g} s")
        line = os.read(terminal, 4096)
        if not line:
            raise self._nobody(what, "the terminal was closed")
        return line.decode(errors="replace").strip()

    @contextmanager
    def _open(self, what: str) -> Iterator[int]:
        try:
            terminal = os.open(self._terminal, os.O_RDWR | os.O_NOCTTY)
        except OSError as error:
            raise self._nobody(what, f"no terminal ({error.strerror})") from error
        try:
            self._check_foreground(terminal, what)
            yield terminal
        finally:
            os.close(terminal)

    def _check_foreground(self, terminal: int, what: str) -> None:
        """Refuse where reading would stop this process instead of waiting for an answer."""
        try:
            foreground = os.tcgetpgrp(terminal)
        except OSError:  # a terminal, but not the one that controls this process
            return
        if foreground != os.getpgrp():
            raise self._nobody(what, "this process is in the background")

    def _nobody(self, what: str, cause: str) -> InstrumentError:
        return InstrumentError(f"{self.name}: nobody is there to {what}: {cause}")

    def _note(self, **data: str) -> None:
        if self._journal is not None:
            self._journal.event("operator", self.name, **data)


def _value(answer: str, unit: str) -> float:
    typed = _UNIT.search(answer)
    expected = (unit.upper(), "Ω") if unit == "ohm" else (unit.upper(),)
    if typed is not None and not typed[0].strip().upper().endswith(expected):
        raise ValueError(f"{answer!r} is not in {unit}")
    value = parse_reading(answer)
    if value is None:
        raise ValueError(f"{answer!r} is no reading")
    return value
