"""Instruments of the software bench: an engine for SCPI, and what each model understands."""

from bmshil.twin.instruments.catalogue import player
from bmshil.twin.instruments.contacts import Contacts
from bmshil.twin.instruments.engine import Instrument
from bmshil.twin.instruments.faults import Faults
from bmshil.twin.instruments.loads.generic import Load
from bmshil.twin.instruments.meters.generic import Meter
from bmshil.twin.instruments.meters.ohmmeter import Ohmmeter
from bmshil.twin.instruments.place import Place, Player, Ratings
from bmshil.twin.instruments.session import Session
from bmshil.twin.instruments.supplies.generic import PowerSupply
from bmshil.twin.instruments.switches.generic import Relays

__all__ = [
    "Contacts",
    "Faults",
    "Instrument",
    "Load",
    "Meter",
    "Ohmmeter",
    "Place",
    "Player",
    "PowerSupply",
    "Ratings",
    "Relays",
    "Session",
    "player",
]
