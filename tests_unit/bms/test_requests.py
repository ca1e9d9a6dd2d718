from bmshil.bms.requests import Requests

DAY = 86_400.0


def test_force_charge_1_is_asked_for_at_5_and_withdrawn_at_10_percent() -> None:
    requests = Requests(0.0)
    seen = []
    for now, soc in enumerate((0.06, 0.05, 0.09, 0.10, 0.06)):
        requests.update(float(now), soc)
        seen.append(requests.force_charge_1)
    assert seen == [False, True, True, False, False]


def test_force_charge_2_is_asked_for_at_9_and_withdrawn_at_13_percent() -> None:
    requests = Requests(0.0)
    seen = []
    for now, soc in enumerate((0.10, 0.09, 0.12, 0.13)):
        requests.update(float(now), soc)
        seen.append(requests.force_charge_2)
    assert seen == [False, True, True, False]


def test_a_full_charge_is_asked_for_after_30_days_and_ends_at_97_percent() -> None:
    requests = Requests(0.0)
    requests.update(30 * DAY, 0.5)
    assert not requests.full_charge
    requests.update(30 * DAY + 1, 0.969)
    assert requests.full_charge
    requests.update(30 * DAY + 2, 0.97)
    assert not requests.full_charge
    requests.update(60 * DAY, 0.5)
    assert not requests.full_charge
