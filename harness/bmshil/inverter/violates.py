"""What a bad inverter does wrong, as the requirements that must catch it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection


class Violates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Identifiers of the requirements that must fail, by question.

    Attributes:
        conformity: that must fail on what the device declares.
        safety: that must fail on the floor of the acceptance file.
        may: that may fail as well, on either question: it depends on the profile, or on noise.
    """

    conformity: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()
    may: tuple[str, ...] = ()

    @property
    def requirements(self) -> tuple[str, ...]:
        """All that must fail, each once, in order."""
        return tuple(sorted({*self.conformity, *self.safety}))

    def without(self, spared: Collection[str]) -> Violates:
        """All but some requirements."""
        return Violates(
            conformity=tuple(one for one in self.conformity if one not in spared),
            safety=tuple(one for one in self.safety if one not in spared),
            may=self.may,
        )
