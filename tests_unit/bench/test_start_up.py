"""What the bench works out about an inrush is what the twin, which nobody of the house can see, shows."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.bench import Trial, open_bench
from bmshil.bench.reactions.start_up import StartUp
from bmshil.bench.safeguards.hazard import Hazard
from bmshil.bms import Absolute, StimulusGate
from bmshil.errors import Blocked


def test_switched_on_in_order_the_twin_sees_less_than_a_volt(lab: Any) -> None:
    with open_bench("twin") as bench:
        start_up = StartUp(bench)
        start_up.shut_down()
        assert lab.twin.world.voltage < 5.0
        assert start_up.power_on()
        assert lab.twin.world.inrush.difference < 1.0
        assert lab.twin.world.inrush_peak == 0.0
        difference = start_up.difference(0.0)
        # Two readings of a meter that is good for 20 mV, over the 20 mohm of the master and 4 of cable.
        assert difference.uncertainty == pytest.approx(0.0283, abs=0.0001)
        assert start_up.inrush(difference).uncertainty == pytest.approx(1.18, abs=0.01)
        assert start_up.wait(30.0)
        assert all(pack.connected for pack in bench.packs)


def test_closed_late_the_twin_sees_what_the_bench_works_out(lab: Any) -> None:
    with open_bench("twin") as bench:
        start_up = StartUp(bench)
        start_up.shut_down()
        inrush = start_up.close_breaker_late()
        seen = lab.twin.world.inrush
        assert inrush.peak == pytest.approx(4361.0, rel=0.01)  # 52.3 V over 8 + 4 mohm
        assert seen.peak == pytest.approx(inrush.peak, rel=0.02)
        assert seen.time_constant == pytest.approx(576e-6, rel=0.01)
        assert seen.above(300.0) == pytest.approx(1.54e-3, abs=0.02e-3)
        assert not any(pack.connected for pack in bench.packs)
        assert lab.on == set()
        (told,) = bench.journal.events(0.0, bench.seconds, "inrush")
        assert told.data["charge"] == pytest.approx(2.51, abs=0.02)


def test_the_time_limit_of_a_test_leaves_no_breaker_closed(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_bench("twin") as bench:
        start_up = StartUp(bench)
        start_up.shut_down()

        def too_late(_inrush: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(bench.bank, "inrush", too_late)
        with pytest.raises(KeyboardInterrupt):
            start_up.close_breaker_late()
        assert lab.on == set()


def test_nothing_is_closed_late_onto_a_real_device_without_permission(lab: Any) -> None:
    with open_bench("twin") as bench:
        gate = StimulusGate(
            bench.rig.dialect, bench.rig.ids, Absolute((41.0, 63.0), 120.0, 120.0), bench.journal
        )
        bench.hazard = Hazard(bench, gate)
        start_up = StartUp(bench)
        start_up.shut_down()
        with pytest.raises(Blocked, match="could harm the device: --allow-hazard"):
            start_up.close_breaker_late()
        assert lab.on == set()
        assert lab.twin.world.voltage < 5.0


def test_the_next_test_finds_a_bank_that_is_on_again() -> None:
    with open_bench("twin") as bench:
        first = Trial(bench, "test_one", None)
        first.begin()
        start_up = StartUp(bench)
        start_up.shut_down()
        start_up.close_breaker_late()
        first.end()
        second = Trial(bench, "test_two", None)
        second.begin()
        assert bench.energised
        assert all(pack.connected and not bench.bank[pack.number].contactor.why_open for pack in bench.packs)
        assert all(node.on_air for node in bench.bank)
        second.end()
