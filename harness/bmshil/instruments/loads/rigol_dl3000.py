"""Rigol DL3000."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bmshil.instruments.loads.core import CoreLoad
from bmshil.instruments.loads.extras import SHUTDOWN, Sensing, Slewing, Tripping
from bmshil.instruments.roles import Capability

if TYPE_CHECKING:
    from collections.abc import Mapping


class RigolDl3000(Slewing, Sensing, Tripping):
    """Rigol DL3021, DL3031 and their variants.

    It has no command for a short circuit: only ``SYST:KEY 33``, a key-press that toggles, with nothing to
    read back. After a lost reply nobody knows on which side it stands, so this driver cannot short. OCP and
    OPP are test functions of this load, not protections; ``VLIMt`` and ``ILIMt`` limit a mode.

    On some firmware a measurement is answered with a second line, "0"; the session ends the connection then.

    Source: Rigol DL3000 Programming Guide (questionable status register: table 1-1); instro's driver.
    """

    capabilities = CoreLoad.capabilities | Capability.SLEW | Capability.SENSE | Capability.TRIPS
    maker = "Rigol"
    models = "DL3021, DL3031 and variants"
    verified = "programming guide"
    unverified = (
        "reading the questionable register as a condition",
        "how a trip is cleared: INP OFF and *CLS are tried, and the register decides",
        "slew up and down in the static mode: instro says that they act in the transient mode only",
    )

    sense_header: ClassVar[str] = "SENS"
    trip_clear: ClassVar[str] = "*CLS"
    trip_bits: ClassVar[Mapping[int, str]] = {bit: SHUTDOWN[bit] for bit in (1, 3, 11, 12, 13)}
