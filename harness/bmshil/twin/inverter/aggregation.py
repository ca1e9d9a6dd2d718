"""From what the packs say to what the device does and shows."""

from collections.abc import Sequence
from typing import NamedTuple

from bmshil.twin.inverter.behaviour import Behaviour
from bmshil.twin.inverter.frames import (
    ALARMS,
    CHARGE_CURRENT,
    DISCHARGE_CURRENT,
    HIGH_TEMPERATURE,
    HIGH_VOLTAGE,
    INTERNAL,
    LOW_TEMPERATURE,
    LOW_VOLTAGE,
)
from bmshil.twin.inverter.memory import Pack
from bmshil.twin.inverter.reactions import Targets

_STOPS_CHARGE = HIGH_VOLTAGE | CHARGE_CURRENT | HIGH_TEMPERATURE | LOW_TEMPERATURE | INTERNAL
_STOPS_DISCHARGE = LOW_VOLTAGE | DISCHARGE_CURRENT | HIGH_TEMPERATURE | INTERNAL
_USUAL_MODULE = 100.0  # Ah
_LOW_SOC = 0.9
_BEYOND = 0.4  # V


class Belief(NamedTuple):
    """What the device takes for true of the whole bank.

    Attributes:
        targets: what the power stage is to keep to.
        soc: fraction.
        capacity: Ah.
        alarms: conditions in the device's own bits.
        packs: how many packs it counts.
        requested: whether a pack asks for a charge from the grid.
        temperature: highest of all packs, degC.
    """

    targets: Targets
    soc: float
    capacity: float
    alarms: int
    packs: int
    temperature: float
    requested: bool = False


class Aggregation:
    """Makes one battery out of several.

    Args:
        behaviour: the rules.
        capacities: of the packs as entered in the menu, Ah, by number from 1; may be empty.

    Attributes:
        island: whether there is no grid.
    """

    def __init__(self, behaviour: Behaviour, capacities: Sequence[float]) -> None:
        self._rules = behaviour
        self._capacities = capacities
        menu = behaviour.user_limit
        self.island = False
        self._most_charge = behaviour.rating.charge if menu is None else min(menu, behaviour.rating.charge)
        self.reset()

    def reset(self) -> None:
        """Forget that a limit of 0 A was ever seen."""
        self._charge_stopped = self._discharge_stopped = False

    def believe(self, members: Sequence[Pack], overlooked: int = 0) -> Belief:
        """Combine packs that have all been heard completely; at least one. Some alarms may be overlooked."""
        rules = self._rules
        packs = [pack for pack in members if pack.number not in rules.ignored] or members
        latest = max(range(len(packs)), key=lambda index: packs[index].latest)
        limits = [pack.limits for pack in packs if pack.limits is not None]
        sizes = [self._capacity(pack) for pack in packs]
        alarms = rules.believes.alarms(rules.alarms([pack.alarms for pack in packs])) & ~overlooked
        ccl = rules.ccl([self._ccl(pack, size) for pack, size in zip(packs, sizes, strict=True)], latest)
        dcl = rules.dcl([self._dcl(pack, size) for pack, size in zip(packs, sizes, strict=True)], latest)
        soc = rules.soc([pack.soc or 0.0 for pack in packs], sizes, latest)
        cvl = rules.shift(rules.cvl([limit.cvl for limit in limits], latest), rules.shift_value)
        if rules.believes.soc_low and soc < _LOW_SOC:
            cvl += _BEYOND
        dvl = max((limit.dvl for limit in limits if limit.dvl), default=rules.rating.dvl)
        ccl, dcl = self._by_soc(soc, ccl, dcl)
        self._charge_stopped |= rules.stays_stopped and ccl == 0.0
        self._discharge_stopped |= rules.stays_stopped and dcl == 0.0
        stops_charge = ALARMS if rules.alarm_stops_all else _STOPS_CHARGE
        stops_discharge = ALARMS if rules.alarm_stops_all else _STOPS_DISCHARGE
        targets = Targets(
            min(cvl, rules.rating.cvl),
            max(dvl, rules.rating.dvl),
            0.0 if alarms & stops_charge or self._charge_stopped else max(0.0, min(ccl, self._most_charge)),
            0.0
            if alarms & stops_discharge or self._discharge_stopped
            else max(0.0, min(dcl, rules.rating.discharge)),
        )
        return Belief(
            targets,
            soc,
            sum(sizes),
            alarms,
            len(members),
            max((pack.measured.temperature for pack in packs if pack.measured), default=0.0),
            any(pack.requests_charge for pack in packs),
        )

    def _by_soc(self, soc: float, ccl: float, dcl: float) -> tuple[float, float]:
        """Bend the limits of a device that goes by the SOC as well."""
        believes = self._rules.believes
        if believes.soc_full and soc >= 1.0:
            ccl = 0.0
        if believes.soc_empty and soc <= 0.0:
            dcl = 0.0
            if believes.soc_empty == "latch":
                self._charge_stopped = self._discharge_stopped = True
        return ccl, dcl

    def _ccl(self, pack: Pack, capacity: float) -> float:
        rules, believes = self._rules, self._rules.believes
        asked = rules.forces.on_request and pack.requests_charge
        if pack.limits is None or (rules.sees_enables and not asked and not self._permits(pack)[0]):
            return 0.0
        if believes.cold and pack.measured is not None and pack.measured.temperature <= 0.0:
            return 0.0
        ccl = rules.zero_charge(self._currents(pack)[0], pack.last_ccl, capacity)
        ccl = believes.modules(believes.capacity(ccl, capacity), pack.modules or 1)
        return rules.manners.ccl_factor * rules.repeat(ccl, pack.repeats)

    def _permits(self, pack: Pack) -> tuple[bool, bool]:
        return pack.permits(self._rules.dialect.roles.get("requests", 0))

    def _dcl(self, pack: Pack, capacity: float) -> float:
        rules = self._rules
        if pack.limits is None or (rules.sees_enables and not self._permits(pack)[1]):
            return 0.0
        return rules.zero_discharge(self._currents(pack)[1], pack.last_dcl, capacity)

    def _currents(self, pack: Pack) -> tuple[float, float]:
        """Return CCL and DCL of a pack: those for the grid, where it tells them and there is one."""
        if pack.on_grid is not None and not self.island:
            return pack.on_grid
        return (0.0, 0.0) if pack.limits is None else (pack.limits.ccl, pack.limits.dcl)

    def _capacity(self, pack: Pack) -> float:
        """Return Ah: what the pack tells, else the menu, else a usual module for each that it counts."""
        if pack.capacity:
            return pack.capacity
        if pack.number <= len(self._capacities):
            return self._capacities[pack.number - 1]
        return _USUAL_MODULE * (pack.modules or 1)
