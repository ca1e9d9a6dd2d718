"""A source of the device in generic SCPI: a grid simulator, a PV simulator, a supply at the PV input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError
from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.roles import Capability

if TYPE_CHECKING:
    from bmshil.instruments.session import Session


class ScpiSource(SessionInstrument):
    """Power source role over ``OUTP ON``, ``OUTP OFF`` and ``OUTP?``.

    What it gives is set at its front panel, or by the commands of ``setup``, which are sent before each
    switching on. They are the instrument's own, and only its error queue says whether it took them.

    Args:
        session: open session; owned from now on.
        setup: settings, joined by ``;:``, such as "VOLT 230;:FREQ 50"; empty leaves everything as it is.

    Raises:
        InputError: a question among the settings.

    Source: SCPI-99 volume 2, OUTPut.
    """

    models = "sources with OUTPut"
    capabilities = Capability.CONFIRMS | Capability.READ_BACK
    options = frozenset({"setup"})

    def __init__(self, session: Session, setup: str = "") -> None:
        super().__init__(session)
        if "?" in setup:
            raise InputError(f"{session.name}: setup {setup!r}: settings only, no questions")
        self._setup = setup

    def output(self, on: bool) -> None:
        """Switch the output.

        Raises:
            InstrumentError: refused, or reads back otherwise.
        """
        if on and self._setup:
            self._session.confirm(self._setup)
        self._switch("OUTP", on)

    def is_on(self) -> bool:
        """Whether the output reads as on.

        Raises:
            InstrumentError: no answer, or neither on nor off.
        """
        return self._ask_switch("OUTP?")

    def off(self) -> None:
        """Output off, whatever went wrong before.

        Raises:
            InstrumentError: no answer, or the output still reads on.
        """
        self._switch_off("OUTP")
