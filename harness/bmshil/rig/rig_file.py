"""A rig: one bench as its file describes it, checked as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.battery import module
from bmshil.bms.addressing import addressing_scheme, usual_scheme
from bmshil.inverter import Document, profile
from bmshil.rig.checks import check, twin_parts
from bmshil.rig.equipment import InstrumentEntry
from bmshil.rig.finding import find
from bmshil.rig.identifiers import architecture_of, identifiers_of
from bmshil.rig.layout import RigFile, present
from bmshil.rig.medium import check_medium

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bmshil.battery import Module
    from bmshil.bms import ArchitectureSettings
    from bmshil.dialects import Dialect, IdMap
    from bmshil.inverter import Profile
    from bmshil.rig.channels import Channel, Wire
    from bmshil.rig.equipment import Source
    from bmshil.rig.layout import BankEntry, Control, Dut, Envelope, ReadbackEntry, Safety, Tolerances
    from bmshil.rig.serial import SerialChannel

SERVED_INTERFACE = "slcan"
"""The python-can interface for the adapters of a twin in another process."""


@dataclass(frozen=True)
class Rig:
    """One bench, ready to be assembled.

    Attributes:
        path: the rig file.
        name: of the bench; the lock goes by it.
        description: one line for people.
        placement: inside (all twin, simulated time), process (all twin, served by ``bmshil twin``) or real.
        selftest: whether twin and real parts may mix, with no real output on.
        dut: which device stands there.
        profile: what that device declares.
        bank: the bank as the file has it.
        architecture: who speaks for the bank.
        serial: serial lines by role: emulator.
        modules: the modules of the packs, in the order of their numbers.
        dialect: what the bank speaks.
        ids: who sends which identifier.
        can: CAN channels by role: emulator, witness, disturber, inverter; empty where the bank is asked over
            RS485 alone.
        wire: the CAN cable.
        instruments: instruments by role: supply, sink, meter, load, relays, ohmmeter, permit, ac_grid, pv;
            among them the operator, wherever a source is switched by hand.
        power: what feeds and loads the device: ac_grid, ac_load, pv.
        envelope: what the rig may ever do; None where it has no outputs.
        control: the loop that plays the bank's terminals.
        safety: what keeps the rig safe beside the envelope.
        tolerances: how well the rig measures.
        readback: where the device answers; None where it does not.
        acceptance: name of the safety floor.
        operator: who runs it, where the command line does not say.
        ambient: temperature and humidity of the room in words, where the command line does not say.
    """

    path: Path
    name: str
    description: str
    placement: str
    selftest: bool
    dut: Dut
    profile: Profile
    bank: BankEntry
    architecture: ArchitectureSettings
    serial: Mapping[str, SerialChannel]
    modules: tuple[Module, ...]
    dialect: Dialect
    ids: IdMap
    can: Mapping[str, Channel]
    wire: Wire
    instruments: Mapping[str, InstrumentEntry]
    power: Mapping[str, Source]
    envelope: Envelope | None
    control: Control
    safety: Safety
    tolerances: Tolerances
    readback: ReadbackEntry | None
    acceptance: str
    all_twin: bool
    operator: str = ""
    ambient: str = ""

    @property
    def current(self) -> float:
        """Largest DC current that the rig may move, A; without an envelope there is no such limit."""
        return self.envelope.current if self.envelope else float("inf")

    @property
    def over_rs485(self) -> bool:
        """Whether the device asks over RS485, so that everything is judged on that line."""
        return self.profile.declares.serial is not None

    @property
    def served(self) -> bool:
        """Whether another process makes all of it."""
        return self.placement == "process"

    def interface(self, role: str) -> str:
        """The python-can interface by which a channel is opened: served ones are serial adapters."""
        channel = self.can[role]
        return SERVED_INTERFACE if self.served and channel.twin else channel.interface

    @property
    def inside(self) -> bool:
        """Whether the process that opens it makes all of it: on simulated time, as often as wanted."""
        return self.all_twin and not self.served

    @property
    def twin_device(self) -> bool:
        """Whether the device is the twin's: everything is, or in a selftest all but the CAN adapters."""
        return self.all_twin or "inverter" in self.can

    @property
    def cells(self) -> int:
        """Cells in series of every pack."""
        return self.modules[0].cells


