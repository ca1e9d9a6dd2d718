"""The current between packs that are joined at different voltages."""

import pytest

from bmshil.battery import Bank, equalisation_current, module
from bmshil.errors import BankError


def bank_of(kind: str, *soc: float) -> Bank:
    bank = Bank([module(kind)] * len(soc), soc=soc)
    bank[len(soc)].connected = False
    return bank


@pytest.mark.parametrize(
    ("kind", "volts", "low", "high"),
    [
        ("us5000", 1.5, 37.0, 38.0),  # 2 x 20 mohm; the article says 40 to 60 A
        ("us5000", 5.0, 124.0, 126.0),  # the article: more than 100 A
        ("us3000c", 1.5, 26.0, 27.0),  # 2 x 28 mohm: below the article's figure
        ("us3000c", 5.0, 88.0, 90.0),
    ],
)
def test_the_articles_differences_between_two_modules(
    kind: str, volts: float, low: float, high: float
) -> None:
    # A SOC at which the newcomer lies that far below the other one.
    bank = bank_of(kind, 1.0, 0.5)
    gap = bank[1].emf - volts
    lower, upper = -0.1, 1.0
    for _ in range(60):
        middle = (lower + upper) / 2
        bank[2].soc = middle
        lower, upper = (middle, upper) if bank[2].emf < gap else (lower, middle)
    assert bank[1].emf - bank[2].emf == pytest.approx(volts, abs=1e-6)
    assert low < equalisation_current(bank, 2) < high


def test_what_was_foretold_flows_when_the_contactor_closes() -> None:
    bank = bank_of("generic-16s", 0.9, 0.9, 0.3)
    foretold = equalisation_current(bank, 3)
    bank[3].connected = True
    assert bank[3].current == pytest.approx(foretold)
    assert foretold > 20.0  # into the emptier pack
    assert bank[1].current == pytest.approx(-foretold / 2)


def test_a_pack_alone_on_a_dead_busbar_exchanges_nothing() -> None:
    bank = bank_of("us5000", 1.0, 0.1)
    bank[1].connected = False
    assert equalisation_current(bank, 2) == 0.0


def test_a_pack_that_is_not_there_is_refused() -> None:
    with pytest.raises(BankError, match="pack 9 does not exist"):
        equalisation_current(bank_of("us5000", 1.0, 0.1), 9)
