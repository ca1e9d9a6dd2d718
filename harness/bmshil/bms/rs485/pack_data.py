"""What one node can tell over a serial line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.dialects.pack_data import PackData
from bmshil.dialects.pylontech_rs485.parameters import Parameters

if TYPE_CHECKING:
    from bmshil.bms.node import Node

SENSORS = 4
"""Temperatures at the cells, beside that of the BMS board: five in all captures, for 8 to 15 cells."""


def pack_data(node: Node) -> PackData:
    """Return all that a node can tell of its pack, faults of values included.

    As in all captures, the voltage of the module is the sum of its cells, in mV, unless a fault makes the
    node say another one. A model of single cells does not exist: the first cell is the highest, the last one
    the lowest, and those between share the rest. All temperatures are that of the cells.

    Args:
        node: of the pack; one that is silent tells what it would say.
    """
    report = node.told or node.own_report
    module = node.pack.module
    cells = cells_of(module.cells, report.voltage, report.cell_max, report.cell_min)
    voltage = sum(cells) / 1000
    if voltage != report.voltage and report.voltage == node.own_report.voltage:
        report = replace(report, voltage=voltage)
    return PackData(
        number=node.number,
        report=report,
        cells=tuple(cell / 1000 for cell in cells),
        temperatures=(report.temperature,) * (1 + SENSORS),
        remaining=report.soc * report.capacity,
        name=module.name.upper(),
        serial=f"BMSHIL{node.number:010d}",
    )


def cells_of(count: int, voltage: float, highest: float, lowest: float) -> list[int]:
    """Return cells in mV with this highest, first, and this lowest, last, and the others between them.

    Args:
        count: number of cells, at least 1.
        voltage: what they should add up to, V; they do as far as the extremes allow it.
        highest: V.
        lowest: V.
    """
    top, bottom = round(highest * 1000), round(lowest * 1000)
    if count < 3:
        return [top, bottom][:count]
    between = count - 2
    rest = min(max(round(voltage * 1000) - top - bottom, bottom * between), top * between)
    each, more = divmod(rest, between)
    return [top, *([each + 1] * more), *([each] * (between - more)), bottom]


def parameters(node: Node) -> Parameters:
    """Return the thresholds at which a node warns of its pack and protects it."""
    module, thresholds = node.pack.module, node.settings.thresholds
    cells, capacity = module.cells, module.capacity
    return Parameters(
        cell_high=thresholds.cell_high.trip,
        cell_low=thresholds.alarm_cell_low.trip,
        cell_under=thresholds.cell_low.trip,
        charge_hot=thresholds.charge_hot.trip,
        charge_cold=thresholds.charge_cold.trip,
        charge_current=thresholds.charge_current.trip * capacity,
        module_high=thresholds.cell_high.trip * cells,
        module_low=thresholds.alarm_cell_low.trip * cells,
        module_under=thresholds.cell_low.trip * cells,
        discharge_hot=thresholds.discharge_hot.trip,
        discharge_cold=thresholds.discharge_cold.trip,
        discharge_current=thresholds.discharge_current.trip * capacity,
    )
