"""The rating of an inverter against what its bank may take."""

from bmshil.bench.checks import Check, Result
from bmshil.bench.checks.expansion import bank_current, check_expansion
from bmshil.rig import load


def test_five_packs_of_200_ah_may_take_500_a() -> None:
    rig = load("twin-five")
    assert bank_current(rig) == 500.0
    found = check_expansion(rig)
    assert found.result is Result.WARNING
    assert found.found == ("5 packs, 1000 Ah, may take 500 A at 0.5 C; pylon_parallel is rated for 120 A")
    assert "breaker and cables" in found.remedy


def test_an_inverter_that_moves_all_of_it_is_fine() -> None:
    assert check_expansion(load("twin-single")) == Check.ok(
        "bank current", "1 packs, 100 Ah, may take 50 A at 0.5 C, and pylon_single is rated for 120 A"
    )
