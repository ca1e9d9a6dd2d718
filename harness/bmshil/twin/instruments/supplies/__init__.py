"""DC supplies of the software bench, by the name of the driver that speaks to them."""

from collections.abc import Callable

from bmshil.twin.instruments.place import Place, Player
from bmshil.twin.instruments.supplies.generic import PowerSupply

SUPPLIES: dict[str, Callable[[Place], Player]] = {
    "scpi-supply": lambda place: PowerSupply(place.world, place.rating),
}
