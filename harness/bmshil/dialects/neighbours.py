"""Identifiers that the dialects of devices use on the same bus, so that no pack takes one of them.

A device that listens to 0x371 as a name takes the limits of a pack for a name. Every table lists what travels
in either direction; extended identifiers carry bit 31, as in DBC files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.dialect import dialect
from bmshil.dialects.known import KNOWN
from bmshil.dialects.scheme import EXTENDED
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.dialects.dialect import Dialect

# Pylontech CANBUS Protocol V1.2 2018-04-08; captures of a US5000 of version 1.3, Setfire Labs.
PYLONTECH_LV_1_2 = {
    0x305: "Pylontech keep-alive from the inverter",
    0x351: "Pylontech limits",
    0x355: "Pylontech SOC and SOH",
    0x356: "Pylontech measurements",
    0x359: "Pylontech protections and alarms",
    0x35C: "Pylontech requests",
    0x35E: "Pylontech manufacturer",
}
PYLONTECH_LV_1_3 = {
    **{id_: what for id_, what in PYLONTECH_LV_1_2.items() if id_ not in {0x359, 0x35C}},
    0x35A: "Pylontech alarms and warnings",
    0x35F: "Pylontech type, version and capacity",
}

# dfch/BydCanProtocol (captures of BYD LVS with a Venus GX); MG Energy Systems Master LV communication guide.
VICTRON = {
    0x305: "Victron keep-alive from the inverter",
    0x306: "Victron, from the inverter",
    0x307: "Victron identification of the inverter",
    0x351: "Victron limits",
    0x355: "Victron SOC and SOH",
    0x356: "Victron measurements",
    0x35A: "Victron alarms and warnings",
    0x35B: "Victron events",
    0x35E: "Victron manufacturer",
    0x35F: "Victron product, firmware and available capacity",
    0x360: "Victron charge request",
    0x370: "Victron device name part 1",
    0x371: "Victron device name part 2",
    0x372: "Victron module counts",
    0x373: "Victron cell extremes",
    0x374: "Victron cell with the lowest voltage",
    0x375: "Victron cell with the highest voltage",
    0x376: "Victron cell with the lowest temperature",
    0x377: "Victron cell with the highest temperature",
    0x378: "Victron energy",
    0x379: "Victron installed capacity",
    0x380: "Victron serial number part 1",
    0x381: "Victron serial number part 2",
    0x382: "Victron product family",
}

# SMA FSS-ConnectingBat-TI-en-10 V1.0; 0x300 to 0x304, 0x308 and 0x309 from captures (SMAVenusDriver).
SMA = {
    0x00F: "SMA quick stop",
    **dict.fromkeys((0x300, 0x301, 0x302, 0x303, 0x304, 0x308, 0x309), "SMA inverter measurements"),
    0x305: "SMA measured values from the inverter",
    0x306: "SMA state from the inverter",
    0x307: "SMA relay states from the inverter",
    0x351: "SMA limits",
    0x355: "SMA SOC and SOH",
    0x356: "SMA measurements",
    0x35A: "SMA alarms and warnings",
    0x35B: "SMA events",
    0x35E: "SMA manufacturer",
    0x35F: "SMA type, version and capacity",
}

# SEPLOS CANBUS Protocol V1.0.
SEPLOS = {
    **{id_: what.replace("Pylontech", "Seplos") for id_, what in PYLONTECH_LV_1_2.items()},
    0x070: "Seplos temperature and cell extremes",
    0x371: "Seplos numbers of the extreme cells",
}

# Deye PCS CAN-Bus-protocol-DY-low-voltage V3.3; the per-pack sets run from the base for up to 16 packs.
DEYE_PCS = {
    **dict.fromkeys(range(0x300, 0x310), "Deye, reserved for the inverter"),
    0x305: "Deye time from the inverter",
    0x306: "Deye USB board control",
    0x351: "Deye limits off grid",
    0x355: "Deye SOC and SOH",
    0x356: "Deye measurements",
    0x358: "Deye USB power",
    0x359: "Deye faults and alarms",
    0x35C: "Deye requests",
    0x35E: "Deye name, pack and capacity",
    0x361: "Deye cell extremes",
    0x363: "Deye versions",
    0x364: "Deye module counts",
    0x371: "Deye limits on grid",
    **{
        base + pack: f"Deye {what} of pack {pack + 1}"
        for base, what in (
            (0x110, "faults"),
            (0x150, "measurements"),
            (0x200, "cell extremes"),
            (0x250, "temperatures"),
            (0x400, "mode"),
            (0x500, "software"),
            (0x550, "energy"),
            (0x600, "serial number"),
            (0x650, "serial number"),
            (0x700, "fault counters"),
            (0x750, "fault counters"),
        )
        for pack in range(16)
    },
}

# GoodWe with BMS in SMA style: Goodwe/SMA CAN Bus protocol V1.2; own set: ai-republic/bms-to-inverter.
GOODWE = {
    **{id_: what.replace("SMA", "GoodWe") for id_, what in SMA.items() if 0x350 <= id_ < 0x360},
    0x453: "GoodWe modules",
    0x455: "GoodWe alarms and warnings",
    0x456: "GoodWe limits",
    0x457: "GoodWe SOC and SOH",
    0x458: "GoodWe measurements",
}

# Sol-Ark CAN Bus Protocol V1.3 (2023-01-20); LuxPower Battery CANBUS Protocol V04 (2023-09-05).
SOL_ARK = {
    **{id_: what.replace("Pylontech", "Sol-Ark") for id_, what in PYLONTECH_LV_1_2.items()},
    0x379: "Sol-Ark installed capacity",
}
LUXPOWER = {
    **{id_: what.replace("Pylontech", "LuxPower") for id_, what in PYLONTECH_LV_1_2.items()},
    0x300: "LuxPower remote shutdown from the inverter",
}

# Growatt BMS CAN-Bus-protocol low voltage V1.04.
GROWATT_LV = {
    0x301: "Growatt poll from the inverter",
    0x311: "Growatt limits and status",
    0x312: "Growatt faults and warnings",
    0x313: "Growatt measurements",
    0x314: "Growatt capacity and cycles",
    **dict.fromkeys(range(0x315, 0x319), "Growatt cell voltages"),
    0x319: "Growatt requests and cell extremes",
    0x320: "Growatt maker and version",
    0x321: "Growatt upgrade status",
}

# dalathegreat/Battery-Emulator, SOFAR-CAN: frames with the extended flag.
SOFAR = {
    EXTENDED | 0x605: "Sofar inquiry from the inverter",
    EXTENDED | 0x705: "Sofar inquiry from the inverter",
    EXTENDED | 0x30F: "Sofar permissions",
    **{EXTENDED | id_: "Sofar answer to an inquiry" for id_ in (*range(0x670, 0x6C1), *range(0x770, 0x785))},
}

NEIGHBOURS: dict[str, dict[int, str]] = {
    "pylontech-lv-1.2": PYLONTECH_LV_1_2,
    "pylontech-lv-1.3": PYLONTECH_LV_1_3,
    "victron": VICTRON,
    "byd-lvs": VICTRON,
    "sma": SMA,
    "sma-si": SMA,
    "seplos": SEPLOS,
    "deye-pcs": DEYE_PCS,
    "deye-pcs-3.3": DEYE_PCS,
    "goodwe": GOODWE,
    "sol-ark": SOL_ARK,
    "solark-1.3": SOL_ARK,
    "luxpower": LUXPOWER,
    "growatt-lv": GROWATT_LV,
    "sofar": SOFAR,
}


def neighbour_ids(name: str) -> Mapping[int, str]:
    """Return the identifiers that a dialect uses in either direction, and what they are.

    Args:
        name: such as "victron"; also the dialects that bmshil speaks.

    Returns:
        Identifier to meaning, ready for ``assign_ids(..., also_used=...)``; bit 31 marks an extended one.

    Raises:
        InputError: the dialect is not in the table.
    """
    if name in NEIGHBOURS:
        return NEIGHBOURS[name]
    if name in KNOWN:
        return _of_file(dialect(name))
    names = ", ".join(dict.fromkeys((*NEIGHBOURS, *KNOWN)))
    raise InputError(f"no identifiers known of a dialect {name!r}: known are {names}")


def _of_file(speaks: Dialect) -> dict[int, str]:
    sent = {message.id: f"{speaks.name} {message.name}" for message in speaks.messages}
    asked = dict.fromkeys(speaks.inverter_ids, f"{speaks.name} from the inverter")
    return {id_ | (EXTENDED if id_ in speaks.extended else 0): what for id_, what in (sent | asked).items()}
