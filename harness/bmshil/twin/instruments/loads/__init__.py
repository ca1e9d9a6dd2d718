"""Electronic loads of the software bench, by the name of the driver that speaks to them."""

from collections.abc import Callable

from bmshil.twin.instruments.loads.aimtti_ld400p import AimttiLd400p
from bmshil.twin.instruments.loads.bk_8500b import Bk8500b
from bmshil.twin.instruments.loads.bk_8600 import Bk8600
from bmshil.twin.instruments.loads.generic import Load
from bmshil.twin.instruments.loads.itech_it8500 import ItechIt8500
from bmshil.twin.instruments.loads.keysight_n3300 import KeysightN3300
from bmshil.twin.instruments.loads.rigol_dl3000 import RigolDl3000
from bmshil.twin.instruments.loads.siglent_sdl1000x import SiglentSdl1000x
from bmshil.twin.instruments.place import Place, Player

LOADS: dict[str, Callable[[Place], Player]] = {
    "scpi-load": Load,
    "rigol-dl3000": RigolDl3000,
    "siglent-sdl1000x": SiglentSdl1000x,
    "itech-it8500": ItechIt8500,
    "bk-8600": Bk8600,
    "bk-8500b": Bk8500b,
    "keysight-n3300": KeysightN3300,
    "aimtti-ld400p": AimttiLd400p,
}
