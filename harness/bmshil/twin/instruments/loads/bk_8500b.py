"""BK Precision 8500B.

Its traps: it obeys only after `SYST:REM`; a short circuit needs `INP ON` after `INP:SHOR ON`.

Source: instro's driver, validated by its authors on an 8514B.
"""

from typing import ClassVar

from bmshil.twin.instruments.loads import parts
from bmshil.twin.instruments.loads.core import CoreLoad
from bmshil.twin.instruments.loads.device import Rated
from bmshil.twin.instruments.place import Place


class Bk8500b(CoreLoad):
    """An 8514B."""

    usual = Rated(voltage=120.0, current=240.0, power=1500.0)
    maker: ClassVar[str] = "B&K Precision"
    unit: ClassVar[str] = "BK8514B"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._refuse = parts.remote(self)
        parts.slew(self, parts.MICROSECONDS, both=False)
        parts.short(self, "[SOURce]:INPut:SHORt[:STATe]")

    def admit(self, header: str) -> None:
        """Refuse settings before remote control is taken."""
        self._refuse(header)
