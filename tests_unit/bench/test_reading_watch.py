"""An instrument that does not measure any more decides nothing."""

import pytest

from bmshil.bench import open_bench
from bmshil.bench.terminals.reading_watch import Repetition, Standstill


def stuck(values: list[float]) -> bool:
    one = Repetition()
    return sum(one.take(value) for value in values) > 0


def test_a_reading_with_noise_that_stands_still_is_stuck() -> None:
    noisy = [53.0, 53.001] * 100
    assert not stuck(noisy)
    assert stuck([*noisy, *[53.0] * 22])
    assert not stuck([*noisy, *[53.0] * 18])


def test_a_meter_that_is_calm_by_nature_is_not() -> None:
    calm = [*[53.0] * 90, *[53.1] * 90, *[53.0] * 90]
    assert not stuck(calm)
    assert stuck([*calm, *[53.2] * 460])


def test_a_meter_that_freezes_again_and_again_stays_strange() -> None:
    noisy = [53.0, 53.001] * 20
    one = Repetition()
    told = [
        sum(one.take(value) for value in [*noisy, *[53.0] * frozen]) > 0
        for frozen in (0, 0, 0, 0, 0, 20, 99, 490, 2400)
    ]
    assert told == [False, False, False, False, False, False, True, True, True]


def stands_still(readings: list[tuple[float, float]], *, steady: bool = True) -> bool:
    one = Standstill()
    return sum(one.take(current, apart, steady=steady) for current, apart in readings) > 0


def test_a_current_is_stuck_when_the_meter_shows_that_another_one_flows() -> None:
    calm = [(48.3, 0.0)] * 300
    assert not stands_still(calm)
    assert stands_still([*calm, *[(48.3, -0.5)] * 5])
    assert not stands_still([*calm, *[(0.0, -0.5)] * 300])
    assert not stands_still([*calm, *[(48.3, -0.5)] * 5], steady=False)


@pytest.mark.parametrize(
    ("fault", "event"),
    [
        ("meter.stuck @18s for 6s", "stuck_reading"),
        ("witness.clock step=-0.5 @18s", "clock_step"),
        ("emulator.drop share=0.5 @18s for 1.5s", "lost_frame"),
        ("computer.stall seconds=0.8 @18s", "late_control"),
    ],
)
def test_a_trouble_of_the_rig_is_seen_while_it_charges(fault: str, event: str) -> None:
    seen = {}
    for name, faults in (("well", ()), ("sick", (fault,))):
        with open_bench("twin", faults=faults) as bench:
            bench.bank.limit(ccl=20.0)
            bench.charge(limit=20.0)
            bench.run(20.0)  # what sticks must measure again in the end, or nothing is confirmed off
            seen[name] = len(bench.journal.events(0.0, bench.seconds, event))
    assert seen["well"] == 0
    assert seen["sick"] >= 1
