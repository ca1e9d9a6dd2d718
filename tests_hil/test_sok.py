"""SOK: a day and a night on the bus. In a lane of its own: `bmshil qualify RIG --lane soak`."""

import pytest

from bmshil.bench import Bench
from bmshil.bench.bus.speech import longest_silence
from bmshil.bench.reactions.floor import judge_within_limit
from bmshil.bench.reactions.unmoved import begin_charge
from bmshil.errors import Inconclusive
from pytest_bmshil import requirement

HOUR = 3600.0
HOURS = 24
SLOW = 1.0  # distance of two samples, s: what happens in a day is slow


@requirement(
    "SOK-01",
    "Through 24 hours in which the bank never falls silent the device never stops, and keeps to the limits",
    needs=["can", "dc", "charge"],
    duration="86400 + 3 * follow_lag + 60",
    scenarios=["S37"],
    lane="soak",
)
@pytest.mark.timeout(2 * HOURS * HOUR, method="signal")
def test_a_day_on_the_bus(bench: Bench, unit: float) -> None:
    keepalive = bench.declares.keepalive
    before = begin_charge(bench)
    bench.hold_soc()
    bench.control.set_period(SLOW)
    for hour in range(1, HOURS + 1):
        start = bench.seconds
        silence = bench.bus.keepalive_gap(over=HOUR)
        gap = float(longest_silence(bench, start).value)
        if gap > 2 * bench.declares.period.nominal:
            raise Inconclusive(f"hour {hour}: the bank itself was silent for {gap:.1f} s: frames are missing")
        if keepalive.trigger != "never":
            bench.judge.at_most(
                silence,
                keepalive.grace,
                statement=f"Hour {hour}: longest silence of the device",
                citation="profile: keepalive.grace",
            )
        bench.judge.at_least(
            bench.measure("dc.current", start, reduction="min"),
            before / 2,
            statement=f"Hour {hour}: the charge never stops while the bank speaks",
            citation="profile: timeouts",
        )
        bench.judge.equals(
            bench.measure("dc.current", start),
            before,
            statement=f"Hour {hour}: mean charge current",
            citation="profile: accuracy.current",
        )
        judge_within_limit(
            bench,
            bench.measure("dc.current", start, reduction="max"),
            len(bench.bank) * unit,
            f"Hour {hour}: highest current against the sum of the CCLs",
        )
