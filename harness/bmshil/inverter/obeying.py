"""What a device declares about what it believes and obeys: the finer half of ``declares:``.

Every default is what a careful device does; a profile writes only where its document says otherwise. The
words are those of the twin's policies, so that a mutation can take another one.

Source: the profile parameters that field reports and vendor documents call for (reference on inverters, 7).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
Range = tuple[float, float]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mapping of a profile: unknown keys are refused."""


class Values(Part, frozen=True):
    """Which values the device takes for possible, and what it does with others.

    Attributes:
        cvl: lowest and highest charge voltage, V; None where its document gives no range.
        ccl: lowest and highest charge current, A.
        dcl: lowest and highest discharge current, A.
        soc: lowest and highest state of charge, 0..1.
        outside: reject (keep the last good value), clamp (take the end of the range) or accept.
        frozen: s after which payloads that never change are called implausible; None where nobody looks.
    """

    cvl: Range | None = None
    ccl: Range | None = None
    dcl: Range | None = None
    soc: Range | None = None
    outside: Literal["reject", "clamp", "accept"] = "reject"
    frozen: Positive | None = None

    def __post_init__(self) -> None:
        """Refuse a range that is none."""
        for name in ("cvl", "ccl", "dcl", "soc"):
            found = getattr(self, name)
            if found is not None and not found[0] < found[1]:
                raise ValueError(f"{name} must be [lowest, highest], got {list(found)}")


class Zero(Part, frozen=True):
    """What the device does with a limit of zero.

    Attributes:
        charge: at a CCL of 0 A: obey, keep_last, quarter_of_capacity or fixed_40_a.
        discharge: at a DCL of 0 A: obey or keep_last.
        cvl: at a CVL of 0 V: reject (keep the last one), stop (no charge) or obey (a voltage like any other).
    """

    charge: str = "obey"
    discharge: str = "obey"
    cvl: Literal["reject", "stop", "obey"] = "reject"


class ForceCharge(Part, frozen=True):
    """When the device charges although nobody asked it to.

    Attributes:
        below: SOC below which it charges by itself, 0..1; None for never.
        on_request: whether it charges from the grid when the battery asks for it (0x35C bits 4 and 5).
        current: of a charge that it began by itself, A.
    """

    below: Fraction | None = None
    on_request: bool = False
    current: Positive = 8.0


class Irregular(Part, frozen=True):
    """A gap that a device leaves in its keep-alive again and again.

    Attributes:
        every: distance of two such gaps, s.
        gap: length of the gap, s.

    Source: a Deye is late by more than 3 s every two hours and by more than 5 s at midnight
    (Sleeper85/esphome-jk-bms-can#48).
    """

    every: Positive
    gap: Positive
