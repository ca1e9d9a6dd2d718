"""Supplies that follow a script: what each session opens with stands here, the rest in the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.instruments.supplies import SUPPLIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WHO = ("*IDN?", "SOMEBODY,SUPPLY,1,1.0")
CLEARED = ("*CLS;*OPC?", "1")
OPENING: dict[str, tuple[tuple[str, str | None], ...]] = {
    "scpi-supply": (WHO, CLEARED),
    "ea-psb10000": (WHO, ("SYST:LOCK ON", None), ("SYST:LOCK:OWN?", "REMOTE")),
    "itech-itm3900": (WHO, CLEARED, ("SYST:REM;*OPC?;:SYST:ERR?", '1;0,"No error"')),
    "keysight-rp7900": (WHO, CLEARED),
    "tdk-genesys": (WHO,),
    "delta-sm15k": (
        WHO,
        ("SYSTem:REMote:CV Remote", None),
        ("SYSTem:REMote:CV?", "Ethernet"),
        ("SYSTem:REMote:CC Remote", None),
        ("SYSTem:REMote:CC?", "Ethernet"),
    ),
}


@pytest.fixture
def connect(script: Any, journal: Any) -> Iterator[Callable[..., Any]]:
    """Connect the driver of a model to a script: ``connect("ea-psb10000", ("VOLT?", "52.00 V"))``."""
    connected: list[Any] = []

    def make(model: str, *dialogue: tuple[str, Any]) -> Any:
        scripted = script(*OPENING[model], *dialogue, greeted=False)
        connected.append(SUPPLIES[model].connect("supply", scripted.resource, journal=journal))
        return connected[-1]

    yield make
    for one in connected:
        one.disconnect()
