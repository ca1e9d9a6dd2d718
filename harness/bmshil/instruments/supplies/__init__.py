"""DC supplies that play the bank's terminals, one file per family."""

from typing import Any

from bmshil.instruments.supplies.delta_sm15k import DeltaSm15k
from bmshil.instruments.supplies.ea_psb10000 import EaPsb10000
from bmshil.instruments.supplies.generic import ScpiSupply
from bmshil.instruments.supplies.itech_itm3900 import ItechItm3900
from bmshil.instruments.supplies.keysight_rp7900 import KeysightRp7900
from bmshil.instruments.supplies.tdk_genesys import TdkGenesys

SUPPLIES: dict[str, type[Any]] = {
    "scpi-supply": ScpiSupply,
    "ea-psb10000": EaPsb10000,
    "itech-itm3900": ItechItm3900,
    "keysight-rp7900": KeysightRp7900,
    "tdk-genesys": TdkGenesys,
    "delta-sm15k": DeltaSm15k,
}
"""Drivers by the name that a rig file gives them."""
