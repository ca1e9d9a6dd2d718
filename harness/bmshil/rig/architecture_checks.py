"""What can be wrong with the key ``architecture`` of a rig file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms import KINDS_OF_ARCHITECTURE
from bmshil.bms.architectures import CHOICES, GATES
from bmshil.bms.arithmetic import ARITHMETICS
from bmshil.inverter import did_you_mean
from bmshil.rig.identifiers import architecture_of

if TYPE_CHECKING:
    from bmshil.bms import ArchitectureSettings
    from bmshil.inverter import Document
    from bmshil.rig.layout import RigFile


def check_architecture(document: Document, file: RigFile) -> None:
    """Refuse an arrangement that nobody knows, or that the packs of the file cannot be in.

    Raises:
        InputError: with file, line and key.
    """
    packs = len(file.bank.packs)
    chosen = file.architecture
    if chosen is None:
        return
    kind = chosen if isinstance(chosen, str) else chosen.kind
    if kind not in KINDS_OF_ARCHITECTURE:
        hint = did_you_mean(kind, KINDS_OF_ARCHITECTURE)
        raise document.error(f"no architecture is called {kind!r}{hint}", "architecture")
    if kind == "single" and packs > 1:
        raise document.error(
            f"single, but the bank has {packs} packs: write parallel, or leave one pack", "architecture"
        )
    _check_link(document, file)
    if isinstance(chosen, str):
        return
    if chosen.master > packs:
        raise document.error(
            f"pack {chosen.master}, but the bank has packs 1 to {packs}", "architecture", "master"
        )
    if chosen.arithmetic not in ARITHMETICS:
        hint = did_you_mean(chosen.arithmetic, tuple(ARITHMETICS))
        raise document.error(
            f"no arithmetic is called {chosen.arithmetic!r}{hint}", "architecture", "arithmetic"
        )
    _check_words(document, chosen)
    if chosen.groups and kind != "hub":
        raise document.error(f"only a hub has groups, and this is {kind}", "architecture", "groups")
    if kind == "hub" and sum(chosen.groups) != packs:
        raise document.error(
            f"groups of {sum(chosen.groups)} packs together, but the bank has {packs}",
            "architecture",
            "groups",
        )


def _check_words(document: Document, chosen: ArchitectureSettings) -> None:
    """Refuse words that name no rule and no gate."""
    for key, value, known in (
        ("chooses", chosen.chooses, tuple(CHOICES)),
        ("gate", chosen.gate, tuple(GATES)),
    ):
        if value not in known:
            raise document.error(
                f"{value!r} is none{did_you_mean(value, known)}: take one of {', '.join(known)}",
                "architecture",
                key,
            )


def _check_link(document: Document, file: RigFile) -> None:
    """A master that takes longer for a round than the time-out would lose slaves that are well."""
    arranged = architecture_of(file)
    groups = {"master": (len(file.bank.packs),), "hub": arranged.groups}.get(arranged.kind, ())
    for packs in groups:
        between = (packs - 1) * arranged.link.interval
        if between > arranged.link.timeout / 2:
            raise document.error(
                f"{packs} packs on one link, {arranged.link.interval:g} s from poll to poll: each is asked "
                f"every {between:.3g} s, and counts as lost after {arranged.link.timeout:g} s: make "
                f"link.timeout at least {2 * between:.3g}, or groups of a hub",
                "architecture",
            )
