"""Model 802, "Battery Base": the bank as a whole.

The model does not say what the sign of A and W means. Here, as everywhere in this program, positive is into
the battery. The limits that a bank gives (CVL, DVL, CCL, DCL) are VMax, VMin, AChaMax and ADisChaMax.

Source: sunspec/models, model_802, 2026-04-22.
"""

from __future__ import annotations

from enum import IntEnum
from operator import itemgetter
from typing import TYPE_CHECKING

from bmshil.dialects.modbus import Layout
from bmshil.dialects.sunspec.events import events
from bmshil.dialects.sunspec.points import bits, s16, u16, u32

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.dialects.modbus import Value
    from bmshil.dialects.report import Report
    from bmshil.dialects.sunspec.state import BankState

LENGTH = 62
LITHIUM_ION = 4
FLOWING = 0.1
"""A from which a current counts as one."""

FULL, EMPTY = 0.995, 0.005
"""SOC that is shown as 100 % and as 0 %."""


class Charge(IntEnum):
    """ChaSt."""

    OFF = 1
    EMPTY = 2
    DISCHARGING = 3
    CHARGING = 4
    FULL = 5
    HOLDING = 6


class State(IntEnum):
    """State."""

    DISCONNECTED = 1
    CONNECTED = 3
    FAULT = 99


SCALE_FACTORS = {
    "AHRtg_SF": 0,
    "WHRtg_SF": 1,
    "WChaDisChaMax_SF": 1,
    "SoC_SF": -1,
    "DoD_SF": -1,
    "SoH_SF": -1,
    "V_SF": -2,
    "CellV_SF": -3,
    "A_SF": -1,
    "AMax_SF": -1,
    "W_SF": 1,
}
"""Exponents of ten; fractions count as percent."""

_PERCENT = 0.001  # a fraction in 0.1 %

LAYOUT = Layout(
    2 * (2 + LENGTH),
    u16("ID", 0),
    u16("L", 1),
    u16("AHRtg", 2),
    u16("WHRtg", 3, 10),
    u16("WChaRteMax", 4, 10),
    u16("WDisChaRteMax", 5, 10),
    u16("DisChaRte", 6),
    u16("SoCMax", 7, _PERCENT),
    u16("SoCMin", 8, _PERCENT),
    u16("SocRsvMax", 9, _PERCENT),
    u16("SoCRsvMin", 10, _PERCENT),
    u16("SoC", 11, _PERCENT),
    u16("DoD", 12, _PERCENT),
    u16("SoH", 13, _PERCENT),
    u32("NCyc", 14),
    u16("ChaSt", 16),
    u16("LocRemCtl", 17),
    u16("Hb", 18),
    u16("CtrlHb", 19),
    u16("AlmRst", 20),
    u16("Typ", 21),
    u16("State", 22),
    u16("StateVnd", 23),
    u32("WarrDt", 24),
    bits("Evt1", 26),
    bits("Evt2", 28),
    bits("EvtVnd1", 30),
    bits("EvtVnd2", 32),
    u16("V", 34, 0.01),
    u16("VMax", 35, 0.01),
    u16("VMin", 36, 0.01),
    u16("CellVMax", 37, 0.001),
    u16("CellVMaxStr", 38),
    u16("CellVMaxMod", 39),
    u16("CellVMin", 40, 0.001),
    u16("CellVMinStr", 41),
    u16("CellVMinMod", 42),
    u16("CellVAvg", 43, 0.001),
    s16("A", 44, 0.1),
    u16("AChaMax", 45, 0.1),
    u16("ADisChaMax", 46, 0.1),
    s16("W", 47, 10),
    u16("ReqInvState", 48),
    s16("ReqW", 49),
    u16("SetOp", 50),
    u16("SetInvState", 51),
    *(
        s16(name, 52 + place)
        for place, name in enumerate(
            (
                "AHRtg_SF",
                "WHRtg_SF",
                "WChaDisChaMax_SF",
                "DisChaRte_SF",
                "SoC_SF",
                "DoD_SF",
                "SoH_SF",
                "V_SF",
                "CellV_SF",
                "A_SF",
                "AMax_SF",
                "W_SF",
            )
        )
    ),
)


def values(bank: BankState) -> Mapping[str, Value]:
    """Return the points; what nobody knows is left out, and so not implemented."""
    told: dict[str, Value] = {
        "ID": 802,
        "L": LENGTH,
        "ChaSt": _charge(bank),
        "LocRemCtl": 0 if bank.remote else 1,
        "Hb": bank.heartbeat,
        "CtrlHb": bank.controller,
        "AlmRst": 0,
        "Typ": LITHIUM_ION,
        "State": _state(bank),
        "Evt1": events(bank.report),
        "ReqInvState": 0,
        "SetOp": bank.set_operation,
        "SetInvState": bank.inverter,
        **SCALE_FACTORS,
    }
    if bank.report is not None:
        told |= _of_report(bank.report) | _of_cells(bank)
    return told


def _of_report(report: Report) -> dict[str, Value]:
    energy = report.capacity * report.voltage
    return {
        "AHRtg": report.capacity,
        "WHRtg": energy,
        "WChaRteMax": report.ccl * report.voltage,
        "WDisChaRteMax": report.dcl * report.voltage,
        "SoCMax": 1.0,
        "SoCMin": 0.0,
        "SoC": report.soc,
        "DoD": 1.0 - report.soc,
        "SoH": report.soh,
        "V": report.voltage,
        "VMax": report.cvl,
        "VMin": report.dvl,
        "A": report.current,
        "AChaMax": report.ccl,
        "ADisChaMax": report.dcl,
        "W": report.current * report.voltage,
    }


def _of_cells(bank: BankState) -> dict[str, Value]:
    packs = [(number, one.pack) for number, one in enumerate(bank.strings, 1) if one.pack is not None]
    cells = [(cell, number) for number, pack in packs for cell in pack.cells]
    if not cells:
        return {}
    highest, lowest = max(cells, key=itemgetter(0)), min(cells, key=itemgetter(0))
    cycles = max(pack.cycles for _, pack in packs)
    return {
        "NCyc": cycles,
        "CellVMax": highest[0],
        "CellVMaxStr": highest[1],
        "CellVMaxMod": 1,
        "CellVMin": lowest[0],
        "CellVMinStr": lowest[1],
        "CellVMinMod": 1,
        "CellVAvg": sum(cell for cell, _ in cells) / len(cells),
    }


def _charge(bank: BankState) -> Charge:
    report = bank.report
    if report is None or not any(one.connected for one in bank.strings):
        return Charge.OFF
    if report.current > FLOWING:
        return Charge.CHARGING
    if report.current < -FLOWING:
        return Charge.DISCHARGING
    return Charge.FULL if report.soc >= FULL else Charge.EMPTY if report.soc <= EMPTY else Charge.HOLDING


def _state(bank: BankState) -> State:
    if any(one.connected for one in bank.strings):
        return State.CONNECTED
    tripped = bank.report is not None and bool(bank.report.protections)
    return State.FAULT if tripped else State.DISCONNECTED
