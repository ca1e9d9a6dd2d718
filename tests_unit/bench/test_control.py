"""The control loop after an instrument has failed in the middle of a step."""

import pytest

from bmshil.bench import Trial, open_bench
from bmshil.errors import InstrumentError


def test_the_loop_measures_again_after_an_instrument_came_back() -> None:
    with open_bench("twin") as bench:
        Trial(bench, "before", None).begin()
        measure = bench.meter.voltage
        bench.meter.voltage = fail  # type: ignore[method-assign]
        with pytest.raises(InstrumentError, match="no answer"):
            bench.run(1.0)
        assert not bench.energised
        bench.meter.voltage = measure  # type: ignore[method-assign]
        steps = bench.control.steps
        Trial(bench, "after", None).begin()
        bench.run(1.0)
        assert bench.energised
        assert bench.control.steps > steps
        assert bench.journal.events(0.0, bench.seconds, "late_control") == []


def fail() -> float:
    raise InstrumentError("meter: no answer to MEAS:VOLT:DC?")
