import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.battery import Bank, leads, module, uneven_leads
from bmshil.errors import BankError

# 20 mOhm and an RC of 10 mOhm: settled, a pack has 30 mOhm.
TWO = [module("generic-16s", capacity=100)] * 2


def test_seventy_to_thirty_is_forty_milliohms_of_lead() -> None:
    # 30 mOhm x 0.7 is as much as 70 mOhm x 0.3; 30 of the 70 are the pack's own.
    assert leads(Bank(TWO), [0.7, 0.3]) == pytest.approx([0.0, 0.040])
    assert leads(Bank(TWO), [30, 70]) == pytest.approx([0.040, 0.0])


def test_a_settled_current_is_shared_as_asked_for() -> None:
    bank = Bank(TWO, soc=0.6)
    with uneven_leads(bank, [0.7, 0.3]):
        assert bank[2].resistance == pytest.approx(0.060)
        bank.step(-100.0, 300.0)  # five time constants of the RC; two minutes more move the SOCs too much
        assert bank[1].current == pytest.approx(-70.0, abs=1.5)
        assert bank[2].current == pytest.approx(-30.0, abs=1.5)
    assert bank[2].resistance == pytest.approx(0.020, abs=0.001)  # it has warmed a little


def test_a_lead_does_not_follow_the_temperature_of_the_pack() -> None:
    cold = Bank(TWO, temperature=5.0)
    own = cold[1].resistance
    (_, lead) = leads(cold, [0.7, 0.3])
    with uneven_leads(cold, [0.7, 0.3]):
        assert cold[2].resistance == pytest.approx(own + lead)


def test_the_resistances_come_back_after_a_failure() -> None:
    bank = Bank(TWO)
    with pytest.raises(RuntimeError, match="in the middle"), uneven_leads(bank, [0.7, 0.3]):
        raise RuntimeError("in the middle")
    assert bank[2].resistance == 0.020


@pytest.mark.parametrize("shares", [[1.0], [0.7, 0.0], [0.7, -0.3], [0.5, 0.3, 0.2]])
def test_impossible_shares_are_refused(shares: list[float]) -> None:
    with pytest.raises(BankError, match="give one above 0 for each"):
        leads(Bank(TWO), shares)


@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=6))
def test_no_lead_is_below_nothing_and_one_is_nothing(shares: list[float]) -> None:
    found = leads(Bank([TWO[0]] * len(shares)), shares)
    assert min(found) == pytest.approx(0.0, abs=1e-12)
    assert found[shares.index(max(shares))] == pytest.approx(0.0, abs=1e-12)
