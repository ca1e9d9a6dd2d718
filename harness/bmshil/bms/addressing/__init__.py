"""Address switches and link ports of the packs, and what a bank becomes because of them."""

from bmshil.bms.addressing.addressing import Addressing
from bmshil.bms.addressing.chains import PEERS, chains_of, usual_scheme
from bmshil.bms.addressing.on_paper import check_switches
from bmshil.bms.addressing.panel import Panel
from bmshil.bms.addressing.registry import ADDRESSING, addressing_scheme
from bmshil.bms.addressing.scheme import Place, Scheme
from bmshil.bms.addressing.setting import Reading, Setting

__all__ = [
    "ADDRESSING",
    "PEERS",
    "Addressing",
    "Panel",
    "Place",
    "Reading",
    "Scheme",
    "Setting",
    "addressing_scheme",
    "chains_of",
    "check_switches",
    "usual_scheme",
]
