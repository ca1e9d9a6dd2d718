"""Sol-Ark V1.3: which signal stands for what in a report.

Source: Sol-Ark CAN Bus Protocol V1.3, 2023-01-20. The Pylontech set in frames of 8 bytes, the voltage in
steps of 0.1 V, and the capacity in 0x379. The document leaves the sign of the current to the maker: here
positive while charging. It wants one aggregator to speak for all batteries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.pylontech_lv import PYLONTECH_LV_1_2
from bmshil.dialects.stand_ins import INSTALLED

if TYPE_CHECKING:
    from bmshil.dialects.fields import Piece

SOLARK_1_3: dict[str, dict[str, Piece]] = {
    **PYLONTECH_LV_1_2,
    "InstalledCapacity": {"InstalledCapacity": INSTALLED},
}
