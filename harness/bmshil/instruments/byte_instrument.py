"""What all drivers over a byte session share: connecting and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.instruments.byte_session import ByteSession
from bmshil.instruments.described import Described

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import ClassVar, Self

    from bmshil.journal import Journal


TIMEOUT = 0.5
"""How long a reply may take unless a rig says otherwise, s: such boards answer within 50 ms or not at all."""


class ByteInstrument(Described):
    """An instrument driven over one byte session. It cannot tell who it is.

    Args:
        session: open session; owned from now on.
    """

    common = frozenset({"timeout", "settings"})
    verified = "maker's protocol description"
    usual: ClassVar[Mapping[str, Any]] = {"baud_rate": 9600}
    """Settings of its line, unless a rig says otherwise."""

    def __init__(self, session: ByteSession) -> None:
        self._session = session

    @classmethod
    def connect(
        cls,
        name: str,
        resource: str,
        *,
        journal: Journal | None = None,
        timeout: float = TIMEOUT,
        settings: Mapping[str, Any] | None = None,
        **options: Any,  # noqa: ANN401 - whatever a rig file holds
    ) -> Self:
        """Open the line and see whether somebody answers.

        Args:
            name: what people call the instrument.
            resource: VISA resource string.
            journal: where exchanges are written.
            timeout: how long a reply may take, s.
            settings: attributes of the pyvisa resource.
            options: options of this driver.

        Raises:
            InstrumentError: the line is missing, or nobody answers, where this kind of instrument does.
            InputError: an option that this driver does not know.
        """
        cls.check_options(name, options)
        lasting = {**cls.usual, **(settings or {})} if resource.upper().startswith("ASRL") else settings
        session = ByteSession(name, resource, journal=journal, timeout=timeout, settings=lasting)
        try:
            instrument = cls(session, **options)
            session.open()
            instrument._greet()
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
        """What it is taken for: nobody can ask it."""
        return f"{self.maker} {self.models}, as the rig file says"

    def disconnect(self) -> None:
        """Close the session without switching anything; may be called twice."""
        self._session.close()

    def _greet(self) -> None:
        """See whether somebody answers; nothing where it never does."""