def load(rig: str | Path, *, dut: str | Path | None = None) -> Rig:
    """Read a rig file and everything that it names.

    Args:
        rig: path of the file, or the bare name of one in ``rigs/``.
        dut: profile to take instead of the one that the file names.

    Raises:
        InputError: no such rig, or a mistake in it; names file, line and key.
        IdentifierError: identifiers of the packs overlap or do not fit; names them.
    """
    path = find(rig)
    document = Document.read(path)
    if "site" in document.data:
        raise document.error(
            f"this is a site, no rig: name one of its parts, {document.data['site']}", "site"
        )
    file = document.convert(RigFile)
    check(document, file)
    if dut is None:
        with document.place("dut", "profile"):
            device = profile(_beside(path, file.dut.profile))
    else:
        device = profile(dut)
    modules = []
    for index, one in enumerate(file.bank.packs):
        with document.place("bank", "packs", index, "module"):
            modules.append(module(one.module, capacity=one.capacity))
    _check_bank(document, modules, device)
    _check_switches(document, file)
    check_medium(document, file, device, architecture_of(file).kind)
    speaks, ids = identifiers_of(document, file, device)
    return Rig(
        path=path,
        name=file.name,
        description=file.description,
        placement=file.placement,
        selftest=file.selftest,
        dut=file.dut,
        profile=device,
        bank=file.bank,
        architecture=architecture_of(file),
        serial=present(file.serial),
        modules=tuple(modules),
        dialect=speaks,
        ids=ids,
        can=present(file.can),
        wire=file.wire,
        instruments={**_by_hand(file), **present(file.instruments)},
        power=present(file.power),
        envelope=file.envelope,
        control=file.control,
        safety=file.safety,
        tolerances=file.tolerances,
        readback=file.readback,
        acceptance=file.acceptance,
        all_twin=all(twin_parts(file).values()),
        operator=file.operator,
        ambient=file.ambient,
    )


def _by_hand(file: RigFile) -> dict[str, InstrumentEntry]:
    """The operator in the roles of what is switched by hand."""
    sources: dict[str, Source] = present(file.power)
    return {
        "load" if role == "ac_load" else role: InstrumentEntry(
            driver="manual-load" if role == "ac_load" else "manual-source", resource="manual"
        )
        for role, source in sources.items()
        if source.by == "manual"
    }


def _beside(path: Path, name: str) -> str | Path:
    """A profile named by its file is looked for beside the rig file."""
    return path.parent / name if Path(name).suffix in {".yaml", ".yml"} else name


def _check_bank(document: Document, modules: Sequence[Module], device: Profile) -> None:
    declares = device.declares
    for index, one in enumerate(modules):
        if one.cells != modules[0].cells:
            raise document.error(
                f"{one.name} has {one.cells} cells in series, pack 1 has {modules[0].cells}: "
                "packs in parallel need equal numbers",
                "bank",
                "packs",
                index,
            )
    # A device for one battery may stand before several: what it makes of them is a finding (DSC), no mistake.
    several = declares.batteries == "several"
    if several and declares.max_packs is not None and len(modules) > declares.max_packs:
        raise document.error(
            f"{len(modules)} packs, but {device.name} takes {declares.max_packs} at most", "bank", "packs"
        )
    if declares.module_count == "fixed" and len(modules) != declares.count:
        raise document.error(
            f"{len(modules)} packs, but {device.name} is set to {declares.count}", "bank", "packs"
        )


def _check_switches(document: Document, file: RigFile) -> None:
    """Refuse a scheme that does not exist, and switches that it does not have."""
    with document.place("bank", "addressing"):
        scheme = addressing_scheme(file.bank.addressing or usual_scheme(architecture_of(file)))
    for index, one in enumerate(file.bank.packs):
        if one.switches is not None and one.switches.dip is not None:
            with document.place("bank", "packs", index, "switches", "dip"):
                scheme.check(one.switches.dip)
