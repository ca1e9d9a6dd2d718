"""BK Precision 8600."""

from __future__ import annotations

from typing import ClassVar

from bmshil.instruments.loads.core import CoreLoad
from bmshil.instruments.loads.extras import Protecting, Shorting, Slewing, Tripping
from bmshil.instruments.roles import Capability


class Bk8600(Slewing, Shorting, Protecting, Tripping):
    """BK Precision 8600 to 8625.

    After a command in error the rest of a message is ignored, its questions too. So a setting goes in a
    message of its own and what reads it back in the next. To switch off, ``INP OFF`` is sent alone before
    anything that could fail. On a serial line ``SYST:REM`` stands before every command.

    Source: BK Precision 8600 Series Programming Manual (2.2 "Command Execution Rules"; slew rates in A/us).
    """

    capabilities = (
        CoreLoad.capabilities | Capability.SLEW | Capability.SHORT | Capability.PROTECTIONS | Capability.TRIPS
    )
    maker = "BK Precision"
    models = "8600 series"
    verified = "programming manual"
    unverified = (
        "protections and their latch, taken from the ITECH family",
        "bits of the questionable register, read in the ITECH IT8700 guide",
        "whether INP? reads on after a protection has tripped",
        "remote sense command",
    )

    protected: ClassVar[tuple[str, ...]] = ("CURR:PROT", "POW:PROT")

    @property
    def _first(self) -> str:
        return "SYST:REM;:" if self._session.resource.upper().startswith("ASRL") else ""

    def _apply(self, command: str, *questions: str) -> list[str]:
        self._session.write(self._first + command)
        return self._session.apply(f"{self._first}*WAI", *questions)

    def off(self) -> None:
        """Input off, whatever went wrong before; works twice.

        Raises:
            InstrumentError: no answer, the input still reads on, or current still flows.
        """
        with self._session.insisting():
            self._session.write("INP OFF")
        super().off()
