from __future__ import annotations

import logging
import signal
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bmshil.errors import TimelineError
from bmshil.instruments import Capability
from bmshil.safety import Outcome, switch_off

ORDER = [
    "relays open ac_grid",
    "relays open pv",
    "load off",
    "supply off",
    "relays open dc_main",
    "relays open dc_precharge",
    "relays close dc_discharge",
    "relays open dc_discharge",
]
"""The order of design section 8: stop the DUT, supply, contactors, discharge."""

ALWAYS = 1000


def test_everything_goes_off_in_order_and_is_verified(running: Any) -> None:
    report = switch_off(running, wait=running.wait)
    assert running.calls == ORDER
    assert not running.on
    assert not running.load_on
    assert running.closed == {"can_break"}
    assert running.dut_voltage < 5
    assert report.clean
    assert str(report) == "off: verified"
    assert [str(step) for step in report.steps] == [
        "relays: open ac_grid: verified",
        "relays: open pv: verified",
        "load: off: verified",
        "supply: off: verified",
        "relays: open dc_main: verified",
        "relays: open dc_precharge: verified",
        "supply: no current: verified (0.0 A)",
        "relays: close dc_discharge: verified",
        "meter: no voltage on the DUT's side: verified (4.5 V)",
        "relays: open dc_discharge: verified",
    ]


def test_a_board_that_reads_nothing_back_verifies_nothing(running: Any) -> None:
    running.relays.capabilities = Capability.NONE
    report = switch_off(running, wait=running.wait)
    assert report.clean
    assert [str(step) for step in report.steps if step.action.startswith("open")] == [
        "relays: open ac_grid: done (told to; it reads nothing back)",
        "relays: open pv: done (told to; it reads nothing back)",
        "relays: open dc_main: done (told to; it reads nothing back)",
        "relays: open dc_precharge: done (told to; it reads nothing back)",
        "relays: open dc_discharge: done (told to; it reads nothing back)",
    ]


def test_the_sink_stays_in_until_the_current_is_low(running: Any) -> None:
    offs: list[tuple[float, float]] = []
    output = running.supply.output

    def note(on: bool) -> None:
        offs.append((running.now, running.current))
        output(on)

    running.supply.output = note
    switch_off(running, wait=running.wait)
    ((when, amps),) = offs
    assert 0 < when < 0.5
    assert amps < 2


def test_the_sink_goes_out_after_500_ms_whatever_flows(running: Any) -> None:
    running.broken["relays open ac_grid"] = ALWAYS
    seen: list[float] = []
    output = running.supply.output

    def note(on: bool) -> None:
        seen.append(running.now)
        output(on)

    running.supply.output = note
    report = switch_off(running, wait=running.wait)
    assert seen == [pytest.approx(0.5)]
    assert running.readings["supply read"] == 12
    assert not report.clean


def test_a_silent_supply_is_asked_once_and_the_current_still_gets_its_time(running: Any) -> None:
    running.broken["supply read"] = ALWAYS
    report = switch_off(running, wait=running.wait)
    assert running.calls == ORDER
    assert running.readings["supply read"] == 3  # once while waiting, twice to verify
    assert [str(step) for step in report.failures] == ["supply: no current: failed (supply read: no reply)"]
    assert running.now > 0.5


@pytest.mark.parametrize("broken", ORDER)
def test_whichever_step_fails_all_others_are_done(running: Any, broken: str) -> None:
    running.broken[broken] = ALWAYS
    report = switch_off(running, wait=running.wait)
    assert list(dict.fromkeys(running.calls)) == ORDER
    assert running.calls.count(broken) == 2
    assert not report.clean
    assert any(f"{broken}: no reply" in step.detail for step in report.failures)
    assert "NOT CONFIRMED OFF" in str(report)


@pytest.mark.parametrize("device", ["supply", "load", "meter", "relays"])
def test_a_dead_device_never_blocks_the_others(running: Any, device: str) -> None:
    running.broken[device] = ALWAYS
    report = switch_off(running, wait=running.wait)
    assert list(dict.fromkeys(running.calls)) == ORDER
    assert {step.device for step in report.failures} >= {device}
    on = {
        "supply": running.on,
        "load": running.load_on,
        "relays": "dc_main" in running.closed,
        "meter": False,
    }
    assert {name for name, still in on.items() if still} == ({device} - {"meter"})


