"""The dialects that bmshil speaks on CAN: where each one's layout is, what it means, and who says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bmshil.dialects.byd_hvs import BYD_HVS, BYD_HVS_ASKS, BYD_HVS_SEQUENCES
from bmshil.dialects.deye_pcs import DEYE_PCS_3_3, PER_PACK
from bmshil.dialects.growatt_hv import GROWATT_HV, GROWATT_HV_ASKS
from bmshil.dialects.growatt_lv import GROWATT_LV, GROWATT_LV_ASKS
from bmshil.dialects.luxpower import LUXPOWER
from bmshil.dialects.pylontech_hv import DCL_MINUS, PYLONTECH_HV, PYLONTECH_HV_ASKS
from bmshil.dialects.pylontech_lv import PYLONTECH_LV_1_2, PYLONTECH_LV_1_3
from bmshil.dialects.seplos import SEPLOS
from bmshil.dialects.sma import SMA_SI
from bmshil.dialects.sofar_ext import SOFAR_EXT, SOFAR_EXT_ASKS
from bmshil.dialects.solark import SOLARK_1_3
from bmshil.dialects.victron import BYD_LVS, VICTRON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bmshil.dialects.asking import Ask
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
        asks: what the device asks, and what it is answered; empty for a battery that only sends by itself.
            Messages that are answers are sent for no other reason.
        sequences: for messages whose payload goes on from one to the next: (payload, how many were sent
            before) -> payload.
        per_pack: base identifiers of the messages that each pack has once, at base + (address - 1), beside
            the set that speaks for the whole bank.
    """

    file: str
    meaning: Mapping[str, Mapping[str, Piece]]
    source: str
    grade: Grade
    per_pack: frozenset[int] = frozenset()
    asks: tuple[Ask, ...] = ()
    sequences: Mapping[int, Callable[[bytes, int], bytes]] = field(default_factory=dict)


_EMULATOR = "dalathegreat/Battery-Emulator, PYLON-CAN"

KNOWN: dict[str, Known] = {
    "pylontech-lv-1.2": Known(
        "pylontech_lv_1_2.dbc", PYLONTECH_LV_1_2, "Pylontech CANBUS Protocol V1.2 2018-04-08", "document"
    ),
    "pylontech-lv-1.3": Known(
        "pylontech_lv_1_3.dbc", PYLONTECH_LV_1_3, "captures of a US5000 by Setfire Labs", "capture"
    ),
    "sma-si": Known("sma_si.dbc", SMA_SI, "SMA FSS-ConnectingBat-TI-en-10 V1.0", "document"),
    "victron": Known(
        "victron.dbc",
        VICTRON,
        "captures of a BYD LVS with a Venus GX, dfch/BydCanProtocol; MG Master LV communication guide",
        "capture",
    ),
    "byd-lvs": Known(
        "byd_lvs.dbc", BYD_LVS, "captures of a BYD Battery-Box Premium LVS, dfch/BydCanProtocol", "capture"
    ),
    "solark-1.3": Known("solark_1_3.dbc", SOLARK_1_3, "Sol-Ark CAN Bus Protocol V1.3 2023-01-20", "document"),
    "luxpower": Known(
        "luxpower.dbc", LUXPOWER, "LuxPower Battery CANBUS Protocol V04 2023-09-05", "document"
    ),
    "seplos": Known("seplos.dbc", SEPLOS, "SEPLOS CANBUS Protocol V1.0", "document"),
    "deye-pcs-3.3": Known(
        "deye_pcs_3_3.dbc",
        DEYE_PCS_3_3,
        "Deye PCS CAN-Bus-protocol-DY-low-voltage V3.3, translated",
        "document",
        per_pack=frozenset(PER_PACK),
    ),
    "growatt-lv": Known(
        "growatt_lv.dbc",
        GROWATT_LV,
        "Growatt BMS CAN-Bus-protocol low voltage V1.04",
        "document",
        asks=GROWATT_LV_ASKS,
    ),
    "growatt-hv": Known(
        "growatt_hv.dbc",
        GROWATT_HV,
        "dalathegreat/Battery-Emulator, GROWATT-HV-CAN; capture in ai-republic/bms-to-inverter 85",
        "code",
        asks=GROWATT_HV_ASKS,
    ),
    "sofar-ext": Known(
        "sofar_ext.dbc", SOFAR_EXT, "dalathegreat/Battery-Emulator, SOFAR-CAN", "code", asks=SOFAR_EXT_ASKS
    ),
    "pylontech-hv": Known(
        "pylontech_hv.dbc",
        PYLONTECH_HV,
        "Pylontech CANBUS Protocol of High Voltage system V1.18 2019-05-30",
        "document",
        asks=PYLONTECH_HV_ASKS,
    ),
    **{
        f"pylontech-hv-{variant}": Known(file, meaning, program, "code", asks=PYLONTECH_HV_ASKS)
        for variant, file, meaning, program in (
            ("msb", "pylontech_hv_msb.dbc", PYLONTECH_HV, _EMULATOR),
            ("no-offset", "pylontech_hv_no_offset.dbc", PYLONTECH_HV, _EMULATOR),
            ("msb-no-offset", "pylontech_hv_msb_no_offset.dbc", PYLONTECH_HV, _EMULATOR),
            ("dcl-minus", "pylontech_hv.dbc", DCL_MINUS, "stuartpittaway/diyBMSv4ESP32, pylonforce_canbus"),
        )
    },
    "byd-hvs": Known(
        "byd_hvs.dbc",
        BYD_HVS,
        "dalathegreat/Battery-Emulator, BYD-CAN and issues 28, 1534",
        "code",
        asks=BYD_HVS_ASKS,
        sequences=BYD_HVS_SEQUENCES,
    ),
}
