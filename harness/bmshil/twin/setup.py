"""How a software bench is wired and what its device was told at installation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from bmshil.errors import InputError
from bmshil.twin.canbus.wiring import Wire
from bmshil.twin.instruments.catalogue import USUAL
from bmshil.twin.instruments.place import Ratings
from bmshil.twin.world import Wiring

USUAL_RELAYS = {"dc_main": 1, "dc_precharge": 2, "dc_discharge": 3, "ac_grid": 4, "pv": 5}


@dataclass(frozen=True, slots=True)
class Setup:
    """What people decide when they build a bench.

    Attributes:
        capacities: of the packs, as entered in the menu of the device, Ah; empty where it has no such menu.
        grid_power: what the device may take from the grid to charge, W; None for its rating.
        pv_power: what the PV input has to offer, W; None for the rating of the device.
        relays: role -> channel of the relay board. What is not on the board is wired through (`ac_load`,
            `dc_main`), or is not there.
        permit: role -> channel of the board with the energise-to-run relay.
        instruments: which model stands in which role.
        ratings: what those units can do, by role.
        wiring: resistances and capacitance of the DC side.
        wire: the CAN cable.
        latency: from a command to the supply until its set-point is in force, s.
        seed: of the noise of the meter.
    """

    capacities: tuple[float, ...] = ()
    grid_power: float | None = None
    pv_power: float | None = None
    relays: Mapping[str, int] = field(default_factory=lambda: dict(USUAL_RELAYS))
    permit: Mapping[str, int] = field(default_factory=dict)
    instruments: Mapping[str, str] = field(default_factory=lambda: dict(USUAL))
    ratings: Mapping[str, Ratings] = field(default_factory=dict)
    wiring: Wiring = field(default_factory=Wiring)
    wire: Wire = field(default_factory=Wire)
    latency: float = 0.0
    seed: int = 1

    @classmethod
    def read(cls, tree: Mapping[str, Any]) -> "Setup":
        """Read a mapping with these keys; `wiring`, `wire` and each of the `ratings` are mappings too.

        Raises:
            InputError: a key that means nothing, or two relays on one channel.
        """
        wiring, wire = tree.get("wiring", {}), tree.get("wire", {})
        _check(tree, cls, "setup")
        _check(wiring, Wiring, "setup.wiring")
        _check(wire, Wire, "setup.wire")
        parts = {
            "wiring": Wiring(**wiring),
            "wire": Wire(**wire),
            "ratings": {role: Ratings(**rating) for role, rating in tree.get("ratings", {}).items()},
        }
        setup = cls(**dict(tree) | parts | {"capacities": tuple(tree.get("capacities", ()))})
        if len(set(setup.relays.values())) < len(setup.relays):
            raise InputError("setup.relays: two roles on one channel: give each role its own")
        return setup


def _check(tree: Mapping[str, Any], kind: type[Setup] | type[Wiring] | type[Wire], where: str) -> None:
    known = [one.name for one in fields(kind)]
    for key in tree:
        if key not in known:
            raise InputError(f"{where}.{key} means nothing to the twin: take one of {', '.join(known)}")
