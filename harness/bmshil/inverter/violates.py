"""What a bad inverter does wrong, as the requirements that must catch it."""

from __future__ import annotations

import msgspec


class Violates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Identifiers of the requirements that must fail, by question."""

    conformity: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()

    @property
    def requirements(self) -> tuple[str, ...]:
        """All of them, each once, in order."""
        return tuple(sorted({*self.conformity, *self.safety}))
