"""The calibration of an instrument, as the rig file has it."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - msgspec looks at the annotations when the program runs
from typing import Literal

import msgspec

from bmshil.rig.part import Part, Positive


class Calibration(Part, frozen=True):
    """The last calibration of an instrument.

    Attributes:
        due: last day on which it holds.
        certificate: number of the certificate.
        uncertainty: expanded uncertainty (k = 2) by the certificate, by unit: V, A, ohm.
    """

    due: date | None = None
    certificate: str = ""
    uncertainty: dict[Literal["V", "A", "ohm"], Positive] = msgspec.field(default_factory=dict)
