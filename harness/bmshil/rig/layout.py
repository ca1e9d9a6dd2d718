"""The shape of a rig file: which keys there are, and what they may hold.

``rigs/README.md`` explains every key to people.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from bmshil.bms import ArchitectureSettings, Switches  # noqa: TC001 - msgspec looks at the annotations
from bmshil.judge.uncertainty import UNSTATED
from bmshil.rig.channels import Channels, Wire
from bmshil.rig.equipment import Instruments, Sources
from bmshil.rig.part import TWIN, Fraction, Part, Positive
from bmshil.rig.serial import Serials


class Dut(Part, frozen=True):
    """The device under test: its profile, and which one it is."""

    profile: str
    firmware: str = ""
    serial: str = ""


class PackEntry(Part, frozen=True):
    """One pack.

    Attributes:
        module: of the catalogue.
        capacity: Ah; that of the module when left out.
        switches: how its address switches stand and its link ports are wired; None for as it should be.
    """

    module: str
    capacity: Positive | None = None
    switches: Switches | None = None


class BankEntry(Part, frozen=True):
    """The bank that is played.

    Attributes:
        packs: from pack 1 on.
        soc: state of charge to start with, 0..1.
        temperature: of all cells, degC.
        dialect: None for the one that the profile declares.
        id_scheme: None for the one that the profile declares.
        spacing: between two messages of one node, s; None for what real packs do.
        stagger: between the sets of two nodes, s; None spreads them evenly.
        phase: after the beginning of a period at which the first node speaks, s; None for at once.
        addressing: what the switches of the packs mean, a name of ``bms.addressing``; None for what the
            architecture usually has.
    """

    packs: Annotated[tuple[PackEntry, ...], msgspec.Meta(min_length=1)]
    soc: Fraction = 0.6
    temperature: float = 25.0
    dialect: str | None = None
    id_scheme: str | None = None
    spacing: Positive | None = None
    stagger: Positive | None = None
    phase: Annotated[float, msgspec.Meta(ge=0)] | None = None
    addressing: str | None = None


class Envelope(Part, frozen=True):
    """What the rig may ever do.

    Attributes:
        voltage: V.
        current: A, in either direction.
        power: W, in either direction.
        dv_dt: fastest change of the measured voltage, V/s; None does not check it.
        energy: most energy moved in one test, Wh; None does not check it.
        duration: longest time of one test, s; None does not check it.
    """

    voltage: Positive
    current: Positive
    power: Positive
    dv_dt: Positive | None = None
    energy: Positive | None = None
    duration: Positive | None = None


class Tolerances(Part, frozen=True):
    """Expanded uncertainty (k = 2) of the rig's measurements, for means over seconds.

    Attributes:
        voltage: V.
        current: A.
        time: s.
    """

    voltage: Positive = UNSTATED["V"]
    current: Positive = UNSTATED["A"]
    time: Positive = UNSTATED["s"]

    def of(self, unit: str) -> float:
        """Uncertainty of a value in this unit; 0 where the rig does not measure it."""
        return {"V": self.voltage, "A": self.current, "s": self.time}.get(unit, 0.0)


class Control(Part, frozen=True):
    """The loop that plays the bank's terminals.

    Attributes:
        period: its step, s.
        diode: drop of the diode between supply and sink, V; without a sink it means nothing.
        bandwidth: of the device's own voltage loop, rad/s, where it is known; bounds what is stable.
        latency: from a command to the supply until its set-point is in force, s.
        cable: all there is between supply and device, ohm: leads, fuse, contactor, series resistor.
    """

    period: Annotated[float, msgspec.Meta(ge=0.02, le=1)] = 0.1
    diode: Annotated[float, msgspec.Meta(ge=0, le=2)] = 0.7
    bandwidth: Positive | None = None
    latency: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    cable: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None


class Safety(Part, frozen=True):
    """What keeps the rig safe beside the envelope.

    Attributes:
        emergency_stop: whether an emergency stop stands in the coil circuit of the main contactor.
        lease: silence of the harness after which the guard switches off, s.
        watchdog: silence after which instruments with a watchdog switch themselves off, s.
        hazard_current: largest DC current while hazardous frames are allowed, A.
    """

    emergency_stop: bool = False
    lease: Annotated[float, msgspec.Meta(ge=0.2, le=10)] = 1.0
    watchdog: Annotated[float, msgspec.Meta(ge=1, le=60)] = 5.0
    hazard_current: Positive = 5.0


class ReadbackEntry(Part, frozen=True):
    """Where the DUT answers over Modbus TCP: host:port."""

    address: str

    @property
    def twin(self) -> bool:
        """Whether the twin's inverter answers."""
        return self.address == TWIN


class RigFile(Part, frozen=True):
    """A whole rig file."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    dut: Dut
    bank: BankEntry
    can: Channels = Channels()
    serial: Serials = Serials()
    placement: Literal["inside", "process", "real"] = "real"
    description: str = ""
    architecture: ArchitectureSettings | str | None = None
    selftest: bool = False
    wire: Wire = Wire()
    instruments: Instruments = Instruments()
    power: Sources = Sources()
    envelope: Envelope | None = None
    control: Control = Control()
    safety: Safety = Safety()
    tolerances: Tolerances = Tolerances()
    readback: ReadbackEntry | None = None
    acceptance: str = "default"
    operator: str = ""
    ambient: str = ""


def present(part: Part) -> dict[str, Any]:
    """The keys of a mapping by role that are there, in the order of the file's shape."""
    values = {name: getattr(part, name) for name in part.__struct_fields__}
    return {name: value for name, value in values.items() if value is not None}
