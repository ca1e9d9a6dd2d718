"""What feeds the device on the software bench, by the name of the driver that speaks to it."""

from collections.abc import Callable

from bmshil.twin.instruments.place import Place, Player
from bmshil.twin.instruments.sources.generic import Source

SOURCES: dict[str, Callable[[Place], Player]] = {
    "scpi-source": Source,
}
