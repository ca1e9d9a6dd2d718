"""Electronic loads of the software bench, by the name of the driver that speaks to them."""

from collections.abc import Callable

from bmshil.twin.instruments.loads.generic import Load
from bmshil.twin.instruments.place import Place, Player

LOADS: dict[str, Callable[[Place], Player]] = {
    "scpi-load": lambda place: Load(place.world),
}
