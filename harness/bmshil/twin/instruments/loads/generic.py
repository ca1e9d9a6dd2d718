"""An electronic load in generic SCPI."""

from typing import ClassVar

from bmshil.twin.instruments.loads.core import CoreLoad
from bmshil.twin.instruments.loads.device import Rated


class Load(CoreLoad):
    """Modes, levels, input and measurements, and no status register."""

    usual = Rated(voltage=500.0, current=200.0, power=8000.0)
    unit: ClassVar[str] = "LOAD-TWIN"
