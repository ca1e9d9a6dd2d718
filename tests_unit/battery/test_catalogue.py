"""The catalogue of modules."""

import pickle
from dataclasses import replace

import pytest

from bmshil.battery import MODULES, module
from bmshil.errors import InputError


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("us2000c", (15, 50.0, 0.035, 25.0, 25.0, 53.25, 47.0)),
        ("us3000c", (15, 74.0, 0.028, 37.0, 37.0, 53.25, 47.0)),
        ("us5000", (15, 100.0, 0.020, 80.0, 80.0, 53.2, 45.0)),
        ("generic-16s", (16, 100.0, 0.020, 50.0, 90.0, 56.0, 44.8)),
    ],
)
def test_modules_are_what_captures_and_manuals_say(name: str, printed: tuple[float, ...]) -> None:
    found = module(name)
    assert found.name == name
    assert (
        found.cells,
        found.capacity,
        found.resistance,
        found.charge_current,
        found.discharge_current,
        found.cvl,
        found.dvl,
    ) == printed


def test_every_module_has_the_default_rc_and_a_thermal_time_constant_of_three_to_five_hours() -> None:
    for found in map(module, MODULES):
        assert (found.polarisation_resistance, found.polarisation_time) == (0.010, 60.0)
        assert 3 * 3600 <= found.heat_capacity / found.heat_loss <= 5 * 3600


def test_names_are_found_in_any_case() -> None:
    assert module("US2000C") == module("us2000c")


def test_half_the_capacity_is_half_the_current_and_twice_the_resistance() -> None:
    small = module("generic-16s", capacity=50.0)
    assert small.capacity == 50.0
    assert (small.charge_current, small.discharge_current) == (25.0, 45.0)
    assert (small.resistance, small.polarisation_resistance) == (0.040, 0.020)
    assert (small.heat_capacity, small.heat_loss) == (20e3, 1.5)
    assert (small.cells, small.cvl, small.dvl, small.polarisation_time) == (16, 56.0, 44.8, 60.0)


def test_an_unknown_module_is_refused_with_the_known_ones_named() -> None:
    with pytest.raises(
        InputError, match=r"'us9000' is unknown; known are us2000c, us3000c, us5000, generic-16s"
    ):
        module("us9000")


@pytest.mark.parametrize("capacity", [0.0, -5.0, float("nan")])
def test_a_capacity_that_is_not_above_zero_is_refused(capacity: float) -> None:
    with pytest.raises(InputError, match="capacity is"):
        module("us5000", capacity=capacity)


def test_a_module_without_resistance_is_refused() -> None:
    with pytest.raises(InputError, match=r"module us5000: resistance is 0.0; give a value above 0"):
        replace(module("us5000"), resistance=0.0)


def test_a_module_travels_between_processes() -> None:
    assert pickle.loads(pickle.dumps(module("us5000"))) == module("us5000")  # noqa: S301 - our own bytes
