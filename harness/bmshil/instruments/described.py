"""What every driver says about itself, and which options it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from bmshil.errors import InputError
from bmshil.instruments.roles import Capability

if TYPE_CHECKING:
    from collections.abc import Mapping


class Described:
    """A driver that says what it drives, what it can do, and how much of that was read in a manual."""

    capabilities: ClassVar[Capability] = Capability.NONE
    maker: ClassVar[str] = "any"
    """Who makes the instruments that it drives."""
    models: ClassVar[str] = ""
    """Which of them."""
    verified: ClassVar[str] = "generic SCPI"
    """Where its commands were read."""
    unverified: ClassVar[tuple[str, ...]] = ()
    """What of it nobody has seen in a manual or driver of the maker, in words."""
    common: ClassVar[frozenset[str]] = frozenset({"timeout", "expect", "settings"})
    """Options that all drivers of its kind take."""
    options: ClassVar[frozenset[str]] = frozenset()
    """Options of this driver beyond the common ones."""

    @classmethod
    def check_options(cls, name: str, options: Mapping[str, Any]) -> None:
        """Refuse an option that this driver does not know.

        Raises:
            InputError: such an option.
        """
        unknown = sorted(options.keys() - cls.options)
        if unknown:
            known = ", ".join(sorted(cls.options | cls.common))
            raise InputError(f"{name}: unknown option {unknown[0]!r} for {cls.__name__}; known: {known}")
