"""Relay boards of the software bench, by the name of the driver that speaks to them."""

from collections.abc import Callable

from bmshil.twin.instruments.place import Place, Player
from bmshil.twin.instruments.switches.generic import Relays
from bmshil.twin.instruments.switches.keysight import Keysight34970A
from bmshil.twin.instruments.switches.kmtronic import KmtronicBoard
from bmshil.twin.instruments.switches.lcus import LcusBoard
from bmshil.twin.instruments.switches.waveshare import WaveshareBoard

SWITCHES: dict[str, Callable[[Place], Player]] = {
    "scpi-relays": lambda place: Relays(place.contacts),
    "keysight-34970a": lambda place: Keysight34970A(place.contacts),
    "lcus-relays": lambda place: LcusBoard(place.contacts),
    "kmtronic-relays": lambda place: KmtronicBoard(place.contacts),
    "waveshare-relays": lambda place: WaveshareBoard(place.contacts),
}
