"""A witness that hears nothing is the rig's trouble: the device's silence at it says nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench.assembly import open_bench
from bmshil.judge import rig_health
from bmshil.rig import find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    with open_bench("twin") as opened:
        yield opened


def outages(bench: Bench) -> list[tuple[str, str]]:
    kinds = ("port_error", "port_recovered")
    events = bench.journal.events(0.0, bench.seconds)
    return [(one.kind, one.data["what"]) for one in events if one.source == "witness" and one.kind in kinds]


def pull_out(bench: Bench, out: bool) -> None:
    bus: Any = bench.ports["witness"]._supervisor.bus
    bus.connected = not out


def test_a_witness_that_hears_the_bank_is_well(bench: Bench) -> None:
    bench.run(20.0)
    assert outages(bench) == []


def test_a_plug_that_is_out_for_a_while_is_one_outage(bench: Bench) -> None:
    bench.run(5.0)
    pull_out(bench, True)
    bench.run(4.0)
    assert outages(bench) == [], "five periods of 1 s are not over"
    bench.run(60.0)
    assert outages(bench) == [("port_error", "deaf")]
    pull_out(bench, False)
    bench.run(2.0)
    assert outages(bench) == [("port_error", "deaf"), ("port_recovered", "deaf")]
    (end,) = bench.journal.events(0.0, bench.seconds, kind="port_recovered")
    assert 63.0 < end.data["outage"] < 66.0


def test_a_silent_bank_proves_nothing(bench: Bench) -> None:
    bench.bank.stop()
    pull_out(bench, True)
    bench.run(60.0)
    assert outages(bench) == []


def test_frames_that_nobody_acknowledges_prove_nothing(bench: Bench) -> None:
    pull_out(bench, True)
    bench.switch("can_break", False)
    bench.run(60.0)
    assert not bench.ports["emulator"].acknowledged
    assert outages(bench) == []


def test_a_witness_on_another_bus_leaves_no_verdict_about_the_device(tmp_path: Path) -> None:
    text = Path(find("twin")).read_text(encoding="utf-8")
    path = tmp_path / "elsewhere.yaml"
    path.write_text(
        text.replace("witness: {interface: twin, channel: bus0", "witness: {interface: twin, channel: bus1")
    )
    with open_bench(path) as bench:
        bench.run(10.0)
        (problem,) = rig_health(bench.journal, 8.0, bench.seconds).problems
    assert problem == (
        "an adapter of CAN or RS485 failed (1 x, first: witness deaf: bus1 has heard nothing for 5 s, in "
        "which the emulator has sent: look at its plug and its bit rate)"
    )
