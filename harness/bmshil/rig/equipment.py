"""The equipment of a rig file: instruments by role, and what feeds and loads the device.

Keys ``instruments`` and ``power``.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bmshil.rig.calibration import Calibration
from bmshil.rig.part import TWIN, Part, Positive


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
