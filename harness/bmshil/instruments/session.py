"""One instrument at one VISA resource: every exchange locked, checked and written down."""

from __future__ import annotations

import time
from threading import RLock
from typing import TYPE_CHECKING, Any

from bmshil.errors import InstrumentError
from bmshil.instruments.reading import parse_reading
from bmshil.instruments.visa import open_link

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from bmshil.instruments.links import Link
    from bmshil.journal import Journal

TIMEOUT = 2.0
"""How long a reply may take unless a rig says otherwise, s."""

MOST_ERRORS = 20
"""Entries read from an error queue before it is called endless."""


class Session:
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
    ) -> None:
        self.name = name
        self.resource = resource
        self.identity = ""
        self.journal = journal
        self._timeout = timeout
        self._expected = identity
        self._error_query = error_query
        self._settings = dict(settings or {})
        self._link: Link | None = None
        self._wanted = False
        self._lock = RLock()

    def open(self) -> str:
        """Connect, check the identity and clear old errors.

        Returns:
            What the instrument answered to ``*IDN?``.

        Raises:
            InstrumentError: refused, silent, or another instrument.
        """
        with self._lock:
            self._wanted = True
            self._connected()
            return self.identity

    def close(self) -> None:
        """Close the connection; may be called twice."""
        with self._lock:
            self._wanted = False
            self._drop()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def query(self, command: str) -> str:
        """Send a question and return its answer without the line end.

        Raises:
            InstrumentError: no reply in time, connection lost or refused, session closed.
        """
        with self._lock:
            try:
                link = self._link or self._connected()
                reply = link.ask(command.encode("ascii") + b"\n").decode("ascii", "replace").strip()
            except BaseException as error:
                self._end(command, error)
                raise
            if self.journal is not None:
                self.journal.exchange(self.name, command, reply)
            return reply

    def write(self, command: str) -> None:
        """Send a command without waiting for its effect; see :meth:`confirm` for the safe way.

        Raises:
            InstrumentError: connection lost or refused, session closed.
        """
        with self._lock:
            try:
                link = self._link or self._connected()
                link.tell(command.encode("ascii") + b"\n")
            except BaseException as error:
                self._end(command, error)
                raise
            if self.journal is not None:
                self.journal.exchange(self.name, command, None)

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
        if len(answers) != expected or answers.pop().strip() not in {"1", "+1"}:
            raise self.error(message, "did not answer every question of the message")
        return answers

    def error(self, command: str, cause: str) -> InstrumentError:
        """Write down that the instrument did wrong, and return the exception to raise."""
        if self.journal is not None:
            self.journal.event("instrument_error", self.name, cause=cause, command=command)
        return InstrumentError(f"{self.name} ({self.resource}), {command!r}: {cause}")

    def _check_error(self, message: str, first: str) -> None:
        errors: list[str] = []
        entry = first
        while not _is_no_error(entry) and len(errors) < MOST_ERRORS:
            errors.append(entry)
            entry = self.query(self._error_query)
        if errors:
            raise self.error(message, "refused: " + ", ".join(errors))

    def _connected(self) -> Link:
        if not self._wanted:
            raise self.error("open", "the session is closed; open it first")
        try:
            self._link = open_link(self.resource, self._timeout, self._settings)
            self._identify(self._link)
        except BaseException as error:
            self._end("*IDN?", error)
            raise
        return self._link

    def _identify(self, link: Link) -> None:
        deadline = time.monotonic() + self._timeout
        answer = link.ask(b"*IDN?\n").decode("ascii", "replace").strip()
        # On a serial line the answer to an old question may still be under way: it is not who answers.
        while self.identity and answer != self.identity and time.monotonic() < deadline:
            try:
                answer = link.skip().decode("ascii", "replace").strip()
            except Exception:  # noqa: BLE001 - whatever ended it, this was the last answer
                break
        if self.journal is not None:
            self.journal.exchange(self.name, "*IDN?", answer)
        wanted = self.identity or self._expected
        if wanted not in answer:
            raise self.error("*IDN?", f"expected {wanted!r}, but {answer!r} answered; check the resource")
        self.identity = answer
        if self._error_query:
            link.ask(b"*CLS;*OPC?\n")
            if self.journal is not None:
                self.journal.exchange(self.name, "*CLS;*OPC?", "1")

    def _end(self, command: str, error: BaseException) -> None:
        """End the connection after ``error``, since a late reply may be under way; translate the error.

        pyvisa-py raises bare exceptions, so every Exception counts. An interrupt is left as it is.
        """
        self._drop()
        if isinstance(error, InstrumentError) or not isinstance(error, Exception):
            return
        if self.journal is not None:
            self.journal.exchange(self.name, command, None)
        raise self.error(command, self._cause(error)) from error

    def _cause(self, error: Exception) -> str:
        if isinstance(error, TimeoutError) or "VI_ERROR_TMO" in str(error):
            return f"no reply within {self._timeout:g} s"
        return str(error) or type(error).__name__

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            try:
                link.close()
            except Exception as error:  # noqa: BLE001 - a vanished port may refuse even to close
                if self.journal is not None:
                    self.journal.event("instrument_error", self.name, cause=str(error), command="close")


def _is_no_error(entry: str) -> bool:
    # 0,"No error" or +0,"No error", and plain 0 on small instruments
    return entry.partition(",")[0].strip() in {"0", "+0"}
