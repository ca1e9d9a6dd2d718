"""What is demanded of batteries that are commissioned."""

from __future__ import annotations

from dataclasses import dataclass

LISTENING = 5.0
"""How long each step listens, s: five sets of a battery that speaks once per second."""

NEAR_FULL = 0.95
"""From this SOC on packs taper, so that the charge limit says nothing about their number. Source: captures of
Pylontech modules with 0.1 C at 99 and 100 %."""

TOLERANCE = 0.03
"""How far the charge limit may lie from packs x per-pack value, as a share: less than one of 16 packs."""

MATCHED, ACT, NOTICED = 0.02, 0.05, 0.10
"""Spread of SOC up to which packs may be joined; from which to act; which customers notice. Source: field
articles on wiring Pylontech modules and on parallel batteries."""

WARMER = 10.0
"""How far a temperature may lie from that of the surroundings, K."""


@dataclass(frozen=True)
class Terms:
    """What is known of the batteries before anything is heard.

    Attributes:
        packs: how many; None to ask.
        per_pack: charge current limit of each, A; None to take what each says alone. One value for all, or
            one for each.
        ambient: temperature of the surroundings, degC; None to ask.
        listen: how long each step listens, s.
        dialect: what they speak; None to find out.
        scheme: how their identifiers differ; None to find out.
        photos: how many photos of switches and cables go into the record.
    """

    packs: int | None = None
    per_pack: tuple[float, ...] = ()
    ambient: float | None = None
    listen: float = LISTENING
    dialect: str | None = None
    scheme: str | None = None
    photos: int = 0

    def charge_current(self, packs: int) -> float | None:
        """What all packs together may be charged with, A; None when it is not known."""
        if not self.per_pack:
            return None
        return sum(self.per_pack) if len(self.per_pack) == packs else packs * self.per_pack[0]
