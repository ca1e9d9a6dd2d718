from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import EnvelopeError, InstrumentError, RigError
from bmshil.safety import Envelope, energise

LIMITS = Envelope(voltage=60, current=120, power=7200)
ORDER = [
    "supply limits 120.0 120.0 63.0 126.0",
    "supply set 0.0",
    "supply on",
    "relays close dc_precharge",
    "supply set 52.0",
    "relays close dc_main",
    "relays open dc_precharge",
]


def start(bench: Any, target: float = 52.0, **options: Any) -> float:
    return energise(bench, target, envelope=LIMITS, wait=bench.wait, **options)


def test_a_dead_device_is_precharged_before_the_main_contactor(bench: Any) -> None:
    seen: list[float] = []
    close = bench.relays.close

    def note(role: str) -> None:
        if role == "dc_main":
            seen.append(bench.dut_voltage)
        close(role)

    bench.relays.close = note
    assert start(bench) == 52.0
    assert bench.calls == ORDER
    assert bench.closed == {"dc_main"}
    assert len(seen) == 1
    assert seen[0] > 51.0


def test_a_live_device_is_met_at_its_own_voltage(bench: Any) -> None:
    bench.dut_voltage = 55.0
    assert start(bench) == 55.0
    assert bench.calls[1] == "supply set 55.0"
    assert bench.calls[4] == "supply set 55.0"
    assert bench.now == 0.0


def test_a_little_below_zero_is_zero(bench: Any) -> None:
    bench.dut_voltage = -0.05
    start(bench)
    assert bench.calls[1] == "supply set 0.0"


def test_without_precharge_the_supply_stays_at_the_device(bench: Any) -> None:
    bench.relays.roles = frozenset({"dc_main"})
    bench.dut_voltage = 20.0
    assert start(bench) == 20.0
    assert bench.calls == [ORDER[0], "supply set 20.0", "supply on", "relays close dc_main"]


@pytest.mark.parametrize("relays", [None, "other"])
def test_without_a_contactor_the_supply_is_simply_on(bench: Any, relays: str | None) -> None:
    if relays is None:
        bench.relays = None
    else:
        bench.relays.roles = frozenset({"ac_grid"})
    bench.dut_voltage = 20.0
    assert start(bench) == 20.0
    assert bench.calls == [ORDER[0], "supply set 20.0", "supply on"]


def test_the_control_loop_may_say_what_the_voltage_is(bench: Any) -> None:
    start(bench, voltage=lambda: bench.dut_voltage)
    assert bench.readings["meter voltage"] == 2


def test_a_difference_that_stays_keeps_the_main_contactor_open(bench: Any) -> None:
    bench.bleeds = False
    bench.relays.close = lambda role: bench.call(f"relays close {role}")  # nothing flows
    with pytest.raises(
        RigError, match=r"dc_main stays open: 52.0 V at the supply, 0.0 V at the DUT"
    ) as caught:
        start(bench, timeout=20.0)
    assert 20.0 <= bench.now < 21.0
    assert "relays close dc_main" not in bench.calls
    assert not bench.on
    assert bench.closed == set()
    assert caught.value.__notes__ == ["off: verified"]


def test_a_stale_sample_does_not_close_the_main_contactor(bench: Any) -> None:
    with pytest.raises(RigError, match="dc_main stays open"):
        start(bench, voltage=lambda: 52.0)
    assert "relays close dc_main" not in bench.calls
    assert not bench.on


@pytest.mark.parametrize("broken", ORDER)
def test_whichever_step_fails_everything_is_off_afterwards(bench: Any, broken: str) -> None:
    bench.broken[broken] = 1
    with pytest.raises(InstrumentError, match=f"{broken}: no reply") as caught:
        start(bench)
    assert not bench.on
    assert bench.closed == set()
    assert caught.value.__notes__ == ["off: verified"]


def test_an_interrupt_leaves_everything_off(bench: Any) -> None:
    def interrupted(_condition: Any, _timeout: float) -> bool:
        bench.dut_voltage = 0.0
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        energise(bench, 52.0, envelope=LIMITS, wait=interrupted)
    assert not bench.on
    assert bench.closed == set()


@pytest.mark.parametrize("role", ["dc_main", "dc_precharge", "dc_discharge"])
def test_a_contactor_that_is_closed_already_is_refused(bench: Any, role: str) -> None:
    bench.closed = {role}
    with pytest.raises(RigError, match=f"{role} is closed before energising"):
        start(bench)
    assert "supply on" not in bench.calls
    assert bench.closed == set()


def test_nothing_outside_the_envelope_is_energised(bench: Any) -> None:
    with pytest.raises(EnvelopeError, match=r"61 V is outside"):
        start(bench, 61.0)
    bench.dut_voltage = 70.0
    with pytest.raises(EnvelopeError, match=r"measured 70.00 V"):
        start(bench)
    assert "supply on" not in bench.calls


@pytest.mark.parametrize("absent", ["supply", "meter"])
def test_it_needs_a_supply_and_a_meter(bench: Any, absent: str) -> None:
    setattr(bench, absent, None)
    with pytest.raises(RigError, match="needs a supply and a meter"):
        start(bench)
