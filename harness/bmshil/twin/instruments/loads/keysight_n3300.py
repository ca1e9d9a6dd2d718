"""Keysight (Agilent) N3300.

Its traps: the input is on after `*RST`; clearing a protection brings the input back as it was before; slew
rates are in A/s; there is no constant power; numbers come with an exponent.

Source: Agilent N3300A-N3307A Programming Guide, part 5964-8198, chapter 4.
"""

from collections.abc import Mapping
from typing import ClassVar

from bmshil.twin.instruments.engine import number
from bmshil.twin.instruments.loads import parts
from bmshil.twin.instruments.loads.core import CoreLoad
from bmshil.twin.instruments.loads.device import Rated
from bmshil.twin.instruments.place import Place


class KeysightN3300(CoreLoad):
    """An N3300A frame with one N3306A in channel 1."""

    usual = Rated(voltage=60.0, current=120.0, power=600.0)
    maker: ClassVar[str] = "AGILENT TECHNOLOGIES"
    unit: ClassVar[str] = "N3300A"
    keeps_input: ClassVar[bool] = True
    on_after_reset: ClassVar[bool] = True
    answers: ClassVar[Mapping[str, str]] = {"CURR": "CURR", "VOLT": "VOLT", "RES": "RES"}

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.setting("CHANnel", number(lambda _: None, 1.0, 1.0))
        self.query("CHANnel?", lambda _: "1")
        for alias in ("MODE", "[SOURce]:MODE"):
            self.setting(alias, self._choose)
            self.query(f"{alias}?", lambda _: self.answers[self.device.mode])
        parts.slew(self, 1.0)
        for node in ("INPut", "OUTPut"):
            parts.short(self, f"[SOURce]:{node}:SHORt")
            parts.clearing(self, f"[SOURce]:{node}:PROTection:CLEar")
        parts.status(self, "STATus:CHANnel:CONDition?")

    def figure(self, value: float) -> str:
        """Write a number with an exponent."""
        return f"{value:.6E}"
