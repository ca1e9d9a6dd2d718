"""The charge voltage that a Venus GX works out of the cells of a Pylontech with 15 of them."""

import struct
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from bmshil.inverter import profile
from bmshil.timeline import Nanoseconds, to_ns
from bmshil.twin.inverter import venus
from bmshil.twin.inverter.cell_voltage import CellVoltage, wanted
from bmshil.twin.inverter.frames import Cells

Make = Callable[..., Any]


def pack(volts: float | None, low: float = 0.0, high: float = 0.0) -> Any:
    measured = None if volts is None else SimpleNamespace(voltage=volts)
    return SimpleNamespace(measured=measured, cells=Cells(low, high) if high else None)


@pytest.mark.parametrize(
    ("volts", "low", "high", "target"),
    [
        (52.50, 3.500, 3.500, 52.8),  # 52.5 + 16 * 0.02 = 52.82
        (52.50, 3.490, 3.530, 52.32),  # 52.5 - 0.16, and 0.02 for half of the spread
        (52.00, 3.400, 3.600, 50.62),  # 52.0 - 1.28 - 0.1
        (50.00, 3.200, 3.800, 47.0),  # 45.22
    ],
)
def test_what_the_cells_want(volts: float, low: float, high: float, target: float) -> None:
    assert wanted(volts, Cells(low, high)) == pytest.approx(target, abs=1e-9)


def test_it_comes_near_by_a_twentieth_every_three_seconds() -> None:
    device = CellVoltage(on=True)
    said = [
        device.bend(53.2, [pack(52.0, 3.4, 3.6)], Nanoseconds(to_ns(float(second)))) for second in range(7)
    ]
    # from 52.5 towards 50.62
    assert said == pytest.approx([52.406] * 3 + [52.3167] * 3 + [52.231865])
    device.reset()
    assert device.bend(53.2, [pack(52.5, 3.5, 3.5)], Nanoseconds(0)) == pytest.approx(52.515)


@pytest.mark.parametrize(
    ("cvl", "told", "expected"),
    [
        (53.2, pack(52.0), 52.4),  # no cell data
        (51.0, pack(52.0), 51.0),
        (53.2, pack(None, 3.4, 3.5), 52.4),
        (54.1, pack(52.0, 3.4, 3.5), 54.1),  # 16 cells
        (28.4, pack(26.0, 3.3, 3.4), 28.4),  # 24 V
    ],
)
def test_what_it_takes_as_it_is(cvl: float, told: Any, expected: float) -> None:
    assert CellVoltage(on=True).bend(cvl, [told], Nanoseconds(0)) == expected
    assert CellVoltage(on=False).bend(cvl, [told], Nanoseconds(0)) == cvl


def test_a_venus_hears_the_extremes_of_the_cells() -> None:
    heard: Any = SimpleNamespace(cells=None)
    venus.extremes(heard, bytes.fromhex("EA 0C 01"))
    assert heard.cells is None
    venus.extremes(heard, bytes.fromhex("EA 0C 01 0D 1F 01 22 01"))
    assert heard.cells == (3.306, 3.329)


@pytest.mark.parametrize(
    ("cvl", "millivolts", "amps"),
    [
        (53.2, 3600, 0.0),  # 52 V of the battery less 16 * 0.08 V: below the 52 V of the supply
        (53.2, 3400, 24.0),  # 52.8 V
        (54.1, 3600, 24.0),  # 16 cells: the CVL itself
    ],
)
def test_a_device_that_recomputes(make_rig: Make, cvl: float, millivolts: int, amps: float) -> None:
    rig = make_rig(1, behaves=profile("victron_gx_pylon15s").behaves(), settled=False)
    rig.packs[0].cvl = cvl
    extremes = struct.pack("<HHHH", millivolts, millivolts, 298, 298)
    rig.timeline.every(1.0, lambda: rig.wire.deliver(0x373, extremes))
    assert rig.run(300.0) == pytest.approx(amps, abs=0.2)
