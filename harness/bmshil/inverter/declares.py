"""What a device declares: the ``declares:`` half of a profile, which is all that tests read.

A profile is a YAML file of four keys (see :mod:`bmshil.inverter.profile`)::

    title: Inverter for several batteries        # for people
    source: who says so                          # document and version
    declares:                                    # this module, key by key
      dialect: pylontech-lv-1.2
      id_scheme: "+0x100"
      batteries: several
      aggregation: {cvl: minimum, ccl: sum, dcl: sum, soc: capacity_weighted, alarms: any}
      module_count: dynamic
      rating: {charge_current: 100, discharge_current: 100, power: 5000, voltage: [40, 60]}
      period: {fastest: 0.2, nominal: 1.0}
      timeouts: {all: 10, limits: 10, state: 10, pack: 5}
      on_timeout: stop                             # or {all: stop, limits: defaults, ...}
      tick: 1.0
      follow_lag: 3.0
      recovery: {mode: auto, communication: 2, power: 10}
      keepalive: {id: 0x305, period: 1.0, grace: 5.0, trigger: free}
      accuracy: {voltage: 0.1, current: 1.0}
      boot: 5.0
      readback: {soc: {address: 3, scale: 0.001}, state: {address: 0}, running: [3]}
      setup_sheet: ["Battery type: lithium, protocol: Pylontech"]
    behaves: {}                                  # deviations of the twin alone, any keys of its own
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from bmshil.inverter.obeying import ForceCharge, Irregular, Part, Positive, Values, Zero
from bmshil.inverter.polls import Polls  # noqa: TC001 - msgspec reads the type at run time
from bmshil.inverter.registers import Registers
from bmshil.inverter.words import Reaction, Rule

Silent = Literal["all", "limits", "state", "measured", "requests", "pack"]
"""What can fall silent: everything, one message, or one battery."""


class Aggregation(Part, frozen=True):
    """How the values of several batteries become one, per quantity."""

    cvl: Rule
    ccl: Rule
    dcl: Rule
    soc: Rule
    alarms: Rule


class Rating(Part, frozen=True):
    """Absolute limits of the battery side.

    Attributes:
        charge_current: A.
        discharge_current: A, positive.
        power: W.
        voltage: lowest and highest DC voltage that the device bears, V.
    """

    charge_current: Positive
    discharge_current: Positive
    power: Positive
    voltage: tuple[float, float]

    def __post_init__(self) -> None:
        """Refuse a range that is none."""
        if not 0 <= self.voltage[0] < self.voltage[1]:
            raise ValueError(f"voltage must be [lowest, highest], got {list(self.voltage)}")


class Period(Part, frozen=True):
    """Distance of two message sets, s: the fastest that the device takes, and the usual one."""

    fastest: Positive
    nominal: Positive

    def __post_init__(self) -> None:
        """Refuse a usual period that is faster than the fastest."""
        if self.fastest > self.nominal:
            raise ValueError(f"fastest must not exceed nominal, got {self.fastest} and {self.nominal} s")


class Timeouts(Part, frozen=True):
    """How long the device bears silence, s; None where it does not watch.

    Attributes:
        all: no frame of any battery.
        limits: not the message with CVL and CCL (0x351 in most dialects).
        state: not the message with the SOC (0x355 in most dialects).
        measured: not the message with voltage and current (0x356 in most dialects).
        requests: not the message with the enable bits (0x35C where there is one).
        pack: nothing of one battery while others speak.
    """

    all: Positive | None = None
    limits: Positive | None = None
    state: Positive | None = None
    measured: Positive | None = None
    requests: Positive | None = None
    pack: Positive | None = None


class Reactions(Part, frozen=True):
    """What the device does, by what fell silent; see :class:`Timeouts`."""

    all: Reaction = Reaction.STOP
    limits: Reaction = Reaction.STOP
    state: Reaction = Reaction.STOP
    measured: Reaction = Reaction.STOP
    requests: Reaction = Reaction.STOP
    pack: Reaction = Reaction.STOP


class Fallback(Part, frozen=True):
    """What the device keeps to when it goes on without its batteries' word.

    The defaults are those of the field article on communication troubleshooting, for 16 cells.

    Attributes:
        cvl: highest charge voltage, V.
        dvl: lowest voltage to discharge to, V.
        charge_current, discharge_current: A, both positive.
        soc_error: how far the SOC that it takes from the voltage may lie from the true one, 0..1. For lithium
            iron phosphate 0.15 to 0.25 are usual (field article on master and slave BMS).
    """

    charge_current: Positive
    discharge_current: Positive
    cvl: Positive = 54.4
    dvl: Positive = 48.0
    soc_error: Positive = 0.25


class Recovery(Part, frozen=True):
    """How the device comes back after a loss.

    Attributes:
        mode: auto (by itself) or manual (somebody resets it).
        communication: longest time until it accepts the batteries again, s from the first good set.
        power: longest time until it charges and discharges again, s from the first good set.
        delay: shortest time that it waits on purpose before it does so, s.
    """

    mode: Literal["auto", "manual"]
    communication: Positive
    power: Positive
    delay: Annotated[float, msgspec.Meta(ge=0)] = 0.0


class KeepAlive(Part, frozen=True):
    """What the device sends so that the batteries know that it lives.

    Attributes:
        id: identifier, 11 bits unless ``extended``; 0 where the poll is the sign of life.
        period: nominal distance of two frames, s.
        grace: longest silence that is still normal, s; a Deye is late by more than 5 s around midnight.
        trigger: free (on a period of its own), answer (to each 0x356, as a Deye), poll (it asks its
            batteries, see ``serial``, and sends nothing else) or never (silent).
        data: its payload as hexadecimal digits; readers take any payload.
        extended: True for a 29-bit identifier.
        irregular: gaps that are normal all the same.
    """

    id: int
    period: Positive
    grace: Positive
    trigger: Literal["free", "answer", "poll", "never"] = "free"
    data: Annotated[str, msgspec.Meta(pattern=r"^([0-9A-Fa-f]{2}){0,8}$")] = "00" * 8
    extended: bool = False
    irregular: tuple[Irregular, ...] = ()

    def __post_init__(self) -> None:
        """Refuse identifiers that cannot be sent."""
        if not 0 <= self.id < (1 << (29 if self.extended else 11)):
            raise ValueError(f"identifier 0x{self.id:X} does not fit {29 if self.extended else 11} bits")
        if self.grace < self.period:
            raise ValueError(f"grace must not be shorter than the period, got {self.grace} s")


class Accuracy(Part, frozen=True):
    """How closely the device regulates: V and A, both positive."""

    voltage: Positive
    current: Positive


class Declares(Part, frozen=True):
    """Everything that a data sheet claims about a device.

    Attributes:
        dialect: name of the dialect that it understands: of a CAN dialect, or of a serial one where it polls.
        id_scheme: how it tells batteries apart on CAN; base where it polls.
        batteries: whether it takes several batteries by design, or one.
        aggregation: how several values become one.
        module_count: dynamic when packs may come and go, fixed when a missing one stops it.
        count: how many packs must be there when the count is fixed.
        rating: absolute limits of its battery side.
        period: distance of two message sets.
        timeouts: how long it bears silence.
        on_timeout: what it does then: one word, or one for each of the timeouts.
        tick: step of its own control and supervision, s.
        follow_lag: longest time from a new limit on the bus to its effect, s.
        recovery: how it comes back.
        keepalive: what it sends itself.
        accuracy: how closely it regulates.
        boot: longest time from power to the first keep-alive, s.
        input_capacitance: of its DC input, F. The default is what an SMA Sunny Island has, the only figure
            that a maker publishes.
        readback: registers that tell what it believes; empty where there are none.
        setup_sheet: settings and steps for the person who installs it, in order.
        also_uses: further dialects whose identifiers it uses, in either direction, so that no pack takes one.
        max_packs: most packs that it takes; None when only the id scheme sets an end.
        serial: how it asks its batteries over RS485; None for a device on CAN.
        fallback: what it keeps to on its own, where a reaction is ``voltage_soc``.
        dlc_required: bytes that each frame must have; None where it takes any length.
        values: which values it takes for possible.
        zero: what it does with a limit of zero.
        cvl_policy: strict, or how its charge voltage differs from the CVL: offset, ceiling, or recomputed
            (worked out of the cells wherever the CVL is that of 15 of them).
        cvl_value: V, to the policy above.
        dcl_valid: when the DCL binds it: always, or on_grid_up_to_cvl.
        enables: whether the enable bits bind it beside the limits: obey or ignore.
        export: whether it discharges into the grid to come down to a lowered CVL.
        filter: time constant with which it follows a limit, s; 0 for at once.
        soc_policy: which SOC it goes by: reported, high_resolution, or own.
        force_charge: when it charges although nobody asked it to.
        start_up_grace: how long after power no complaint of it counts, s.
    """

    dialect: str
    id_scheme: str
    batteries: Literal["several", "one"]
    aggregation: Aggregation
    module_count: Literal["dynamic", "fixed"]
    rating: Rating
    period: Period
    timeouts: Timeouts
    on_timeout: Reaction | Reactions
    tick: Positive
    follow_lag: Positive
    recovery: Recovery
    keepalive: KeepAlive
    accuracy: Accuracy
    boot: Positive
    input_capacitance: Positive = 0.048
    readback: Registers = Registers()
    setup_sheet: tuple[str, ...] = ()
    count: Annotated[int, msgspec.Meta(ge=0)] = 0
    also_uses: tuple[str, ...] = ()
    max_packs: Annotated[int, msgspec.Meta(ge=1)] | None = None
    serial: Polls | None = None
    fallback: Fallback | None = None
    dlc_required: Annotated[int, msgspec.Meta(ge=1, le=8)] | None = None
    values: Values = Values()
    zero: Zero = Zero()
    cvl_policy: str = "strict"
    cvl_value: float = 0.0
    dcl_valid: Literal["always", "on_grid_up_to_cvl"] = "always"
    enables: Literal["obey", "ignore"] = "obey"
    export: bool = False
    filter: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    soc_policy: Literal["reported", "high_resolution", "own"] = "reported"
    force_charge: ForceCharge = ForceCharge()
    start_up_grace: Annotated[float, msgspec.Meta(ge=0)] = 0.0

    def __post_init__(self) -> None:
        """Refuse a fixed count of nothing."""
        if self.module_count == "fixed" and self.count == 0:
            raise ValueError("module_count: fixed needs count: how many packs must be there")
        if self.fallback is None and Reaction.VOLTAGE_SOC in self._reactions:
            raise ValueError("on_timeout: voltage_soc needs fallback: what it keeps to on its own")
        if (self.serial is None) == (self.keepalive.trigger == "poll"):
            raise ValueError("serial and keepalive.trigger: poll belong together: write both or none")

    @property
    def _reactions(self) -> tuple[Reaction, ...]:
        told = self.on_timeout
        return (told,) if isinstance(told, Reaction) else msgspec.structs.astuple(told)

    def reaction(self, silent: Silent) -> Reaction:
        """What it does when this falls silent for longer than its timeout."""
        if isinstance(self.on_timeout, Reaction):
            return self.on_timeout
        found: Reaction = getattr(self.on_timeout, silent)
        return found
