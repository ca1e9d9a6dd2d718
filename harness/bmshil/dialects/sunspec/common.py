"""Model 1, "Common": who the device is.

Source: sunspec/models, model_1, 2026-04-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.modbus import Layout
from bmshil.dialects.sunspec.points import s16, text, u16

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.dialects.modbus import Value

LENGTH = 66

LAYOUT = Layout(
    2 * (2 + LENGTH),
    u16("ID", 0),
    u16("L", 1),
    text("Mn", 2, 16),
    text("Md", 18, 16),
    text("Opt", 34, 8),
    text("Vr", 42, 8),
    text("SN", 50, 16),
    u16("DA", 66),
    s16("Pad", 67),
)


def values(manufacturer: str, model: str, version: str, serial: str, device: int) -> Mapping[str, Value]:
    """Return the points: texts are cut to 32 characters, the version to 16."""
    return {
        "ID": 1,
        "L": LENGTH,
        "Mn": manufacturer,
        "Md": model,
        "Vr": version,
        "SN": serial,
        "DA": device,
    }
