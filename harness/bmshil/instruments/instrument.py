"""What all drivers over a session share: connecting, options, identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from bmshil.instruments.connection import TIMEOUT
from bmshil.instruments.described import Described
from bmshil.instruments.reading import parse_switch
from bmshil.instruments.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from bmshil.journal import Journal


class SessionInstrument(Described):
    """An instrument driven over one session.

    Args:
        session: open session; owned from now on.
    """

    error_query: ClassVar[str] = "SYST:ERR?"

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def connect(
        cls,
        name: str,
        resource: str,
        *,
        journal: Journal | None = None,
        timeout: float = TIMEOUT,
        expect: str = "",
        settings: Mapping[str, Any] | None = None,
        **options: Any,  # noqa: ANN401 - whatever a rig file holds
    ) -> Self:
        """Open a session and check who answers.

        Args:
            name: what people call the instrument.
            resource: VISA resource string.
            journal: where exchanges are written.
            timeout: how long a reply may take, s.
            expect: text that the answer to ``*IDN?`` must contain.
            settings: attributes of the pyvisa resource.
            options: options of this driver.

        Raises:
            InstrumentError: refused, silent, or another instrument.
            InputError: an option that this driver does not know.
        """
        cls.check_options(name, options)
        session = Session(
            name,
            resource,
            journal=journal,
            timeout=timeout,
            identity=expect,
            error_query=cls.error_query,
            settings=settings,
        )
        try:
            instrument = cls(session, **options)
            session.prepare = instrument._prepare
            session.open()
        except BaseException:
            session.close()
            raise
        return instrument

    @property
    def name(self) -> str:
        """What people call it."""
        return self._session.name

    @property
    def identity(self) -> str:
        """What it answered to ``*IDN?``."""
        return self._session.identity

    def disconnect(self) -> None:
        """Close the session without switching anything; may be called twice."""
        self._session.close()

    def _prepare(self) -> None:
        """Take remote control and the like: called after each connecting, when the identity is right."""

    def _set(self, what: str, values: Mapping[str, float], tolerance: float, *, decimals: int = 4) -> None:
        """Set values by their headers in one message, and refuse a read-back that is off by more."""
        command = ";:".join(f"{header} {value:.{decimals}f}" for header, value in values.items())
        answers = self._session.apply(command, *(f"{header}?" for header in values))
        for (header, wanted), answer in zip(values.items(), answers, strict=True):
            got = self._session.value(f"{header}?", answer)
            if abs(got - wanted) > tolerance:
                raise self._session.error(command, f"{what}: set {wanted:g}, but {header} reads back {got:g}")

    def _switch(self, header: str, on: bool) -> None:
        """Switch by header and refuse a read-back that says otherwise."""
        command = f"{header} {'ON' if on else 'OFF'}"
        (answer,) = self._session.apply(command, f"{header}?")
        self._check_switch(command, answer, on)

    def _switch_off(self, header: str) -> None:
        """Switch off by header whatever stands in the error queue: only the state counts."""
        command = f"{header} OFF;*OPC?;:{header}?"
        with self._session.insisting():
            done, _, answer = self._session.query(command).partition(";")
        if not answer:
            raise self._session.error(command, f"answered {done!r} instead of done and state")
        self._check_switch(command, answer, on=False)

    def _ask_switch(self, question: str) -> bool:
        return self._state(question, self._session.query(question))

    def _state(self, command: str, answer: str) -> bool:
        try:
            return parse_switch(answer)
        except ValueError as error:
            raise self._session.error(command, str(error)) from error

    def _check_switch(self, command: str, answer: str, on: bool) -> None:
        state = self._state(command, answer)
        if state is not on:
            raise self._session.error(command, f"still reads {'on' if state else 'off'}")
