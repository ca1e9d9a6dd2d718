"""Warnings of packs that drift apart, from what they report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.bench import open_bench
from bmshil.bms import Override, Silence
from bmshil.bms.divergence_watch import DivergenceWatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench("twin") as opened:
        opened.run(5.0)
        yield opened


def test_the_figures_of_the_packs_count_and_not_what_they_hide(bench: Bench) -> None:
    watch = DivergenceWatch(bench.bank, bench.timeline, bench.journal)
    bench.run(2.0)
    assert watch.level == 0.0
    assert watch.spread < 1e-3
    for node, soc in zip(bench.bank, (0.87, 0.82, 0.89), strict=True):
        node.faults.on(Override(soc=soc))
    bench.run(2.0)
    (event,) = bench.journal.events(0.0, bench.seconds + 1.0, "divergence")
    assert event.source == "bank"
    assert event.data == {"level": 0.05, "spread": pytest.approx(0.07), "ahead": 3}
    watch.cancel()


def test_a_pack_that_is_off_the_busbar_or_silent_does_not_count(bench: Bench) -> None:
    watch = DivergenceWatch(bench.bank, bench.timeline, bench.journal)
    for node, soc in zip(bench.bank, (0.50, 0.60, 0.70), strict=True):
        node.faults.on(Override(soc=soc))
    bench.bank[1].disconnect()
    bench.bank[3].faults.on(Silence())
    bench.run(2.0)
    assert watch.level == 0.0
    bench.bank[1].connect(force=True)
    bench.run(2.0)
    assert watch.level == 0.10
    watch.cancel()
