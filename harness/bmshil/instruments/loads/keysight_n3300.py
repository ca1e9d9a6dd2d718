"""Keysight (Agilent) N3300."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bmshil.errors import InputError
from bmshil.instruments.loads.core import CoreLoad
from bmshil.instruments.loads.extras import Shorting, Slewing, Tripping
from bmshil.instruments.roles import Capability

if TYPE_CHECKING:
    from bmshil.instruments.session import Session


class KeysightN3300(Slewing, Shorting, Tripping):
    """One channel of a Keysight N3300A or N3301A frame with modules N3302A to N3307A.

    ``*RST`` switches its input on, so nothing here ever sends it. Clearing a protection brings back the input
    as it was before, so it is switched off first. It has no constant power. Slew rates are in A/s.

    Args:
        session: open session; owned from now on.
        channel: which module of the frame.

    Source: Agilent N3300A-N3307A Programming Guide, part 5964-8198, chapter 4 (input commands, channel status
    register); 6050A/6051A operating manual for ``FUNC`` and slew rates.
    """

    capabilities = (
        (CoreLoad.capabilities & ~Capability.POWER) | Capability.SLEW | Capability.SHORT | Capability.TRIPS
    )
    maker = "Keysight"
    models = "N3300A, N3301A with N3302A to N3307A"
    verified = "programming guide"
    unverified = (
        "FUNC as the mode command, read for the 6050A",
        "slew commands and their unit A/s, read for the 6050A",
        "whether INP? reads on after a protection has tripped",
    )
    options: ClassVar[frozenset[str]] = frozenset({"channel"})

    slew_unit: ClassVar[float] = 1.0
    trip_question: ClassVar[str] = "STAT:CHAN:COND?"
    trip_clear: ClassVar[str] = ":INP:PROT:CLE"

    def __init__(self, session: Session, channel: int = 1) -> None:
        super().__init__(session)
        if not 1 <= channel <= 12:
            raise InputError(f"{session.name}: channel {channel}: a frame has the channels 1 to 12")
        self._channel = channel

    def set_power(self, power: float) -> None:
        """Refuse: this family regulates current, voltage and resistance, not power.

        Raises:
            InstrumentError: always.
        """
        raise self._session.error(
            f"POW {power:g}",
            "an N3300 has no constant power: use it as instruments.sink, or take another load",
        )

    @property
    def _first(self) -> str:
        return f"CHAN {self._channel};:"
