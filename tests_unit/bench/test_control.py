"""The control loop: instruments that fail, limit or read wrong, and what it watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import Bench, Trial, open_bench
from bmshil.errors import EnvelopeError, InstrumentError, RigError
from bmshil.judge import Requirement, Verdict
from bmshil.safety import Envelope, EnvelopeWatch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REQUIREMENT = Requirement("LIM-01", "The bank is charged with its limit", "dut")


def begun(bench: Bench) -> Trial:
    trial = Trial(bench, "test_one", REQUIREMENT)
    trial.begin()
    return trial


def test_the_loop_measures_again_after_an_instrument_came_back() -> None:
    with open_bench("twin") as bench:
        Trial(bench, "before", None).begin()
        measure = bench.meter.voltage

        def fail_once() -> float:
            bench.meter.voltage = measure  # type: ignore[method-assign]
            return fail()

        bench.meter.voltage = fail_once  # type: ignore[method-assign]
        with pytest.raises(InstrumentError, match="no answer"):
            bench.run(1.0)
        assert not bench.energised
        steps = bench.control.steps
        Trial(bench, "after", None).begin()
        bench.run(1.0)
        assert bench.energised
        assert bench.control.steps > steps
        assert bench.journal.events(0.0, bench.seconds, "late_control") == []


def fail() -> float:
    raise InstrumentError("meter: no answer to MEAS:VOLT:DC?")


def charge_against_a_supply_in_limit(bench: Bench) -> None:
    """Charge as far as a supply goes that sinks no more than 20 A, and find the device too weak."""
    bench.set_open_limits()
    limit(bench, 20.0)
    bench.power.start_charge()
    bench.run(20.0)
    bench.judge.at_least(bench.current(), 35.0)


def test_a_supply_in_limit_is_never_the_devices_fault() -> None:
    with open_bench("twin") as bench:
        trial = begun(bench)
        started = bench.seconds
        charge_against_a_supply_in_limit(bench)
        assert [one.verdict for one in bench.judge.judgements] == [Verdict.FAIL]
        conclusion = trial.conclude(None)
        assert conclusion.verdict is Verdict.INCONCLUSIVE
        assert "the supply was in limit (1 x, first: supply at 5" in conclusion.reason
        (event,) = bench.journal.events(started, bench.seconds, "supply_limit")
        assert event.source == "supply"
        trial.end()


def test_each_begin_of_a_limit_is_told_once_and_each_test_that_meets_it_is_told() -> None:
    with open_bench("twin") as bench:
        begun(bench)
        for sink, events in ((150.0, 0), (20.0, 1), (150.0, 1), (20.0, 2)):
            bench.idle()
            bench.run(5.0)
            limit(bench, sink)
            bench.set_open_limits()
            bench.power.start_charge()
            bench.run(20.0)
            assert told(bench) == events
        bench.control.tell_limit_again()
        bench.run(5.0)
        assert told(bench) == 3


def limit(bench: Bench, sink: float) -> None:
    bench.supply.set_limits(source_current=150.0, sink_current=sink, over_voltage=63.0, over_current=157.0)


def told(bench: Bench) -> int:
    return len(bench.journal.events(0.0, bench.seconds, "supply_limit"))


def test_asking_for_the_limit_costs_one_exchange_a_second() -> None:
    with open_bench("twin") as bench:
        begun(bench)
        asked: list[float] = []
        bench.supply.limiting = lambda: bool(asked.append(bench.seconds))  # type: ignore[method-assign,func-returns-value]
        bench.run(10.0)
        assert len(asked) == 10


def test_the_offset_of_the_current_is_taken_off(lab: Any) -> None:
    with open_bench("twin") as bench:
        bench.switch_off()
        read = bench.supply.read
        bench.supply.read = lambda: (read()[0], 0.7)  # type: ignore[method-assign]
        bench.control.take_zero()
        bench.supply.read = read  # type: ignore[method-assign]
        assert bench.control.zero == pytest.approx(0.7)
        assert not lab.twin.world.output


def test_the_zero_is_an_average() -> None:
    with open_bench("twin") as bench:
        bench.switch_off()
        readings = iter([1.0, *[0.5, 0.1] * 5])
        bench.supply.read = lambda: (0.0, next(readings))  # type: ignore[method-assign]
        bench.control.take_zero()
        del bench.supply.read
        assert bench.control.zero == pytest.approx(0.3)


def test_a_current_without_a_path_is_no_offset_and_nothing_is_switched() -> None:
    with open_bench("twin") as bench:
        bench.supply.read = lambda: (52.0, -2.1)  # type: ignore[method-assign]
        with pytest.raises(RigError, match=r"reads -2\.1 A with open contactors.*check the current measure"):
            bench.control.take_zero()
        del bench.supply.read
        assert bench.supply.read()[0] > 50.0, "still on: switching off is done in order"
        assert bench.control.zero == pytest.approx(0.0, abs=0.05)


def test_the_limits_of_one_test_count_from_its_begin(variant: Callable[..., Path]) -> None:
    rig = variant("twin", ("power: 7500}", "power: 7500, duration: 120, energy: 300}"))
    with open_bench(rig) as bench:
        for _ in range(2):
            begun(bench).end()
            bench.run(70.0)
        begun(bench)
        with pytest.raises(EnvelopeError, match=r"this test runs for 12\d s, above 120 s"):
            bench.run(200.0)
        assert not bench.energised
        (event,) = bench.journal.events(0.0, bench.seconds, "envelope")
        assert "above 120 s" in event.data["cause"]


def test_a_fast_change_of_voltage_is_watched_but_not_the_benchs_own(variant: Callable[..., Path]) -> None:
    rig = variant("twin", ("power: 7500}", "power: 7500, dv_dt: 5}"))
    with open_bench(rig) as bench:
        begun(bench)
        bench.set_open_limits()
        bench.power.start_charge()
        bench.run(30.0)
        bench.power_cycle()
        bench.prepare(0.2)
        bench.run(5.0)
        bench.control.watch = EnvelopeWatch(Envelope(60.0, 150.0, 7500.0, dv_dt=0.5))
        bench.set_open_limits()
        bench.power.start_charge()
        with pytest.raises(EnvelopeError, match=r"V/s, beyond 0\.5 V/s"):
            bench.run(60.0)
        assert not bench.energised


def test_before_the_meter_has_spoken_no_change_of_voltage_is_seen(variant: Callable[..., Path]) -> None:
    with open_bench(variant("twin", ("power: 7500}", "power: 7500, dv_dt: 5}"))) as bench:
        begun(bench)
        bench.control.start(bench.control.emf)
        measured = bench.control.voltage
        bench.control.voltage = 0.0
        bench.control._pending = 2
        bench.control._take_current(bench.control._session, 1.0)  # the supply was faster
        bench.control._take_voltage(bench.control._session, measured)
        bench.run(2.0)
        assert bench.energised
        bench.control.start(bench.control.emf)
        bench.control._pending = 2
        with pytest.raises(EnvelopeError, match=r"measured 150\.5 A, above 150 A"):
            bench.control._take_current(bench.control._session, 150.5 + bench.control.zero)


def test_a_set_point_outside_the_envelope_is_not_sent() -> None:
    with open_bench("twin") as bench:
        begun(bench)
        sent: list[float] = []
        ask = bench.supply.set_voltage_and_read_current

        def note(voltage: float) -> float:
            sent.append(voltage)
            return ask(voltage)

        bench.supply.set_voltage_and_read_current = note  # type: ignore[method-assign]
        bench.run(1.0)
        assert sent
        sent.clear()
        bench.control._emf = 60.5
        with pytest.raises(EnvelopeError, match=r"set-point of 60\.5 V is outside 0 to 60 V; not sent"):
            bench.run(1.0)
        assert sent == []
        assert not bench.energised


def test_a_record_that_cannot_be_written_ends_the_test_and_switches_off(
    lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench("twin") as bench:
        begun(bench)

        def full(*_: Any, **__: Any) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(bench.journal, "sample", full)
            patch.setattr(bench.journal, "event", full)
            with pytest.raises(OSError, match="No space left"):
                bench.run(1.0)
            assert lab.on == set()
