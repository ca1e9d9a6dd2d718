"""The same bench on wall time, where instruments have workers and the timeline a thread of its own."""

import threading

import pytest

from bmshil.bench import open_bench

pytestmark = pytest.mark.wall


def test_a_twin_on_wall_time_charges_and_ends_switched_off() -> None:
    before = set(threading.enumerate())
    with open_bench("twin", wall=True) as bench:
        assert bench.until(lambda: bench.device_ready() and bench.control.steps > 20, timeout=30.0)
        bench.set_open_limits()
        bench.power.start_charge()
        assert bench.until(lambda: bench.control.current > 50.0, timeout=30.0)
        charged_from = bench.packs[1].soc
        bench.run(1.0)
        assert bench.packs[1].soc > charged_from
        report = bench.switch_off()
        assert report.clean, str(report)
        assert not bench.energised
        assert bench.journal.events(0.0, bench.seconds, "port_error") == []
    assert {thread.name for thread in set(threading.enumerate()) - before} == set()
