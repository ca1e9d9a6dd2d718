"""One instrument at one VISA resource: every exchange locked, checked and written down."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from bmshil.errors import InstrumentError
from bmshil.instruments.connection import TIMEOUT, Connection
from bmshil.instruments.links import Link
from bmshil.instruments.reading import parse_reading
from bmshil.instruments.visa import open_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bmshil.journal import Journal

MOST_ERRORS = 20
"""Entries read from an error queue before it is called endless."""

DONE = frozenset({"1", "+1"})
"""What ``*OPC?`` answers."""


class Session(Connection[Link]):
    """A conversation with one instrument.

    A reply that does not come in time, comes twice or comes garbled ends the connection, so that it never
    answers the next question; the next command opens a fresh one and checks the identity again.

    Args:
        name: what people call the instrument, e.g. "supply".
        resource: VISA resource string.
        journal: where exchanges and errors are written; None writes nothing.
        timeout: how long a reply may take, s.
        identity: text that the answer to ``*IDN?`` must contain; empty accepts any answer.
        error_query: question for the oldest error; empty for an instrument without an error queue.
        settings: attributes of the pyvisa resource, e.g. ``{"baud_rate": 9600}``.
        prepare: called after each connecting, once the identity is right: takes remote control and the like.

    Attributes:
        identity: what the instrument answered to ``*IDN?``; empty before :meth:`open`.
    """

    def __init__(
        self,
        name: str,
        resource: str,
        *,
        journal: Journal | None = None,
        timeout: float = TIMEOUT,
        identity: str = "",
        error_query: str = "SYST:ERR?",
        settings: Mapping[str, Any] | None = None,
        prepare: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(name, resource, journal=journal, timeout=timeout, settings=settings)
        self.identity = ""
        self.prepare = prepare
        self._insists = False
        self._last_word = ""
        self._expected = identity
        self._error_query = error_query

    def open(self) -> str:
        """Connect, check the identity, clear old errors and prepare.

        Returns:
            What the instrument answered to ``*IDN?``.

        Raises:
            InstrumentError: refused, silent, or another instrument.
        """
        self._begin()
        return self.identity

    def query(self, command: str) -> str:
        """Send a question and return its answer without the line end.

        Raises:
            InstrumentError: no reply in time, connection lost or refused, session closed.
        """
        with self._lock:
            return self._ask(self._medium or self._connected_for(command), command)

    def write(self, command: str) -> None:
        """Send a command without waiting for its effect; see :meth:`confirm` for the safe way.

        Raises:
            InstrumentError: connection lost or refused, session closed.
        """
        with self._lock:
            link = self._medium or self._connected_for(command)
            try:
                link.tell(command.encode("ascii"))
            except BaseException as error:
                self._failed(command, error)
                raise
            finally:
                self._note(command, None)

    @contextmanager
    def insisting(self, on: bool = True) -> Iterator[None]:
        """Say what is said in here even to an instrument that does not tell who it is: for switching off.

        Where the connection has to be made again and nobody answers, the first command is sent all the same
        before that is raised, since it may be the way back that is broken. Whoever answers as another
        instrument gets nothing.

        Args:
            on: whether to insist at all.
        """
        with self._lock:
            before, self._insists = self._insists, on
            try:
                yield
            finally:
                self._insists = before

    def number(self, command: str) -> float:
        """Ask for one number, in the unit of the command.

        Raises:
            InstrumentError: as :meth:`query`; or the answer is no number, or says "no reading".
        """
        return self.value(command, self.query(command))

    def value(self, command: str, reply: str) -> float:
        """Read the number in ``reply``, naming the instrument and ``command`` when there is none.

        Raises:
            InstrumentError: the answer is no number, or says "no reading" (9.9E37).
        """
        try:
            value = parse_reading(reply)
        except ValueError as error:
            raise self.error(command, str(error)) from error
        if value is None:
            raise self.error(command, f"has no reading: answered {reply!r}")
        return value

    def confirm(self, command: str) -> None:
        """Send a setting and wait until the instrument has done it without an error.

        Raises:
            InstrumentError: as :meth:`query`; or the instrument refused the setting.
        """
        self.apply(command)

    def apply(self, command: str, *questions: str) -> list[str]:
        """Send settings, then questions about them, all in one message.

        The message ends with ``*OPC?`` and a look at the error queue, so that nothing can be read before
        the settings are done, and nobody else's question falls in between.

        Args:
            command: one or more settings, joined by ``;:``.
            questions: what to read back, e.g. "VOLT?".

        Returns:
            The answers to ``questions``.

        Raises:
            InstrumentError: as :meth:`query`; or the instrument refused, or did not answer everything.
        """
        message = ";:".join((command, *questions)) + ";*OPC?"
        expected = len(questions) + 1
        if self._error_query:
            message += f";:{self._error_query}"
            expected += 1
        with self._lock:
            # The error comes last because its text may contain the separator.
            answers = self.query(message).split(";", expected - 1)
            if self._error_query and (len(answers) == expected or "," in answers[-1]):
                # A refused question has no answer, so that there may be fewer of them.
                self._check_error(message, answers.pop())
                expected -= 1
        if len(answers) != expected or answers.pop().strip() not in DONE:
            raise self.error(message, "did not answer every question of the message")
        return answers

    def _check_error(self, message: str, first: str) -> None:
        errors: list[str] = []
        entry = first
        while not _is_no_error(entry) and len(errors) < MOST_ERRORS:
            errors.append(entry)
            entry = self.query(self._error_query)
        if errors:
            raise self.error(message, "refused: " + ", ".join(errors))

    def _open(self) -> Link:
        return open_link(self.resource, self._timeout, self._settings)

    def _connected_for(self, command: str) -> Link:
        self._last_word = command if self._insists else ""
        try:
            return self._connected()
        finally:
            self._last_word = ""

    def _failed(self, command: str, error: BaseException) -> None:
        word, self._last_word = self._last_word, ""
        if word and self._medium is not None and not isinstance(error, InstrumentError):
            with suppress(Exception):  # what counts is that nobody answered, and that is raised
                self._medium.tell(word.encode("ascii"))
                self._note(word, None)
        super()._failed(command, error)

    def _ask(self, link: Link, command: str) -> str:
        reply = None
        try:
            reply = link.ask(command.encode("ascii")).decode("ascii", "replace").strip()
        except BaseException as error:
            self._failed(command, error)
            raise
        finally:
            self._note(command, reply)
        return reply

    def _greet(self, medium: Link) -> None:
        answer = self._identify(medium)
        wanted = self.identity or self._expected
        if wanted not in answer:
            raise self.error("*IDN?", f"expected {wanted!r}, but {answer!r} answered; check the resource")
        self.identity = answer
        if self._error_query:
            clear = "*CLS;*OPC?"
            done = self._ask(medium, clear)
            if done not in DONE:
                raise self.error(clear, f"answered {done!r}: answers do not fit the questions")
        self.prepare()

    def _identify(self, link: Link) -> str:
        """Ask who answers. The answer to an old question may still be under way: that is not who answers."""
        question = "*IDN?"
        if not link.lasting:
            return self._ask(link, question)
        wanted = self.identity or self._expected
        deadline = time.monotonic() + self._timeout
        answer = None
        try:
            link.tell(question.encode("ascii"))
            answer = link.skip().decode("ascii", "replace").strip()
            while wanted not in answer and time.monotonic() < deadline:
                try:
                    answer = link.skip().decode("ascii", "replace").strip()
                except Exception:  # noqa: BLE001 - whatever ended it, this was the last answer
                    break
        except BaseException as error:
            self._failed(question, error)
            raise
        finally:
            self._note(question, answer)
        return answer


def _is_no_error(entry: str) -> bool:
    # 0,"No error" or +0,"No error", and plain 0 on small instruments
    return entry.partition(",")[0].strip() in {"0", "+0"}
