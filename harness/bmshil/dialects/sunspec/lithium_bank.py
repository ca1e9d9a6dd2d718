"""Model 803, "Lithium-Ion Bank": the bank by strings. One string is one pack, and has one module.

The sign of currents is as in model 802: positive into the battery.

Source: sunspec/models, model_803, 2026-04-22.
"""

from __future__ import annotations

from enum import IntEnum
from operator import itemgetter
from typing import TYPE_CHECKING

from bmshil.dialects.modbus import Layout
from bmshil.dialects.sunspec.events import events
from bmshil.dialects.sunspec.points import bits, s16, u16

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bmshil.dialects.modbus import Value
    from bmshil.dialects.pack_data import PackData
    from bmshil.dialects.sunspec.state import BankState, StringState

FIXED, EACH = 28, 32
"""Registers of the part for the bank, with id and length, and of each string."""

ENABLED, CONTACTOR = 1 << 0, 1 << 1

SCALE_FACTORS = {"CellV_SF": -3, "ModTmp_SF": -1, "A_SF": -1, "SoH_SF": -1, "SoC_SF": -1, "V_SF": -2}

_PERCENT = 0.001  # a fraction in 0.1 %


class Failure(IntEnum):
    """StrConFail."""

    NONE = 0
    NOT_ENABLED = 4
    STRING_FAULT = 8


class Reason(IntEnum):
    """StrDisRsn: why a string is not connected."""

    NONE = 0
    FAULT = 1
    EXTERNAL = 3


BANK = Layout(
    2 * FIXED,
    u16("ID", 0),
    u16("L", 1),
    u16("NStr", 2),
    u16("NStrCon", 3),
    s16("ModTmpMax", 4, 0.1),
    u16("ModTmpMaxStr", 5),
    u16("ModTmpMaxMod", 6),
    s16("ModTmpMin", 7, 0.1),
    u16("ModTmpMinStr", 8),
    u16("ModTmpMinMod", 9),
    s16("ModTmpAvg", 10, 0.1),
    u16("StrVMax", 11, 0.01),
    u16("StrVMaxStr", 12),
    u16("StrVMin", 13, 0.01),
    u16("StrVMinStr", 14),
    u16("StrVAvg", 15, 0.01),
    s16("StrAMax", 16, 0.1),
    u16("StrAMaxStr", 17),
    s16("StrAMin", 18, 0.1),
    u16("StrAMinStr", 19),
    s16("StrAAvg", 20, 0.1),
    u16("NCellBal", 21),
    s16("CellV_SF", 22),
    s16("ModTmp_SF", 23),
    s16("A_SF", 24),
    s16("SoH_SF", 25),
    s16("SoC_SF", 26),
    s16("V_SF", 27),
)

STRING = Layout(
    2 * EACH,
    u16("StrNMod", 0),
    bits("StrSt", 1),
    u16("StrConFail", 3),
    u16("StrSoC", 4, _PERCENT),
    u16("StrSoH", 5, _PERCENT),
    s16("StrA", 6, 0.1),
    u16("StrCellVMax", 7, 0.001),
    u16("StrCellVMaxMod", 8),
    u16("StrCellVMin", 9, 0.001),
    u16("StrCellVMinMod", 10),
    u16("StrCellVAvg", 11, 0.001),
    s16("StrModTmpMax", 12, 0.1),
    u16("StrModTmpMaxMod", 13),
    s16("StrModTmpMin", 14, 0.1),
    u16("StrModTmpMinMod", 15),
    s16("StrModTmpAvg", 16, 0.1),
    u16("StrDisRsn", 17),
    bits("StrConSt", 18),
    bits("StrEvt1", 20),
    bits("StrEvt2", 22),
    bits("StrEvtVnd1", 24),
    bits("StrEvtVnd2", 26),
    u16("StrSetEna", 28),
    u16("StrSetCon", 29),
    s16("Pad1", 30),
    s16("Pad2", 31),
)


def length(strings: int) -> int:
    """Return the length that the model has, in registers behind it."""
    return FIXED - 2 + EACH * strings


def values(bank: BankState) -> Mapping[str, Value]:
    """Return the points of the part for the bank."""
    told: dict[str, Value] = {
        "ID": 803,
        "L": length(len(bank.strings)),
        "NStr": len(bank.strings),
        "NStrCon": sum(one.connected for one in bank.strings),
        **SCALE_FACTORS,
    }
    packs = [(number, one.pack) for number, one in enumerate(bank.strings, 1) if one.pack is not None]
    if not packs:
        return told
    warmth = [(_mean(pack.temperatures), number) for number, pack in packs if pack.temperatures]
    for name, all_of in (
        ("ModTmp", warmth),
        ("StrV", [(pack.report.voltage, number) for number, pack in packs]),
        ("StrA", [(pack.report.current, number) for number, pack in packs]),
    ):
        if all_of:
            told[f"{name}Max"], told[f"{name}MaxStr"] = max(all_of, key=itemgetter(0))
            told[f"{name}Min"], told[f"{name}MinStr"] = min(all_of, key=itemgetter(0))
            told[f"{name}Avg"] = _mean([value for value, _ in all_of])
    if warmth:
        told["ModTmpMaxMod"] = told["ModTmpMinMod"] = 1
    return told


def string_values(one: StringState) -> Mapping[str, Value]:
    """Return the points of a string; those of a pack that is not heard are not implemented."""
    told: dict[str, Value] = {
        "StrNMod": 1,
        "StrSt": ENABLED * one.enabled | CONTACTOR * one.connected,
        "StrConFail": _failure(one),
        "StrDisRsn": _reason(one),
        "StrConSt": int(one.connected),
        "StrEvt1": events(None if one.pack is None else one.pack.report),
        "StrSetEna": 1 if one.enabled else 2,
        "StrSetCon": 1 if one.connected else 2,
    }
    return told if one.pack is None else told | _of_pack(one.pack)


def _of_pack(pack: PackData) -> dict[str, Value]:
    told: dict[str, Value] = {
        "StrSoC": pack.report.soc,
        "StrSoH": pack.report.soh,
        "StrA": pack.report.current,
    }
    if pack.cells:
        told |= {
            "StrCellVMax": max(pack.cells),
            "StrCellVMaxMod": 1,
            "StrCellVMin": min(pack.cells),
            "StrCellVMinMod": 1,
            "StrCellVAvg": _mean(pack.cells),
        }
    if pack.temperatures:
        told |= {
            "StrModTmpMax": max(pack.temperatures),
            "StrModTmpMaxMod": 1,
            "StrModTmpMin": min(pack.temperatures),
            "StrModTmpMinMod": 1,
            "StrModTmpAvg": _mean(pack.temperatures),
        }
    return told


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _tripped(one: StringState) -> bool:
    return one.pack is not None and bool(one.pack.report.protections)


def _failure(one: StringState) -> Failure:
    if one.connected:
        return Failure.NONE
    return Failure.STRING_FAULT if _tripped(one) else Failure.NONE if one.enabled else Failure.NOT_ENABLED


def _reason(one: StringState) -> Reason:
    if one.connected:
        return Reason.NONE
    return Reason.FAULT if _tripped(one) else Reason.EXTERNAL
