"""Siglent SDL1000X."""

from __future__ import annotations

from typing import ClassVar

from bmshil.instruments.loads.core import CoreLoad
from bmshil.instruments.loads.extras import Protecting, Sensing, Shorting, Slewing
from bmshil.instruments.roles import Capability


class SiglentSdl1000x(Slewing, Shorting, Sensing, Protecting):
    """Siglent SDL1020X, SDL1030X and their -E variants.

    A value out of range is ignored without a word, and no error queue is known: so every setting is read
    back. The ranges are set to the widest with each level, 30 A and 150 V, since a value beyond the present
    one would be ignored too.

    Source: Siglent SDL1000X Programming Guide, section 2.3 ("the command is invalid if the parameter value
    beyond the scope"); the siglent_sdl1000x driver by JxR-TestMeasure.
    """

    capabilities = (
        CoreLoad.capabilities | Capability.SLEW | Capability.SHORT | Capability.SENSE | Capability.PROTECTIONS
    )
    maker = "Siglent"
    models = "SDL1020X, SDL1030X and -E variants"
    verified = "programming guide"
    unverified = (
        "an error queue: the command list that was read has none",
        "how it tells that a protection has tripped",
    )
    error_query: ClassVar[str] = ""

    short_header: ClassVar[str] = "SHOR"
    protection_switches: ClassVar[tuple[str, ...]] = ("CURR:PROT:STAT", "POW:PROT:STAT")

    def _ranges(self, header: str) -> str:
        return f"{header}:IRANG 30;:{header}:VRANG 150;:"
