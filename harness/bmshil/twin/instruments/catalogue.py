"""Every instrument that the software bench can play, by the name of the driver that speaks to it."""

from collections.abc import Callable

from bmshil.errors import InputError
from bmshil.twin.instruments.loads import LOADS
from bmshil.twin.instruments.meters import METERS
from bmshil.twin.instruments.place import Place, Player
from bmshil.twin.instruments.sources import SOURCES
from bmshil.twin.instruments.supplies import SUPPLIES
from bmshil.twin.instruments.switches import SWITCHES

MODELS: dict[str, Callable[[Place], Player]] = {**SUPPLIES, **LOADS, **METERS, **SWITCHES, **SOURCES}

USUAL = {
    "supply": "scpi-supply",
    "meter": "scpi-meter",
    "load": "scpi-load",
    "relays": "scpi-relays",
    "ohmmeter": "scpi-ohmmeter",
}
"""What stands on a bench that names no models, by role."""


def player(model: str, place: Place) -> Player:
    """Make an instrument.

    Raises:
        InputError: the twin has no such model.
    """
    maker = MODELS.get(model)
    if maker is None:
        raise InputError(
            f"the twin cannot play {model!r} as {place.role}; it knows {', '.join(sorted(MODELS))}"
        )
    return maker(place)
