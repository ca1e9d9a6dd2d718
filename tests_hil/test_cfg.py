"""CFG: the set-up is right, proved by its effect. Most calls from the field are a wrong menu."""

import pytest

from bmshil.bench import Bench
from pytest_bmshil import requirement


@requirement(
    "CFG-01",
    "The keep-alive of the device arrives, and never later than its profile allows",
    duration="3 * keepalive.grace + 30",
    silent_device=True,
    scenarios=["S10", "S11"],
)
def test_keepalive_arrives(bench: Bench) -> None:
    alive = bench.bus.keepalive.declared
    if bench.declares.keepalive.trigger == "never":
        pytest.skip("not declared: the device sends no keep-alive")
    bench.judge.at_most(
        # Longer than the grace, so that one which says nothing at all is found too.
        bench.bus.keepalive_gap(over=max(20.0, 3 * alive.grace)),
        alive.grace,
        statement="The longest silence of the device stays within its grace",
        citation=f"profile: keepalive.grace; {bench.set_up}",
    )


@requirement(
    "CFG-02",
    "A smaller CCL on the bus makes the device charge with less current",
    needs=["dc", "charge"],
    duration="60",
    scenarios=["S53"],
)
def test_ccl_step_moves_the_current(bench: Bench, unit: float) -> None:
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    before = bench.current()
    bench.bank.limit(ccl=unit / 2)
    bench.settle_generously()
    after = bench.current()
    bench.judge.at_least(before, 0.5 * unit, statement="The device charges when it may")
    bench.judge.at_most(
        after,
        0.75 * float(before.value),
        statement="After the CCL of every pack is halved, the current has fallen by at least a quarter",
        citation=bench.set_up,
    )


@requirement(
    "CFG-03",
    "No limit in the device's own menu binds below the currents of the tests",
    needs=["dc", "charge", "discharge"],
    duration="90",
)
@pytest.mark.parametrize("direction", ["charge", "discharge"])
def test_no_user_limit_binds(bench: Bench, unit: float, direction: str) -> None:
    sign = 1.0 if direction == "charge" else -1.0
    if direction == "charge":
        bench.power.start_charge()
    else:
        bench.power.start_discharge(6 * unit)
    bench.until(lambda: sign * bench.control.current >= 6 * unit, timeout=60)
    reached = bench.current(reduction="peak")
    bench.judge.at_least(
        reached,
        6 * unit,
        tolerance=bench.declares.accuracy.current,
        statement=f"With the limits open the device can {direction} with 1.2 times the largest limit",
        citation=f"levels: 1.2 x 5 x I_ref; {bench.set_up}",
    )


@requirement(
    "CFG-04",
    "The device speaks the protocol that its profile declares; a wrong one is named within 60 s",
    duration="60",
    silent_device=True,
    scenarios=["S94"],
)
def test_protocol_is_the_declared_one(bench: Bench) -> None:
    bench.judge.fact(
        bench.bus.protocol(within=60.0),
        bench.bus.declared_protocol,
        statement="What the device sends by itself belongs to the declared protocol",
        citation=f"profile: dialect; {bench.set_up}",
    )