@given(broken=st.dictionaries(st.sampled_from([*ORDER, "supply read", "meter voltage"]), st.integers(1, 5)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_set_of_failures_skips_a_step_or_stays_untold(make_running: Any, broken: dict[str, int]) -> None:
    bench = make_running()
    bench.broken.update(broken)
    report = switch_off(bench, wait=bench.wait)
    assert list(dict.fromkeys(bench.calls)) == ORDER
    assert report.clean == (not report.failures)
    if report.clean:
        assert not bench.on
        assert not bench.load_on
        assert bench.closed == {"can_break"}
    bench.broken.clear()
    assert switch_off(bench, wait=bench.wait).clean


def test_one_hiccup_is_retried_and_is_no_failure(running: Any) -> None:
    running.broken["supply off"] = 1
    report = switch_off(running, wait=running.wait)
    assert report.clean
    assert running.calls.count("supply off") == 2


def test_a_device_that_failed_twice_gets_one_try_per_step(running: Any) -> None:
    running.broken["relays"] = ALWAYS
    switch_off(running, wait=running.wait)
    assert running.calls.count("relays open ac_grid") == 2
    assert running.calls.count("relays open pv") == 1


def test_off_twice_is_off(running: Any) -> None:
    assert switch_off(running, wait=running.wait).clean
    assert switch_off(running, wait=running.wait).clean
    assert running.calls == ORDER * 2


def test_a_welded_contact_is_loud(running: Any, caplog: Any) -> None:
    running.relays.open = lambda role: running.call(f"relays open {role}")
    with caplog.at_level(logging.CRITICAL):
        report = switch_off(running, wait=running.wait)
    assert "relays: open dc_main: failed (dc_main still reads closed)" in str(report)
    assert "not confirmed off: relays: open dc_main" in caplog.text


def test_a_current_that_still_flows_is_a_failure(running: Any) -> None:
    running.supply.off = lambda: running.call("supply off")
    running.wait = lambda _condition, _timeout: False
    report = switch_off(running, wait=running.wait)
    assert "supply: no current: failed (100.0 A still flow)" in str(report)


def test_a_voltage_that_stays_is_a_failure_where_it_can_be_discharged(running: Any) -> None:
    running.bleeds = False
    report = switch_off(running, wait=running.wait)
    assert "no voltage on the DUT's side: failed (53.0 V remain; wait, or find out what feeds" in str(report)
    assert "dc_discharge" not in running.closed
    assert 10 < running.now < 11


def test_a_reversed_voltage_is_no_discharged_device(running: Any) -> None:
    running.dut_voltage = -53.0
    running.bleeds = False
    report = switch_off(running, wait=running.wait)
    assert "no voltage on the DUT's side: failed (-53.0 V remain;" in str(report)


def test_without_a_discharge_relay_the_voltage_is_told(running: Any) -> None:
    running.relays.roles = frozenset({"dc_main", "ac_grid"})
    report = switch_off(running, wait=running.wait)
    assert report.clean
    assert report.steps[-1].outcome is Outcome.DONE
    assert report.steps[-1].detail == "53.0 V remain, no dc_discharge on this bench"
    assert running.calls == ["relays open ac_grid", "load off", "supply off", "relays open dc_main"]


def test_a_meter_that_says_nothing_is_a_failure_without_a_discharge_relay_too(running: Any) -> None:
    running.relays = None
    running.broken["meter"] = ALWAYS
    report = switch_off(running, wait=running.wait)
    assert [step.device for step in report.failures] == ["meter"]


@pytest.mark.parametrize(
    ("absent", "calls"),
    [
        ("supply", [one for one in ORDER if one != "supply off"]),
        ("load", [one for one in ORDER if one != "load off"]),
        ("meter", ORDER[:6]),
        ("relays", ["load off", "supply off"]),
    ],
)
def test_it_works_with_an_instrument_absent(running: Any, absent: str, calls: list[str]) -> None:
    setattr(running, absent, None)
    report = switch_off(running, wait=running.wait)
    assert report.clean
    assert running.calls == calls
    assert absent not in {step.device for step in report.steps}


def test_an_empty_bench_has_nothing_to_switch(bench: Any) -> None:
    bench.supply = bench.meter = bench.load = bench.relays = None
    report = switch_off(bench, wait=bench.wait)
    assert report.clean
    assert str(report) == "off: nothing to switch"


def test_a_broken_timeline_does_not_keep_it_on(running: Any) -> None:
    running.relays.roles = frozenset({"dc_main", "ac_grid"})

    def broken(_condition: Any, _timeout: float) -> bool:
        running.current = 0.0
        raise TimelineError("stopped")

    report = switch_off(running, wait=broken)
    assert report.clean
    assert not running.on


def test_a_second_interrupt_comes_after_the_last_step(running: Any) -> None:
    off = running.load.off

    def interrupted() -> None:
        signal.raise_signal(signal.SIGINT)
        off()

    running.load.off = interrupted
    with pytest.raises(KeyboardInterrupt):
        switch_off(running, wait=running.wait)
    assert running.calls == ORDER


def test_a_driver_that_raises_anything_is_a_failed_step(running: Any) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    running.load.off = fail
    report = switch_off(running, wait=running.wait)
    assert [str(step) for step in report.failures] == ["load: off: failed (ZeroDivisionError)"]
    assert not running.on


class Switched:
    """A source in the place of a relay; a person switches it who takes until the supply is off."""

    capabilities = Capability.NONE

    def __init__(self, bench: Any, *, by_hand: bool) -> None:
        self.by_hand = by_hand
        self.supply_off = threading.Event()
        self._bench = bench

    def off(self) -> None:
        assert self.supply_off.wait(10.0)
        self._bench.call("pv off")


@pytest.mark.parametrize(("by_hand", "ends"), [(True, "verified"), (False, "failed (hangs: no end")])
def test_a_person_may_take_longer_and_keeps_nobody_waiting(
    running: Any, monkeypatch: pytest.MonkeyPatch, by_hand: bool, ends: str
) -> None:
    monkeypatch.setattr("bmshil.safety.off.STOP_PATIENCE", 0.01)
    running.pv = source = Switched(running, by_hand=by_hand)

    def let_go(condition: Any, timeout: float) -> bool:
        if not running.on and by_hand:
            source.supply_off.set()
        return bool(running.wait(condition, timeout))

    report = switch_off(running, wait=let_go, apart=True, deadline=0.3)
    source.supply_off.set()
    (step,) = [one for one in report.steps if one.device == "pv"]
    assert str(step).startswith(f"pv: off: {ends}")
    assert not running.on
    if by_hand:
        assert running.calls.index("supply off") < running.calls.index("pv off")
