"""What the bank of a rig file speaks, and who sends which identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.bms import ALONE, ArchitectureSettings
from bmshil.dialects import assign_ids, dialect, id_scheme, neighbour_ids
from bmshil.errors import IdentifierError

if TYPE_CHECKING:
    from bmshil.dialects import Dialect, IdMap
    from bmshil.inverter import Document, Profile
    from bmshil.rig.layout import RigFile

PARALLEL = "+0x100"
"""How several packs are told apart on the bus of a device that declares one battery, unless the rig file says
otherwise: the scheme that makers of parallel packs without a master use most."""

NODES = "pylontech-lv-1.2"
"""What gives the nodes of a bank their rhythm, and their values their range, where no frame leaves it: a bank
that is asked over RS485 alone."""

ONE_SPEAKER = "base"
"""The identifiers of a bank for which one pack speaks."""


def architecture_of(file: RigFile) -> ArchitectureSettings:
    """A word alone stands for that architecture as it usually is."""
    chosen = file.architecture or ("parallel" if len(file.bank.packs) > 1 else "single")
    return msgspec.convert({"kind": chosen}, ArchitectureSettings) if isinstance(chosen, str) else chosen


def identifiers_of(document: Document, file: RigFile, device: Profile) -> tuple[Dialect, IdMap]:
    """Dialect and identifiers, from the rig file or else as the device declares.

    Raises:
        InputError: no such dialect or scheme; names file, line and key.
        IdentifierError: identifiers of the packs overlap or do not fit; names them.
    """
    declares = device.declares
    polls = declares.serial is not None
    name = file.bank.dialect or (NODES if polls else declares.dialect)
    scheme_name = file.bank.id_scheme
    packs = len(file.bank.packs)
    if architecture_of(file).kind in ALONE:
        packs, scheme_name = 1, scheme_name or ONE_SPEAKER
    if scheme_name is None:
        # A device for one battery has no scheme for several; they get one all the same, so that the bench can
        # show what it makes of a parallel bank.
        alone = declares.batteries == "one" and packs > 1
        scheme_name = PARALLEL if alone else declares.id_scheme
    with document.place("bank", "dialect"):
        speaks = dialect(name)
    with document.place("bank", "id_scheme"):
        scheme = id_scheme(scheme_name)
    used: dict[int, str] = {}
    if not polls:
        used = {declares.keepalive.id | (declares.keepalive.extended << 31): f"keep-alive of {device.name}"}
    for other in () if polls else (declares.dialect, *declares.also_uses):
        used |= {id_: what for id_, what in neighbour_ids(other).items() if id_ not in used}
    try:
        return speaks, assign_ids(speaks, scheme, packs, also_used=used)
    except IdentifierError as error:
        raise IdentifierError(f"{document.path}: {error}") from error
