"""Multimeters of the software bench, by the name of the driver that speaks to them."""

from collections.abc import Callable

from bmshil.twin.instruments.meters.generic import Meter
from bmshil.twin.instruments.meters.keithley import KeithleyDmm6500
from bmshil.twin.instruments.meters.keysight import Keysight34461A
from bmshil.twin.instruments.meters.ohmmeter import Ohmmeter
from bmshil.twin.instruments.place import Place, Player

METERS: dict[str, Callable[[Place], Player]] = {
    "scpi-meter": lambda place: Meter(place.world, place.seed),
    "scpi-ohmmeter": lambda place: Ohmmeter(place.timeline, place.wiring, place.live),
    "keysight-34461a": Keysight34461A,
    "keithley-dmm6500": KeithleyDmm6500,
}
