"""DC supplies of the software bench, by the name of the driver that speaks to them."""

from collections.abc import Callable

from bmshil.twin.instruments.place import Place, Player
from bmshil.twin.instruments.supplies.delta_sm15k import DeltaSm15k
from bmshil.twin.instruments.supplies.ea_psb10000 import EaPsb10000
from bmshil.twin.instruments.supplies.generic import PowerSupply
from bmshil.twin.instruments.supplies.itech_itm3900 import ItechItm3900
from bmshil.twin.instruments.supplies.keysight_rp7900 import KeysightRp7900
from bmshil.twin.instruments.supplies.tdk_genesys import TdkGenesys

SUPPLIES: dict[str, Callable[[Place], Player]] = {
    "scpi-supply": lambda place: PowerSupply(place.world, place.rating),
    "ea-psb10000": EaPsb10000,
    "itech-itm3900": ItechItm3900,
    "keysight-rp7900": KeysightRp7900,
    "tdk-genesys": TdkGenesys,
    "delta-sm15k": DeltaSm15k,
}
