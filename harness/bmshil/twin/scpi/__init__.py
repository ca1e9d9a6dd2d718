"""Instruments that speak SCPI: an engine for the language, and what each instrument understands."""

from bmshil.twin.scpi.engine import Instrument
from bmshil.twin.scpi.faults import Faults
from bmshil.twin.scpi.load import Load
from bmshil.twin.scpi.meter import Meter
from bmshil.twin.scpi.ohmmeter import Ohmmeter
from bmshil.twin.scpi.relays import Relays
from bmshil.twin.scpi.session import Session
from bmshil.twin.scpi.supply import PowerSupply

__all__ = ["Faults", "Instrument", "Load", "Meter", "Ohmmeter", "PowerSupply", "Relays", "Session"]
