"""Relay boards of the software bench, by the name of the driver that speaks to them."""

from collections.abc import Callable

from bmshil.twin.instruments.place import Place, Player
from bmshil.twin.instruments.switches.generic import Relays

SWITCHES: dict[str, Callable[[Place], Player]] = {
    "scpi-relays": lambda place: Relays(place.contacts),
}
