"""Every benchmark runs, checks its own results and gives figures that JSON can carry; no time is asserted."""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import can
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.wall(24)

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], dict[str, Any]]]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    cores = os.sched_getaffinity(0)
    run = import_module("run")

    def quick(name: str) -> dict[str, Any]:
        carried: dict[str, Any] = json.loads(json.dumps(run.measure(name, quick=True)))
        return carried

    yield quick
    os.sched_setaffinity(0, cores)  # a bench pins the process


def test_codec(measure: Callable[[str], dict[str, Any]]) -> None:
    figures = measure("codec")
    assert sorted(figures) == ["pylontech-lv-1.2", "pylontech-lv-1.3"]
    for dialect in figures.values():
        assert dialect["encode"]["target_ratio"] == 6.0
        assert dialect["decode"]["target_ratio"] == 2.5
        assert dialect["decode_column"]["target_ratio"] == 40.0


def test_medium(measure: Callable[[str], dict[str, Any]]) -> None:
    figures = measure("medium")
    assert figures["one_receiver_bus_load"] > 0.9
    assert figures["virtual_one_receiver_us_per_frame"] > 0


def test_slcan(measure: Callable[[str], dict[str, Any]]) -> None:
    figures = measure("slcan")
    assert figures["target_frames_per_s"] == 4000
    for side in (figures["to_host"], figures["from_host"]):
        assert side["frames"] > 0
        assert 0 < side["bus_load"] <= 1.0


def test_heartbeat(measure: Callable[[str], dict[str, Any]]) -> None:
    figures = measure("heartbeat")
    assert figures["hbt_01"]["simulated_s"] > 60.0
    assert figures["hbt_01"]["target_s"] == 0.3
    # Ten control steps a second, each with meter and supply; once a second the supply tells its
    # limit, and supply and load whether they are still on.
    assert figures["closed_loop"]["exchanges_per_simulated_s"] == pytest.approx(23.0, abs=0.5)


def test_wall(measure: Callable[[str], dict[str, Any]]) -> None:
    figures = measure("wall")
    busy = figures["all_cores_busy"]
    for side in (
        figures["bmshil"],
        figures["peer_send_periodic"],
        busy["bmshil"],
        busy["peer_send_periodic"],
    ):
        assert side["messages"] == 114
        assert 0 <= side["p50_ms"] <= side["p99_ms"] <= side["p99.9_ms"] <= side["max_ms"]
    for own in (figures["bmshil"], busy["bmshil"]):
        assert own["sending_threads"] == 1
        # Half a period from plan to plan, less what passes between the look at the clock and the send.
        assert own["smallest_gap_periods"] > 0.4
    assert figures["peer_send_periodic"]["sending_threads"] == 114
    assert busy["busy_processes"] >= 1
    assert figures["targets"] == {
        "p99_ms": 1.0, "p99.9_ms": 10.0, "smallest_gap_periods": 0.5, "sending_threads": 1,
    }  # fmt: skip


def test_day(measure: Callable[[str], dict[str, Any]]) -> None:
    figures = measure("day")
    # 20 s of 96 frames each, less two seconds of silence after the start.
    assert figures["day"]["frames"] == 1728
    assert list(figures["growth"]["us_per_simulated_s_and_pack"]) == ["3", "6", "12", "24", "48", "96"]
    assert figures["peer"]["day_extrapolated_s"] > 0


def test_hub(measure: Callable[[str], dict[str, Any]]) -> None:
    figures = measure("hub")
    assert figures["bench"]["target"] == 50.0
    for bank in (figures["bench"], figures["bank"]):
        assert (bank["packs"], bank["groups"]) == (96, 6)
        # Six masters that ask each 0.15 s; a question has 20 bytes, the shortest answer 38.
        assert bank["polls_per_simulated_s"] == pytest.approx(40.0, abs=1.0)
        assert bank["bytes_per_simulated_s"] > 40 * (20 + 38)


@pytest.mark.usefixtures("measure")
def test_lateness_is_the_distance_to_the_grid_of_each_message() -> None:
    stamps = {0x351: [10.0, 10.1, 10.24, 10.5], 0x355: [10.03, 10.13, 10.23]}
    module = import_module("wall_stamps")
    heard = module.Stamps()
    for identifier, times in stamps.items():
        for stamp in times:
            heard.put(can.Message(timestamp=stamp, arbitration_id=identifier, is_extended_id=False))
    found = module.punctuality(heard.times, {(0x351, False): 0.1, (0x355, False): 0.1})
    assert found["missing"] == 2
    assert found["smallest_gap_periods"] == pytest.approx(1.0)
    assert found["max_ms"] == pytest.approx(40.0)
    assert found["p50_ms"] == pytest.approx(0.0, abs=1e-6)
    assert found["frames"] == 7
