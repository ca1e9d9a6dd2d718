"""What every mapping of a rig file is made of."""

from __future__ import annotations

from typing import Annotated

import msgspec

TWIN = "twin"
"""As an interface, a device, a resource or an address: the software stand-in that comes with bmshil."""

Positive = Annotated[float, msgspec.Meta(gt=0)]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mapping of a rig file: unknown keys are refused."""
