"""What every connection to an instrument has, whether it speaks in lines or in bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import RLock
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from bmshil.errors import InstrumentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from bmshil.journal import Journal

TIMEOUT = 2.0
"""How long a reply may take unless a rig says otherwise, s."""


class Openable(Protocol):
    """A medium, open from the beginning.

    Attributes:
        timeout: how long a reply may take, s.
    """

    timeout: float

    def close(self) -> None:
        """Close it."""


Medium = TypeVar("Medium", bound=Openable)


class Connection(ABC, Generic[Medium]):
    """A connection that is made again after whatever went wrong, under one lock, with one kind of error.

    Args:
        name: what people call the instrument, e.g. "supply".
        resource: VISA resource string.
        journal: where exchanges and errors are written; None writes nothing.
        timeout: how long a reply may take, s.
        settings: attributes of the pyvisa resource, e.g. ``{"baud_rate": 9600}``.
    """

    def __init__(
        self,
        name: str,
        resource: str,
        *,
        journal: Journal | None = None,
        timeout: float = TIMEOUT,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.resource = resource
        self.journal = journal
        self._timeout = timeout
        self._settings = dict(settings or {})
        self._medium: Medium | None = None
        self._wanted = False
        self._lock = RLock()

    @property
    def timeout(self) -> float:
        """How long a reply may take, s; may be set at any time."""
        return self._timeout

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        with self._lock:
            self._timeout = seconds
            if self._medium is not None:
                self._medium.timeout = seconds

    def close(self) -> None:
        """Close the connection; may be called twice."""
        with self._lock:
            self._wanted = False
            self._drop()

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def error(self, command: str, cause: str) -> InstrumentError:
        """Write down that the instrument did wrong, and return the exception to raise."""
        if self.journal is not None:
            self.journal.event("instrument_error", self.name, cause=cause, command=command)
        return InstrumentError(f"{self.name} ({self.resource}), {command!r}: {cause}")

    @abstractmethod
    def _open(self) -> Medium:
        """Open the medium."""

    @abstractmethod
    def _greet(self, medium: Medium) -> None:
        """Make sure of who answers, before anything else is said."""

    def _begin(self) -> None:
        """Connect now, and again after each failure."""
        with self._lock:
            self._wanted = True
            self._connected()

    def _connected(self) -> Medium:
        if not self._wanted:
            raise self.error("open", "the session is closed; open it first")
        try:
            medium = self._medium = self._open()
            self._greet(medium)
        except BaseException as error:
            self._failed("open", error)
            raise
        return medium

    def _note(self, sent: str, reply: str | None) -> None:
        if self.journal is not None:
            self.journal.exchange(self.name, sent, reply)

    def _failed(self, command: str, error: BaseException) -> None:
        """End the connection after ``error``, since a late reply may be under way; translate the error.

        pyvisa-py raises bare exceptions, so every Exception counts. An interrupt is left as it is.
        """
        self._drop()
        if isinstance(error, Exception) and not isinstance(error, InstrumentError):
            raise self.error(command, self._cause(error)) from error

    def _cause(self, error: Exception) -> str:
        if isinstance(error, TimeoutError) or "VI_ERROR_TMO" in str(error):
            return f"no reply within {self._timeout:g} s"
        if isinstance(error, ConnectionResetError | BrokenPipeError):
            return f"closed the connection ({error.strerror})"
        return str(error) or type(error).__name__

    def _drop(self) -> None:
        medium, self._medium = self._medium, None
        if medium is not None:
            try:
                medium.close()
            except Exception as error:  # noqa: BLE001 - a vanished port may refuse even to close
                if self.journal is not None:
                    self.journal.event("instrument_error", self.name, cause=str(error), command="close")
