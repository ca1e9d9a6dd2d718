"""BK Precision 8500B."""

from __future__ import annotations

from bmshil.instruments.loads.core import CoreLoad
from bmshil.instruments.loads.extras import Shorting, Slewing
from bmshil.instruments.roles import Capability


class Bk8500b(Slewing, Shorting):
    """BK Precision 8500B, 8502B, 8510B, 8514B, 8542B.

    It obeys only after ``SYST:REM``, which stands before every command. A short acts once the input is on.

    Source: instro's driver, validated by its authors on an 8514B.
    """

    capabilities = CoreLoad.capabilities | Capability.SLEW | Capability.SHORT
    maker = "BK Precision"
    models = "8500B, 8502B, 8510B, 8514B, 8542B"
    verified = "vendor driver source"
    unverified = (
        "queries of settings: the driver that was read reads nothing back",
        "unit of the slew rate, A/us like the rest of the family",
        "how it tells that a protection has tripped",
        "protections and remote sense command",
    )

    @property
    def _first(self) -> str:
        return "SYST:REM;:"
