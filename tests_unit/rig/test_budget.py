"""The power budget in literal figures."""

from collections.abc import Callable

import pytest

from bmshil.rig import Budget, Rig, load, power_budget

Bend = Callable[..., Rig]


def by_name(rig: Rig, reference: float, voltage: float) -> dict[tuple[str, str], Budget]:
    return {(one.direction, one.stimulus): one for one in power_budget(rig, reference, voltage)}


def test_the_twin_can_make_every_stimulus_bind() -> None:
    # 120 A and 6000 W device, 6000 W sources, envelope 150 A and 7500 W; at 60 V power gives 100 A.
    budget = by_name(load("twin"), 15.0, 60.0)
    assert {name: one.needed for name, one in budget.items()} == pytest.approx(
        {
            ("charge", "minimum"): 18.0,
            ("charge", "n_minimum"): 54.0,
            ("charge", "sum"): 90.0,
            ("discharge", "minimum"): 18.0,
            ("discharge", "n_minimum"): 54.0,
            ("discharge", "sum"): 90.0,
        }
    )
    assert all(one.available == pytest.approx(100.0) for one in budget.values())
    assert all(one.fits for one in budget.values())


def test_a_fifth_of_the_rating_as_reference_cannot_show_that_the_sum_binds() -> None:
    # 1.2 x 5 x 0.2 = 1.2 times the rating
    budget = by_name(load("twin"), 24.0, 48.0)
    assert budget["charge", "sum"].needed == pytest.approx(144.0)
    assert budget["charge", "sum"].available == pytest.approx(120.0)
    assert budget["charge", "sum"].bound_by == "charge current of the device"
    assert not budget["charge", "sum"].fits
    assert budget["charge", "n_minimum"].fits


@pytest.mark.parametrize(
    ("change", "name", "available", "bound_by"),
    [
        (("ac_grid: {rating: 6000", "ac_grid: {rating: 2400"), "charge", 50.0, "ac_grid or pv of the rig"),
        (("ac_load: {rating: 6000", "ac_load: {rating: 2400"), "discharge", 50.0, "ac_load of the rig"),
        (("current: 150", "current: 40"), "charge", 40.0, "current of the rig's envelope"),
        (("power: 7500", "power: 960"), "discharge", 20.0, "power of the rig's envelope"),
        (("  ac_load: {rating: 6000, by: load}\n", ""), "discharge", 0.0, "ac_load of the rig"),
    ],
)
def test_the_weakest_part_is_named(
    bend: Bend, change: tuple[str, str], name: str, available: float, bound_by: str
) -> None:
    one = by_name(bend("twin", change), 10.0, 48.0)[name, "sum"]
    assert (one.available, one.bound_by, one.fits) == (pytest.approx(available), bound_by, False)


def test_solar_power_charges_where_there_is_no_grid(bend: Bend) -> None:
    rig = bend(
        "twin",
        ("  ac_grid: {rating: 6000, by: relays}\n", ""),
        ("pv: {rating: 6000", "pv: {rating: 2880"),
    )
    assert by_name(rig, 10.0, 48.0)["charge", "sum"].available == pytest.approx(60.0)
