"""The language: messages in, replies and an error queue out."""

from collections import deque
from collections.abc import Callable
from typing import ClassVar

from bmshil.twin.instruments.faults import Faults
from bmshil.twin.instruments.headers import spellings
from bmshil.twin.instruments.session import Session

Query = Callable[[str], str]
Setting = Callable[[str], None]

_QUEUE_LENGTH = 20
_ESR_COMPLETE, _ESR_EXECUTION, _ESR_COMMAND = 0x01, 0x10, 0x20
_NO_ERROR = '0,"No error"'


class ScpiError(Exception):
    """A command that this instrument refuses: goes to the error queue, and to nobody else.

    Args:
        code: SCPI error number.
        text: as the standard words it.
    """

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


def bad_header() -> ScpiError:
    """No such command."""
    return ScpiError(-113, "Undefined header")


def out_of_range() -> ScpiError:
    """A value that the instrument cannot be set to."""
    return ScpiError(-222, "Data out of range")


def number(apply: Callable[[float], object], low: float, high: float) -> Setting:
    """Make a setting of a number within limits."""

    def setting(text: str) -> None:
        try:
            value = float(text)
        except ValueError:
            if not text:
                raise ScpiError(-109, "Missing parameter") from None
            raise ScpiError(-104, "Data type error") from None
        if not low <= value <= high:
            raise out_of_range()
        apply(value)

    return setting


def switch(apply: Callable[[bool], object]) -> Setting:
    """Make a setting that takes ON, OFF, 1 or 0."""

    def setting(text: str) -> None:
        word = text.upper()
        if word not in {"ON", "OFF", "1", "0"}:
            raise ScpiError(-104, "Data type error") if word else ScpiError(-109, "Missing parameter")
        apply(word in {"ON", "1"})

    return setting


class Instrument:
    """Common commands, error queue, and the table of what else it understands.

    A model overrides what its own language does differently.

    Attributes:
        model: part of its identity.
        faults: what is wrong with it.
    """

    serial: ClassVar[bool] = False
    """Whether it stands on a serial line."""

    stops_at_error: ClassVar[bool] = False
    """Whether the rest of a message is ignored after a command in error."""

    terminator: ClassVar[bytes] = b"\n"
    """What ends its replies."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.faults = Faults()
        self._queries: dict[str, Query] = {}
        self._settings: dict[str, Setting] = {}
        self._errors: deque[str] = deque()
        self._status = 0
        self._frozen: dict[str, str] = {}
        self._understand_common()

    @property
    def identity(self) -> str:
        """What it answers to `*IDN?` when nothing is wrong."""
        return f"BMSHIL,{self.model},0,1.0"

    def converse(self) -> Session:
        """Begin to talk with one client."""
        return Session(self)

    def reset(self) -> None:
        """Come back to the settings after power-on (`*RST`)."""

    def heard(self) -> None:
        """Notice that somebody speaks: what a watchdog waits for."""

    def admit(self, header: str) -> None:
        """Let a setting pass, or raise `ScpiError`: remote control not taken, a lock held by another."""

    def query(self, pattern: str, ask: Query, *, measures: bool = False) -> None:
        """Teach it a query. A measurement repeats itself when the instrument is stuck."""
        reply = self._sticking(pattern, ask) if measures else ask
        for spelling in spellings(pattern):
            self._queries[spelling] = reply

    def setting(self, pattern: str, apply: Setting) -> None:
        """Teach it a setting."""
        for spelling in spellings(pattern):
            self._settings[spelling] = apply

    def execute(self, message: str) -> str | None:
        """Carry out one message; return its reply, or None when it asked nothing.

        A command in error is left out; the others of the message are carried out, unless `stops_at_error`.
        """
        self.heard()
        replies = []
        path = ""
        for unit in message.split(";"):
            header, _, parameter = unit.strip().partition(" ")
            if not header:
                continue
            header = header.upper()
            if not header.startswith("*"):
                header = header[1:] if header.startswith(":") else path + header
                path = header[: header.rfind(":") + 1]
            try:
                if header.endswith("?"):
                    replies.append(self._ask(header, parameter.strip()))
                else:
                    self._set(header, parameter.strip())
            except ScpiError as error:
                self._fail(error)
                if self.stops_at_error:
                    break
        return ";".join(replies) if replies else None

    def _ask(self, header: str, parameter: str) -> str:
        ask = self._queries.get(header)
        if ask is None:
            raise bad_header()
        return ask(parameter)

    def _set(self, header: str, parameter: str) -> None:
        apply = self._settings.get(header)
        if apply is None:
            raise bad_header()
        self.admit(header)
        apply(parameter)

    def _fail(self, error: ScpiError) -> None:
        self._status |= _ESR_COMMAND if error.code > -200 else _ESR_EXECUTION
        if len(self._errors) < _QUEUE_LENGTH:
            self._errors.append(f'{error.code},"{error.text}"')
        else:
            self._errors[-1] = '-350,"Queue overflow"'

    def _sticking(self, pattern: str, ask: Query) -> Query:
        def reply(parameter: str) -> str:
            if not self.faults.stuck or pattern not in self._frozen:
                self._frozen[pattern] = ask(parameter)
            return self._frozen[pattern]

        return reply

    def _understand_common(self) -> None:
        self._queries |= {
            "*IDN?": lambda _: self.faults.identity or self.identity,
            "*OPC?": lambda _: "1",
            "*ESR?": lambda _: self._take_status(),
            "*TST?": lambda _: "0",
        }
        self._settings |= {
            "*RST": lambda _: self.reset(),
            "*CLS": lambda _: self._clear(),
            "*OPC": lambda _: self._complete(),
            "*WAI": lambda _: None,
        }
        self.query("SYSTem:ERRor[:NEXT]?", lambda _: self._errors.popleft() if self._errors else _NO_ERROR)

    def _take_status(self) -> str:
        status, self._status = self._status, 0
        return str(status)

    def _complete(self) -> None:
        self._status |= _ESR_COMPLETE

    def _clear(self) -> None:
        self._errors.clear()
        self._status = 0
