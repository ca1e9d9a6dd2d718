"""The shape of a rig file: which keys there are, and what they may hold.

``rigs/README.md`` explains every key to people.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from bmshil.bms import ArchitectureSettings, Switches  # noqa: TC001 - msgspec looks at the annotations
from bmshil.rig.calibration import Calibration
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


class Channel(Part, frozen=True):
    """One CAN channel.

    Attributes:
        interface: as python-can names it; twin for the twin's bus.
        channel: as the interface names it.
        bitrate: bit/s.
        listen_only: neither send nor acknowledge.
        isolated: whether the adapter is galvanically isolated from the computer; None when nobody has said.
        waiver: who allows an adapter that is not isolated, when and why; goes into the evidence.
        capabilities: what the adapter can or cannot do, where bmshil's own table is wrong, by the
            names of ``ports.Capability`` in small letters.
        options: handed to python-can as they are.
    """

    interface: str
    channel: str
    bitrate: Annotated[int, msgspec.Meta(gt=0)] = 500_000
    listen_only: bool = False
    isolated: bool | None = None
    waiver: str | None = None
    capabilities: dict[str, bool] = msgspec.field(default_factory=dict)
    options: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def twin(self) -> bool:
        """Whether this is the twin's CAN bus."""
        return self.interface == TWIN


class Channels(Part, frozen=True):
    """CAN channels by role; none where the bank speaks over RS485 alone.

    Attributes:
        emulator: plays the nodes.
        witness: listens; its times decide.
        disturber: collides, floods, speaks at another bit rate, acknowledges or not.
        inverter: only in a selftest: the adapter by which the twin's inverter stands on a real bus.
    """

    emulator: Channel | None = None
    witness: Channel | None = None
    disturber: Channel | None = None
    inverter: Channel | None = None


class Wire(Part, frozen=True):
    """The CAN cable: what the twin's bus is like, and how much traffic it may carry.

    Attributes:
        length: of the cable, m.
        terminators: 120 ohm each, on the cable for good; None for two, less those that relays switch.
        coupling: how strongly the inverter's current is heard on the cable; 0 for none, 1 for a cable
            that lies beside the DC bus unshielded.
        seed: of all noise of the twin: disturbances on the cable, and what its meter adds.
        most_load: planned bus load above which the rig is refused, 0..1.
    """

    length: Positive = 5.0
    terminators: Annotated[int, msgspec.Meta(ge=0, le=32)] | None = None
    coupling: Annotated[float, msgspec.Meta(ge=0)] = 0.1
    seed: int = 1
    most_load: Fraction = 0.7


class Ratings(Part, frozen=True):
    """What one instrument can do, from its name plate: V, A, W. What is left out is not known."""

    voltage: Positive | None = None
    current: Positive | None = None
    power: Positive | None = None


class InstrumentEntry(Part, frozen=True):
    """One instrument.

    Attributes:
        driver: a driver's name, or ``module:Class``.
        resource: VISA resource; twin for the software stand-in of the same model.
        channels: relay boards: which channel has which role.
        rating: what this unit can do; bounds the power budget, and the twin is built to it.
        calibration: the last one.
        options: what the driver takes besides.
    """

    driver: str
    resource: str
    channels: dict[str, int] = msgspec.field(default_factory=dict)
    rating: Ratings = Ratings()
    calibration: Calibration = Calibration()
    options: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def twin(self) -> bool:
        """Whether the twin plays this instrument."""
        return self.resource == TWIN


class Instruments(Part, frozen=True):
    """Instruments by role.

    Attributes:
        supply: plays the bank's terminals.
        sink: takes the charging current where the supply cannot: a load in constant current behind a diode.
        meter: at the terminals of the device.
        load: on the AC side of the device.
        relays: contactors and switches.
        ohmmeter: between the CAN lines.
        permit: the energise-to-run relay; the guard alone speaks to it.
        ac_grid: feeds the device where no relay switches its grid: a grid simulator.
        pv: likewise at its PV input.
    """

    supply: InstrumentEntry | None = None
    sink: InstrumentEntry | None = None
    meter: InstrumentEntry | None = None
    load: InstrumentEntry | None = None
    relays: InstrumentEntry | None = None
    ohmmeter: InstrumentEntry | None = None
    permit: InstrumentEntry | None = None
    ac_grid: InstrumentEntry | None = None
    pv: InstrumentEntry | None = None


class Source(Part, frozen=True):
    """What feeds or loads the DUT: how much it can do, W, and what switches it.

    Attributes:
        rating: W.
        by: relays; load, for ac_load; instrument, the one of the same role; or manual, an operator.
    """

    rating: Positive
    by: Literal["relays", "load", "instrument", "manual"]


class Sources(Part, frozen=True):
    """What feeds and loads the DUT."""

    ac_grid: Source | None = None
    ac_load: Source | None = None
    pv: Source | None = None


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

    The defaults are those of the twin: its meter and shunt, and the distance of two samples.

    Attributes:
        voltage: V.
        current: A.
        time: s.
    """

    voltage: Positive = 0.02
    current: Positive = 0.2
    time: Positive = 0.1

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
