"""The dialects of serial lines by name, and how fast each is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

BAUDS: Mapping[str, int] = {
    "pylontech-rs485": 9_600,
    "jk-modbus": 115_200,
    "growatt-rs485": 9_600,
    "voltronic-rs485": 9_600,
}
"""Dialect -> bit/s that inverters use with it, 8N1.

Source: inverters poll Pylontech's 61H to 63H at 9600 although its documents name 115200 as well; JK PB
protocol 001; Growatt 1xSxxP ESS V2.02; Voltronic BMS 485 2020-12-02.
"""


def serial_names() -> tuple[str, ...]:
    """Return the names of all serial dialects."""
    return tuple(BAUDS)


def default_baud(name: str) -> int:
    """Return the bit/s of a serial dialect.

    Raises:
        InputError: no such dialect.
    """
    if name not in BAUDS:
        raise InputError(f"no serial dialect is called {name!r}: take one of {', '.join(BAUDS)}")
    return BAUDS[name]
