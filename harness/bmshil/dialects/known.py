"""The dialects that bmshil speaks on CAN: where each one's layout is, what it means, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bmshil.dialects.pylontech_lv import PYLONTECH_LV_1_2, PYLONTECH_LV_1_3
from bmshil.dialects.sma import SMA_SI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.dialects.fields import Piece

Grade = Literal["document", "capture", "code", "hearsay"]
"""How well it is known: a vendor's document, frames of a real battery, somebody's program, or a forum."""


@dataclass(frozen=True, slots=True)
class Known:
    """One dialect.

    Attributes:
        file: its DBC file.
        meaning: for each message of the battery and each of its signals what it stands for.
        source: who says so.
        grade: how well that is known.
        asked_by: identifiers of the device after which the battery sends its set; empty for a battery that
            sends by itself.
        per_pack: base identifiers of the messages that each pack has once, at base + (address - 1), beside
            the set that speaks for the whole bank.
    """

    file: str
    meaning: Mapping[str, Mapping[str, Piece]]
    source: str
    grade: Grade
    asked_by: frozenset[int] = frozenset()
    per_pack: frozenset[int] = frozenset()


KNOWN: dict[str, Known] = {
    "pylontech-lv-1.2": Known(
        "pylontech_lv_1_2.dbc", PYLONTECH_LV_1_2, "Pylontech CANBUS Protocol V1.2 2018-04-08", "document"
    ),
    "pylontech-lv-1.3": Known(
        "pylontech_lv_1_3.dbc", PYLONTECH_LV_1_3, "captures of a US5000 by Setfire Labs", "capture"
    ),
    "sma-si": Known("sma_si.dbc", SMA_SI, "SMA FSS-ConnectingBat-TI-en-10 V1.0", "document"),
}
