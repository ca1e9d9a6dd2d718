"""STA: a device that waits for its batteries."""

from bmshil.bench import Bench
from bmshil.bench.stimuli import STIMULI
from pytest_bmshil import requirement


@requirement(
    "STA-08",
    "A battery that boots two minutes late finds a device that has waited, and latched no fault",
    needs=["dc", "charge", "relays"],
    duration="boot + 2 * follow_lag + recovery.power + 180",
    scenarios=["S15"],
)
def test_late_battery_is_waited_for(bench: Bench, unit: float) -> None:
    STIMULI["S15"].bring(bench)
    STIMULI["S15"].play(bench)
    spoke = bench.seconds
    begins = bench.until(
        lambda: bench.control.current >= unit / 2, bench.declares.recovery.power + bench.following + 30.0
    )
    bench.judge.fact(
        bench.observe("charging after a late boot", begins, spoke),
        statement="It charges once the batteries have spoken, two minutes after its own start",
        citation="profile: recovery.power; S15",
    )
