"""What is wrong with the switches of a bank, told from its rig file alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.addressing.chains import PEERS, chains_of, usual_scheme
from bmshil.bms.addressing.findings import findings
from bmshil.bms.addressing.panel import AS_IT_SHOULD_BE
from bmshil.bms.addressing.reading import fronts, settings
from bmshil.bms.addressing.registry import addressing_scheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.architectures.settings import ArchitectureSettings, Switches


def check_switches(
    architecture: ArchitectureSettings,
    switches: Sequence[Switches | None],
    *,
    scheme: str | None = None,
    baud: int | None = None,
) -> tuple[str, ...]:
    """Say what contradicts itself, a line each.

    Args:
        architecture: of the bank.
        switches: of each pack, pack 1 first; None for as it should be.
        scheme: name of what switches mean; that of the architecture when left out.
        baud: that the inverter uses on RS485, bit/s.

    Raises:
        InputError: no such scheme, or switches that it does not have.
    """
    means = addressing_scheme(scheme or usual_scheme(architecture))
    chains = chains_of(architecture, len(switches))
    peers = architecture.kind in PEERS
    given = {number: one or AS_IT_SHOULD_BE for number, one in enumerate(switches, start=1)}
    if not any(switches):
        return ()
    found = fronts(means, given, chains, peers=peers, line_baud=baud)
    made = settings(means, found, chains, peers=peers)
    return findings(means, found, made, chains, peers=peers, baud=baud)
