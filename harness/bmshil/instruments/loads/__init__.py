"""Electronic loads, one file per family."""

from typing import Any

from bmshil.instruments.loads.aimtti_ld400p import AimttiLd400p
from bmshil.instruments.loads.bk_8500b import Bk8500b
from bmshil.instruments.loads.bk_8600 import Bk8600
from bmshil.instruments.loads.generic import ScpiLoad
from bmshil.instruments.loads.itech_it8500 import ItechIt8500
from bmshil.instruments.loads.keysight_n3300 import KeysightN3300
from bmshil.instruments.loads.rigol_dl3000 import RigolDl3000
from bmshil.instruments.loads.siglent_sdl1000x import SiglentSdl1000x

LOADS: dict[str, type[Any]] = {
    "scpi-load": ScpiLoad,
    "rigol-dl3000": RigolDl3000,
    "siglent-sdl1000x": SiglentSdl1000x,
    "itech-it8500": ItechIt8500,
    "bk-8600": Bk8600,
    "bk-8500b": Bk8500b,
    "keysight-n3300": KeysightN3300,
    "aimtti-ld400p": AimttiLd400p,
}
"""Drivers by the name that a rig file gives them."""
