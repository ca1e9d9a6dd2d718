"""What a highest cell asks for, and when a spread is told."""

import pytest

from bmshil.battery.divergence import SpreadWatch, asked_cvl


@pytest.mark.parametrize(("cell_max", "expected"), [(3.45, 56.0), (3.50, 56.0), (3.55, 55.2), (3.60, 54.4)])
def test_a_cell_that_runs_ahead_lowers_the_cvl_as_in_the_article(cell_max: float, expected: float) -> None:
    assert asked_cvl(cell_max, 56.0, 16) == pytest.approx(expected)


def test_each_level_is_told_once_and_again_only_after_the_packs_came_together() -> None:
    watch = SpreadWatch()
    assert watch.update([0.87, 0.83, 0.87]) == []
    assert watch.update([0.87, 0.82, 0.87]) == [0.05]
    assert watch.update([0.87, 0.82, 0.89]) == []
    assert watch.level == 0.05
    assert watch.update([0.90, 0.78]) == [0.10]
    assert watch.update([0.90, 0.855]) == []  # 4.5 %: not far enough back
    assert watch.level == 0.05
    assert watch.update([0.90, 0.84]) == []
    assert watch.update([0.90, 0.88]) == []
    assert watch.level == 0.0
    assert watch.update([0.90, 0.75]) == [0.05, 0.10]


@pytest.mark.parametrize("alone", [[], [0.5]])
def test_one_pack_is_never_apart(alone: list[float]) -> None:
    assert SpreadWatch().update(alone) == []
