"""What could harm a real device needs permission, and then the rig's current is reduced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import Trial, foreseen, open_bench
from bmshil.bench.safeguards.hazard import Hazard
from bmshil.bms import Absolute, StimulusGate
from bmshil.errors import EnvelopeError, RigError
from bmshil.judge import Requirement, Verdict
from bmshil.rig import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench import Bench

HARMFUL = Requirement(id="STA-99", title="What could harm a device", subject="dut", needs=("dc", "hazard"))


@pytest.fixture
def real() -> Iterator[Any]:
    """A twin that takes its inverter for a real one: a gate stands before its ports."""
    with open_bench("twin") as bench:

        def make(*, allowed: bool) -> tuple[Bench, StimulusGate]:
            bears = Absolute((41.0, 63.0), 120.0, 120.0)
            gate = StimulusGate(bench.rig.dialect, bench.rig.ids, bears, bench.journal, allowed=allowed)
            for port in bench.ports.values():
                port.admits = gate.admits
            bench.hazard = Hazard(bench, gate)
            return bench, gate

        yield make


def cvl_on_the_bus(bench: Bench) -> set[float]:
    """What the witness has heard, read by hand."""
    frames = bench.journal.frames(0.0, bench.seconds)
    return {
        int.from_bytes(bytes(data[:2]), "little") / 10
        for id_, data in zip(frames["id"], frames["data"], strict=True)
        if id_ in (0x351, 0x451, 0x551)
    }


def test_on_a_twin_everything_is_allowed_at_full_current() -> None:
    with open_bench("twin") as bench:
        trial = Trial(bench, "test_one", HARMFUL)
        trial.begin()
        assert bench.unmet(HARMFUL.needs) is None
        bench.bank.limit(cvl=70.0)
        bench.run(2.0)
        assert not bench.hazard.reduced
        assert 70.0 in cvl_on_the_bus(bench)
        trial.end()


def test_without_permission_nothing_is_sent_and_the_rig_goes_off(real: Any) -> None:
    bench, _ = real(allowed=False)
    trial = Trial(bench, "test_one", None)
    trial.begin()
    bench.bank[2].limit(cvl=70.0)
    with pytest.raises(EnvelopeError, match=r"0x451: CVL 70 V .* not sent") as caught:
        bench.run(5.0)
    assert not bench.energised
    assert 70.0 not in cvl_on_the_bus(bench)
    concluded = trial.conclude(caught.value)
    assert (concluded.verdict, "not sent" in concluded.reason) == (Verdict.BLOCKED, True)
    trial.end()


def test_the_next_test_finds_a_rig_that_is_fit(real: Any) -> None:
    bench, gate = real(allowed=False)
    first = Trial(bench, "test_one", None)
    first.begin()
    bench.bank.limit(ccl=500.0)
    with pytest.raises(EnvelopeError):
        bench.run(5.0)
    first.end()
    assert gate.refused == ""
    second = Trial(bench, "test_two", None)
    second.begin()
    assert bench.energised
    second.end()


def test_with_permission_the_current_is_reduced_until_the_test_has_ended(real: Any) -> None:
    bench, _ = real(allowed=True)
    trial = Trial(bench, "test_one", None)
    trial.begin()
    assert bench.control.envelope.current == 150.0
    bench.bank[2].limit(cvl=70.0)
    bench.run(2.0)
    assert 70.0 in cvl_on_the_bus(bench)
    assert bench.hazard.reduced
    assert (bench.control.envelope.current, bench.control.watch.envelope.current) == (5.0, 5.0)
    (told,) = bench.journal.events(0.0, bench.seconds, "hazard_current")
    assert told.data["current"] == 5.0
    assert told.data["cause"].startswith("0x451: CVL 70 V")
    trial.end()
    assert (bench.control.envelope.current, bench.control.watch.envelope.current) == (150.0, 150.0)


@pytest.mark.parametrize("phase", [0.0, 0.03, 0.06, 0.09])
def test_a_device_that_wants_more_does_not_get_it(lab: Any, real: Any, phase: float) -> None:
    bench, _ = real(allowed=True)
    trial = Trial(bench, "test_one", HARMFUL)
    trial.begin()
    assert bench.hazard.reduced  # the test says of itself that it could harm
    bench.run(phase)
    start = bench.seconds
    bench.power.start_charge()
    # It ramps up to 36 A by itself. The supply's own protection stands at 5.25 A and trips; where a sample
    # falls between 5 A and that, the envelope acts before it.
    with pytest.raises(RigError, match=r"supply: has tripped while it was on: over-current|A, above 5 A"):
        bench.run(20.0)
    assert float(bench.measure("dc.current", start, reduction="max").value) <= 5.25
    assert not bench.energised
    assert lab.on == set()
    trial.end()


def test_a_higher_current_than_the_reduced_one_is_outside_the_envelope(real: Any) -> None:
    bench, _ = real(allowed=True)
    bench.hazard.begin("a test")
    bench.control.watch.step(0.0, 52.0, 5.0)
    with pytest.raises(EnvelopeError, match=r"measured 5\.1 A, above 5 A"):
        bench.control.watch.step(0.1, 52.0, 5.1)


def test_the_supply_limits_itself_to_the_reduced_current_too(lab: Any, real: Any) -> None:
    bench, _ = real(allowed=True)
    bench.hazard.begin("a test")
    bench.run(0.2)
    supply = lab.twin.instruments["supply"]
    assert float(supply.execute("CURR?")) == 5.0
    bench.hazard.end()
    bench.run(0.2)
    assert float(supply.execute("CURR?")) == 150.0


def test_a_requirement_that_could_harm_is_skipped_on_a_real_device_with_the_reason() -> None:
    rig = load("emulate_virtual")
    needs = ("dc", "hazard")
    assert foreseen(rig, needs) == (
        "not allowed: it could harm a real device; --allow-hazard allows it, with a reduced current"
    )
    assert foreseen(rig, needs, allow_hazard=True) is None
    assert foreseen(load("twin"), needs) is None
