"""What a node tells over a serial line: cells that fit its report, and faults of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bms import Override
from bmshil.bms.rs485.pack_data import cells_of, pack_data, parameters

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("count", "voltage", "highest", "lowest", "cells"),
    [
        (5, 16.502, 3.305, 3.295, [3305, 3301, 3301, 3300, 3295]),
        (5, 16.5, 3.305, 3.295, [3305, 3300, 3300, 3300, 3295]),
        # cells cannot be beyond the extremes, whatever they should add up to
        (5, 20.0, 3.305, 3.295, [3305, 3305, 3305, 3305, 3295]),
        (5, 10.0, 3.305, 3.295, [3305, 3295, 3295, 3295, 3295]),
        (2, 6.6, 3.305, 3.295, [3305, 3295]),
        (1, 3.3, 3.3, 3.3, [3300]),
    ],
)
def test_cells_lie_between_their_extremes_and_add_up(
    count: int, voltage: float, highest: float, lowest: float, cells: list[int]
) -> None:
    assert cells_of(count, voltage, highest, lowest) == cells


def test_the_module_voltage_is_the_sum_of_its_cells(scene: Callable[..., Any]) -> None:
    made = scene(1, kind="us3000c", soc=0.5, scheme="base")
    made.timeline.run(3)
    said = pack_data(made.fleet[1])
    assert len(said.cells) == 15
    assert round(sum(said.cells), 3) == said.report.voltage
    assert said.report.voltage == pytest.approx(made.bank[1].voltage, abs=0.001)
    assert (said.cells[0], said.cells[-1]) == pytest.approx(
        (made.bank[1].cell_max, made.bank[1].cell_min), abs=0.0005
    )
    assert (said.number, said.name, said.serial) == (1, "US3000C", "BMSHIL0000000001")
    assert said.temperatures == (25.0,) * 5
    assert said.remaining == pytest.approx(37.0)


def test_terminals_that_measure_otherwise_do_not_break_the_sum(scene: Callable[..., Any]) -> None:
    made = scene(1, scheme="base", terminal_voltage=lambda: 54.321)
    made.timeline.run(3)
    said = pack_data(made.fleet[1])
    assert round(sum(said.cells), 3) == said.report.voltage


def test_a_fault_is_told_as_it_is(scene: Callable[..., Any]) -> None:
    made = scene(2)
    made.timeline.run(3)
    made.fleet[2].faults.on(Override(voltage=70.0, cell_max=3.9))
    said = pack_data(made.fleet[2])
    assert said.report.voltage == 70.0
    assert said.cells[0] == 3.9
    assert pack_data(made.fleet[1]).report.voltage < 60.0


def test_the_thresholds_of_a_node_are_its_parameters(scene: Callable[..., Any]) -> None:
    made = scene(1, kind="us3000c", scheme="base")
    said = parameters(made.fleet[1])
    assert (said.cell_high, said.cell_low, said.cell_under) == (3.8, 2.8, 2.5)
    assert (said.module_high, said.module_low, said.module_under) == (57.0, 42.0, 37.5)
    assert (said.charge_hot, said.charge_cold, said.discharge_hot, said.discharge_cold) == (
        70.0,
        -5.0,
        75.0,
        -20.0,
    )
    assert (said.charge_current, said.discharge_current) == pytest.approx((88.8, 111.0))
