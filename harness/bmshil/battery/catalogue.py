"""Modules that a bank can be made of.

Currents, voltages and capacities come from captures, console output and manuals, named at each entry. Makers
do not publish resistance and heat data of whole modules. Those defaults are engineering assumptions: 35, 28
and 20 mOhm for 50, 74 and 100 Ah at 25 degC, one RC of 10 mOhm and 60 s, 1 kJ/K per kilogram of module, and
a thermal time constant of 3 to 5 hours. They fit what little is public: one 16-cell pack logged at 37.8 mOhm
(BatteryAggregator #90). They are good for scenarios, not for predicting one product.
"""

from dataclasses import dataclass, fields, replace
from typing import Final

from bmshil.errors import InputError


@dataclass(frozen=True, slots=True)
class Module:
    """What is printed on a module, and what its physics needs. All values are > 0."""

    name: str
    cells: int
    """Cells in series."""
    capacity: float
    """Ah."""
    resistance: float
    """Ohmic resistance at 25 degC, ohm."""
    charge_current: float
    """Recommended limit for one module, A."""
    discharge_current: float
    """Recommended limit for one module, A."""
    cvl: float
    """Charge voltage limit, V."""
    dvl: float
    """Discharge voltage limit, V."""
    heat_capacity: float
    """J/K."""
    heat_loss: float
    """Heat that leaves to the surroundings, W/K."""
    polarisation_resistance: float = 0.010
    """Resistance of the RC, ohm."""
    polarisation_time: float = 60.0
    """Time constant of the RC, s."""

    def __post_init__(self) -> None:
        """Refuse a module that physics cannot step."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "name" and not value > 0:
                raise InputError(f"module {self.name}: {field.name} is {value}; give a value above 0")


_MODULES: Final = {
    # Console: -90/+90 A "max" by firmware; US2000C recommended 0.5 C; 53.25 / 47.0 V in public captures.
    "us2000c": Module(
        "us2000c", cells=15, capacity=50.0, resistance=0.035, charge_current=25.0, discharge_current=25.0,
        cvl=53.25, dvl=47.0, heat_capacity=24e3, heat_loss=1.75,
    ),
    # Capture of ten modules, Setfire Labs: 370 A, so 37 A each; console 53.25 / 47.0 V.
    "us3000c": Module(
        "us3000c", cells=15, capacity=74.0, resistance=0.028, charge_current=37.0, discharge_current=37.0,
        cvl=53.25, dvl=47.0, heat_capacity=32e3, heat_loss=2.25,
    ),
    # Capture of six US5000, Setfire Labs: 53.2 V, 480 A, 480 A, 45.0 V, so 80 A each.
    "us5000": Module(
        "us5000", cells=15, capacity=100.0, resistance=0.020, charge_current=80.0, discharge_current=80.0,
        cvl=53.2, dvl=45.0, heat_capacity=40e3, heat_loss=3.0,
    ),
    # EG4 LL-S manual: 30-50 A charge, 60-90 A discharge recommended, cut at 56.2 and 44.8 V.
    # 56.0 V is 3.50 V per cell and stays under the cut.
    "generic-16s": Module(
        "generic-16s", cells=16, capacity=100.0, resistance=0.020, charge_current=50.0,
        discharge_current=90.0, cvl=56.0, dvl=44.8, heat_capacity=40e3, heat_loss=3.0,
    ),
}  # fmt: skip

MODULES: Final = tuple(_MODULES)
"""The names that ``module()`` knows."""


def module(name: str, *, capacity: float | None = None) -> Module:
    """Look a module up in the catalogue.

    Args:
        name: one of ``MODULES``, in any case.
        capacity: Ah. A module of another capacity is made of larger or smaller cells of the same kind:
            currents and heat values grow with the capacity, resistances shrink with it, voltages and time
            constants stay.

    Raises:
        InputError: no such module, or a capacity that is not above 0.
    """
    try:
        found = _MODULES[name.lower()]
    except KeyError:
        raise InputError(f"module {name!r} is unknown; known are {', '.join(MODULES)}") from None
    if capacity is None:
        return found
    if not capacity > 0:
        raise InputError(f"module {name}: capacity is {capacity} Ah; give a value above 0")
    ratio = capacity / found.capacity
    return replace(
        found,
        capacity=capacity,
        resistance=found.resistance / ratio,
        polarisation_resistance=found.polarisation_resistance / ratio,
        charge_current=found.charge_current * ratio,
        discharge_current=found.discharge_current * ratio,
        heat_capacity=found.heat_capacity * ratio,
        heat_loss=found.heat_loss * ratio,
    )
