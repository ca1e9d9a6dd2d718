"""The electrical world of one device under test: supply, contacts, capacitor, power stage, AC side."""

from bmshil.twin.world.ac_side import AC_ROLES
from bmshil.twin.world.circuit import DC_ROLES, Wiring
from bmshil.twin.world.grid import STEP, STEP_NS
from bmshil.twin.world.inrush import Inrush
from bmshil.twin.world.power_stage import Rating
from bmshil.twin.world.world import World

__all__ = ["AC_ROLES", "DC_ROLES", "STEP", "STEP_NS", "Inrush", "Rating", "Wiring", "World"]
