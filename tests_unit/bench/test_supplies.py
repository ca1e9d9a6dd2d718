"""The control loop over a supply that stands on real benches: no series resistance, units in its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.bench import Trial, open_bench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SUPPLY = "{driver: scpi-supply, resource: twin}"


@pytest.mark.parametrize(
    "supply",
    [
        "{driver: ea-psb10000, resource: twin, rating: {voltage: 80, current: 170, power: 10000}}",
        "{driver: keysight-rp7900, resource: twin, rating: {voltage: 80, current: 170, power: 10000}}",
    ],
    ids=["ea-psb10000", "keysight-rp7900"],
)
def test_a_device_charges_a_bank_that_a_named_supply_plays(variant: Callable[..., Path], supply: str) -> None:
    rig = variant(
        "twin", (SUPPLY, supply), ("control: {period: 0.1}", "control: {period: 0.1, cable: 0.004}")
    )
    with open_bench(rig) as bench:
        Trial(bench, "charge", None).begin()
        before = bench.packs.emf
        bench.set_open_limits()
        bench.power.start_charge()
        bench.run(60.0)
        current, voltage = bench.control.current, bench.control.voltage
        assert current > 50.0, "positive into the bank"
        # At the device stands what the bank would show, and what the cable of 4 mohm adds.
        terminals = bench.packs.emf + current * bench.packs.resistance
        assert voltage == pytest.approx(terminals + 0.004 * current, abs=0.1)
        assert bench.packs.emf > before
        assert bench.journal.events(0.0, bench.seconds, "supply_limit") == []
    assert bench.journal.events(0.0, 1e9, "instrument_error") == []
