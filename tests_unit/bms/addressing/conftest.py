"""Switches and link cables of a bank without any node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bmshil.bms.addressing import Addressing, Panel, addressing_scheme
from bmshil.journal import Journal
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms import Switches


@dataclass
class Cabinet:
    """Panels with their addressing."""

    panels: dict[int, Panel]
    addressing: Addressing
    journal: Journal

    @property
    def words(self) -> list[str]:
        return [one.words for one in self.addressing.settings.values()]

    @property
    def speakers(self) -> list[int]:
        return [number for number, one in self.addressing.settings.items() if one.speaks]


CabinetMaker = Callable[..., Cabinet]


@pytest.fixture
def cabinet() -> CabinetMaker:
    def make(
        scheme: str,
        packs: int = 3,
        *,
        chains: Sequence[Sequence[int]] | None = None,
        peers: bool = False,
        **given: Switches,
    ) -> Cabinet:
        journal = Journal(SimulatedTimeline())
        panels = {number: Panel(given.get(f"pack{number}")) for number in range(1, packs + 1)}
        wired = chains or [list(panels)]
        return Cabinet(
            panels, Addressing(addressing_scheme(scheme), panels, wired, journal, peers=peers), journal
        )

    return make
