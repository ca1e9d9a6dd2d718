"""ITECH IT8500+ and IT8800."""

from __future__ import annotations

from typing import ClassVar

from bmshil.instruments.loads.core import CoreLoad
from bmshil.instruments.loads.extras import Protecting, Sensing, Shorting, Slewing, Tripping
from bmshil.instruments.roles import Capability


class ItechIt8500(Slewing, Shorting, Sensing, Protecting, Tripping):
    """ITECH IT8500+ and IT8800.

    On a serial line it obeys only after ``SYST:REM``; that stands before every command here, so that a key
    pressed at the instrument takes nothing away. Its load-on timer is a dead-man limit: it switches the
    input off whatever becomes of the computer.

    Source: ITECH IT8500+ and IT8800 Programming Guides (chapter "Source Subsystem").
    """

    capabilities = (
        CoreLoad.capabilities
        | Capability.SLEW
        | Capability.SHORT
        | Capability.SENSE
        | Capability.PROTECTIONS
        | Capability.TRIPS
        | Capability.TIMER
    )
    maker = "ITECH"
    models = "IT8500+ and IT8800 series"
    verified = "programming guide"
    unverified = (
        "remote sense command REM:SENS",
        "bits of the questionable register, read in the IT8700 guide",
        "whether INP? reads on after a protection has tripped",
    )

    slew_headers: ClassVar[tuple[str, ...]] = ("CURR:SLEW",)
    short_header: ClassVar[str] = "INP:SHOR:STAT"
    sense_header: ClassVar[str] = "REM:SENS"
    protected: ClassVar[tuple[str, ...]] = ("CURR:PROT", "POW:PROT")

    @property
    def _first(self) -> str:
        return "SYST:REM;:"

    def limit_on_time(self, seconds: float) -> float:
        """Let it switch off so long after the next switching on, 1 to 60000 s.

        Returns:
            The time that it has set, s.

        Raises:
            InstrumentError: refused, or reads back differently.
        """
        delay = self._put("time on", "INP:TIM:DEL", seconds, 1.0, decimals=1)
        self._turn("INP:TIM", on=True)
        return delay
