"""What can be set on a node."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from bmshil.bms.curve import (
    CHARGE_BY_CELL,
    CHARGE_BY_TEMPERATURE,
    DISCHARGE_BY_CELL,
    DISCHARGE_BY_TEMPERATURE,
    Curve,
)
from bmshil.bms.matching import Matching
from bmshil.bms.thresholds import Thresholds
from bmshil.errors import InputError


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """How a node times its messages and how careful it is.

    Attributes:
        period: s between two sets of messages; None takes the period of each message from the dialect.
        spacing: s between two messages of one set. Captures of real packs show 2 to 10 ms. A bank uses less
            where the sets of its packs would run into each other.
        stagger: s between the sets of two packs; None spreads them evenly over the period.
        phase: s after the beginning of a period at which the first pack speaks.
        start_up: s of silence after power-up. Field reports (YamBMS 183) tell of inverters that shut down
            on the zeros of a BMS that spoke too early; a good one is silent until its values are valid. 2 s
            are assumed.
        taper_by_cell: whether CCL falls with the highest cell and DCL with the lowest.
        taper_by_temperature: whether CCL and DCL fall when it is cold or hot.
        taper_when_full: whether CCL is at most 0.1 C from 99 % SOC on, as captures of real Pylontech
            modules show. Off where a test needs a CVL that binds.
        protect: whether the node opens its contactor and raises protections and alarms.
        charge_by_cell: fraction of CCL over the highest cell, V.
        discharge_by_cell: fraction of DCL over the lowest cell, V.
        charge_by_temperature: fraction of CCL over temperature, degC.
        discharge_by_temperature: fraction of DCL over temperature, degC.
        thresholds: of protections and alarms.
        most_charge: highest CCL that a node decides by itself, A: the device's own rating, where it is known.
            What a test sets is a decision of its own and is not held to it.
        most_discharge: likewise the highest DCL, A.
        matching: how well a pack must fit the bank before its contactor closes; None asks for nothing.
        soh: state of health that is reported, 0..1.
        manufacturer: at most 8 ASCII characters. Many inverters choose their parser by it.

    Raises:
        InputError: a time that is not positive (period) or negative (others), or a SOH outside 0..1.
    """

    period: float | None = None
    spacing: float = 0.005
    stagger: float | None = None
    phase: float = 0.0
    start_up: float = 2.0
    taper_by_cell: bool = True
    taper_by_temperature: bool = True
    taper_when_full: bool = True
    protect: bool = True
    charge_by_cell: Curve = CHARGE_BY_CELL
    discharge_by_cell: Curve = DISCHARGE_BY_CELL
    charge_by_temperature: Curve = CHARGE_BY_TEMPERATURE
    discharge_by_temperature: Curve = DISCHARGE_BY_TEMPERATURE
    thresholds: Thresholds = field(default_factory=Thresholds)
    most_charge: float = inf
    most_discharge: float = inf
    matching: Matching | None = field(default_factory=Matching)
    soh: float = 1.0
    manufacturer: str = "PYLON"

    def __post_init__(self) -> None:
        """Refuse times and fractions that make no sense."""
        if self.period is not None and self.period <= 0:
            raise InputError(f"the period of a node is {self.period} s; give a time above 0")
        for name in ("spacing", "stagger", "phase", "start_up"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise InputError(f"the {name} of a node is {value} s; give a time of 0 or more")
        if not 0 <= self.soh <= 1:
            raise InputError(f"the SOH of a node is {self.soh}; give a fraction, 0.95 for 95 %")
