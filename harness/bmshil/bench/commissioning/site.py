"""What a commissioning stands on: a bus to listen to, and hands that do what a person must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bench.commissioning.ear import Heard, Identifier


class Listening(Protocol):
    """What has been heard; see ``Ear``."""

    @property
    def heard(self) -> dict[Identifier, Heard]:
        """Messages since ``forget``."""

    @property
    def errors(self) -> int:
        """Error frames since ``forget``."""

    def forget(self) -> None:
        """Begin anew."""


class Site(Protocol):
    """Where batteries are commissioned.

    What a person must do or read raises ``InstrumentError`` where nobody can be asked.

    Attributes:
        name: of the rig or the interface.
        blocked: why nothing but the cable can be looked at; empty when all can.
    """

    name: str
    blocked: str

    @property
    def ear(self) -> Listening:
        """Hears the bus."""

    def run(self, seconds: float) -> None:
        """Let time pass."""

    def count(self) -> int:
        """How many batteries there are."""

    def only(self, number: int) -> None:
        """Power this battery alone, its CAN port on the bus, and no cable in its Link Port 0."""

    def everyone(self) -> None:
        """Power all batteries, wired as they shall stay."""

    def resistance(self) -> float:
        """Between CAN-H and CAN-L with everything off, ohm; infinite for an open line."""

    def ambient(self) -> float:
        """Temperature around the batteries, degC."""

    def stir(self) -> None:
        """Let a current flow, so that what lives moves."""

    def calm(self) -> None:
        """End what ``stir`` began."""

    def shown(self, packs: int) -> bool:
        """Whether the inverter shows all batteries with live values."""

    def switches(self) -> Mapping[str, str]:
        """How switches and link cables stand, in words, by pack; empty where only photos can tell."""
