"""The physics of batteries: cells, packs, a bank of packs in parallel, and a catalogue of modules.

No bytes and no buses. Volts, amperes, ohms, degrees Celsius, seconds, ampere-hours; SOC is a fraction 0..1;
current is positive into the battery; packs are numbered 1..n.
"""

from bmshil.battery.bank import Bank
from bmshil.battery.catalogue import MODULES, Module, module
from bmshil.battery.cell import open_circuit_voltage
from bmshil.battery.equalisation import equalisation_current
from bmshil.battery.inrush import Inrush
from bmshil.battery.ladder import CONNECTIONS, Ladder, ladder_shares
from bmshil.battery.leads import leads, uneven_leads
from bmshil.battery.pack import Pack
from bmshil.battery.sharing import current_shares
from bmshil.battery.spread import CellSpread

__all__ = [
    "CONNECTIONS",
    "MODULES",
    "Bank",
    "CellSpread",
    "Inrush",
    "Ladder",
    "Module",
    "Pack",
    "current_shares",
    "equalisation_current",
    "ladder_shares",
    "leads",
    "module",
    "open_circuit_voltage",
    "uneven_leads",
]
