"""A supply that takes no current and a load beside it: one by one, on the twin, and under requirements."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from bmshil.bench import Bench, open_bench
from bmshil.bench.equipment import Equipment
from bmshil.bench.fitness.needs import foreseen
from bmshil.bench.terminals.pair import Pair
from bmshil.errors import InstrumentError
from bmshil.instruments import Capability
from bmshil.rig import load
from bmshil.rig.equipment import Ratings
from bmshil.safety import switch_off

if TYPE_CHECKING:
    from collections.abc import Callable

TESTS = Path(__file__).parents[2] / "tests_hil"

SUPPLY = ("supply: {driver: scpi-supply, resource: twin}", "supply: {driver: tdk-genesys, resource: twin}")
SINK = (
    "  meter: {driver",
    "  sink: {driver: itech-it8500, resource: twin, rating: {current: 60, power: 4000}}\n  meter: {driver",
)
ENVELOPE = ("current: 150, power: 7500", "current: 60, power: 4000")
CONTROL = ("control: {period: 0.1}", "control: {period: 0.1, cable: 0.012}")

SCRIPT = """
import sys
from bmshil.cli import main, qualify
qualify.render = lambda store, _: store.report  # plots take longer than the tests; others prove them
sys.exit(main(["qualify", *sys.argv[1:]]))
"""


class Device:
    """A supply or a load that writes down what it is told, and fails when it shall."""

    capabilities = Capability.CONFIRMS | Capability.MODES | Capability.READ_BACK
    identity = "one"

    def __init__(self, name: str, told: list[str]) -> None:
        self.reading = (0.0, 0.0)
        self.broken = False
        self._name = name
        self._told = told

    def __getattr__(self, action: str) -> Callable[..., Any]:
        if action.startswith("_"):
            raise AttributeError(action)

        def tell(*values: object, **named: object) -> None:
            self._told.append(
                " ".join([self._name, action, *map(str, values), *(f"{k}={v}" for k, v in named.items())])
            )
            if self.broken:
                raise InstrumentError(f"{self._name}: silent")

        return tell

    def read(self) -> tuple[float, float]:
        return self.reading

    def set_voltage_and_read_current(self, voltage: float) -> float:
        self._told.append(f"{self._name} set {voltage:.4f}")
        return self.reading[1]


class Both:
    """A pair of such devices."""

    def __init__(self, supply_rating: Ratings | None = None, load_rating: Ratings | None = None) -> None:
        self.told: list[str] = []
        self.supply, self.load = Device("supply", self.told), Device("load", self.told)
        self.pair = Pair(
            cast("Any", self.supply),
            cast("Any", self.load),
            diode=0.7,
            supply_rating=supply_rating or Ratings(),
            load_rating=load_rating or Ratings(),
        )

    def limit(self) -> None:
        self.pair.set_limits(source_current=40.0, sink_current=40.0, over_voltage=63.0, over_current=42.0)

    def news(self) -> list[str]:
        news = self.told.copy()
        self.told.clear()
        return news


def test_the_load_takes_what_may_be_charged_and_the_supply_delivers_both() -> None:
    both = Both()
    both.limit()
    assert both.news() == [
        "load set_current 40.0",
        "supply set_limits source_current=80.0 sink_current=0.0 over_voltage=63.0 over_current=84.0",
    ]


def test_ratings_bound_what_each_is_asked_for() -> None:
    both = Both(Ratings(current=60.0), Ratings(current=100.0, power=1575.0))
    both.limit()
    assert both.news() == [
        "load set_current 25.0",  # 1575 W at 63 V
        "supply set_limits source_current=60.0 sink_current=0.0 over_voltage=63.0 over_current=63.0",
    ]


def test_on_with_the_supply_first_and_what_is_lost_on_the_way_is_added() -> None:
    both = Both()
    both.limit()
    both.pair.set_voltage(52.0)
    both.news()
    both.pair.output(True)
    assert both.news() == ["supply output True", "load input True", "supply set_voltage 52.7"]
    both.pair.set_resistance(0.01)
    assert both.news() == ["supply set_resistance 0.01", "supply set_voltage 53.1"]  # 10 mohm x 40 A more


def test_the_current_is_what_the_load_takes_less_what_the_supply_delivers() -> None:
    both = Both()
    both.limit()
    both.pair.output(True)
    both.supply.reading, both.load.reading = (52.7, -28.0), (52.0, 40.0)
    assert both.pair.set_voltage_and_read_current(52.0) == pytest.approx(12.0)
    assert both.pair.read() == pytest.approx((52.0, 12.0))


@pytest.mark.parametrize(("supplied", "limiting"), [(12.0, False), (0.1, True)])
def test_a_blocked_diode_is_a_limit(supplied: float, limiting: bool) -> None:
    both = Both()
    both.limit()
    both.pair.output(True)
    both.supply.reading, both.load.reading = (52.7, -supplied), (52.0, 40.0)
    both.pair.set_voltage_and_read_current(52.0)
    assert both.pair.limiting() is limiting
    both.pair.off()
    assert both.pair.limiting() is False


def test_off_is_tried_on_both_and_each_failure_is_told() -> None:
    both = Both()
    both.supply.broken = both.load.broken = True
    with pytest.raises(InstrumentError, match="supply: silent; load: silent"):
        both.pair.off()
    with pytest.raises(InstrumentError, match="supply: silent; load: silent"):
        both.pair.output(False)
    assert both.news() == ["supply off", "load off", "supply output False", "load input False"]


@pytest.mark.parametrize(("supplied", "waits"), [(40.0, 0.0), (10.0, 0.5)])
def test_off_waits_for_the_current_of_the_device_not_for_what_feeds_the_load(
    supplied: float, waits: float
) -> None:
    both = Both()
    both.supply.reading, both.load.reading = (52.7, -supplied), (52.0, 40.0)
    waited: list[float] = []

    def wait(condition: Callable[[], bool], timeout: float) -> bool:
        waited.append(timeout)
        return condition()

    equipment = Equipment(
        supply=cast("Any", both.supply), meter=cast("Any", None), sink=cast("Any", both.load)
    )
    switch_off(equipment, wait=wait)
    assert sum(waited) == pytest.approx(waits)
    assert both.news() == ["supply off", "load off"]


def test_the_drop_of_the_diode_is_learnt_while_current_flows() -> None:
    both = Both()
    both.limit()
    both.pair.output(True)
    both.supply.reading, both.load.reading = (52.0, -28.0), (52.1, 40.0)
    for _ in range(300):
        sent = both.pair.drop + 52.0
        both.load.reading = (sent - 0.5, 40.0)  # this diode drops 0.5 V
        both.pair.set_voltage_and_read_current(52.0)
    assert both.pair.drop == pytest.approx(0.5, abs=0.01)
    both.supply.reading = (52.0, 0.0)
    both.load.reading = (54.0, 40.0)
    both.pair.set_voltage_and_read_current(52.0)
    assert both.pair.drop == pytest.approx(0.5, abs=0.01), "a blocked diode teaches nothing"


def test_it_looks_like_a_supply_that_takes_current() -> None:
    pair = Both().pair
    assert pair.capabilities == (
        Capability.SINK | Capability.LIMITING | Capability.CONFIRMS | Capability.READ_BACK
    )
    assert pair.identity == "one with one"


@pytest.fixture
def rig(variant: Callable[..., Path]) -> Path:
    """The default rig with a GENESYS+, which takes no current, and an IT8500+ beside it."""
    return variant("twin", SUPPLY, SINK, ENVELOPE, CONTROL)


def charge(bench: Bench, seconds: float) -> None:
    bench.set_open_limits()
    bench.prepare(0.9)
    bench.power.start_charge()
    bench.run(seconds)


def test_on_the_twin_the_terminals_are_those_of_the_bank(rig: Path, lab: Any) -> None:
    with open_bench(rig) as bench:
        charge(bench, 60.0)
        world = lab.twin.world
        assert bench.control.current == pytest.approx(57.0, abs=0.2)
        assert world.sink_current == pytest.approx(60.0)
        assert world.supply_current == pytest.approx(-3.0, abs=0.3)
        assert world.sink_voltage == pytest.approx(bench.packs.voltage, abs=0.02)
        assert bench.control.voltage == pytest.approx(world.sink_voltage + 57.0 * 0.012, abs=0.01)
        assert not world.blocked
        report = bench.switch_off()
        assert report.clean
        assert world.sink_current == 0.0
        assert not world.output
        assert bench.journal.events(0.0, bench.seconds, "supply_limit") == []


def test_a_device_that_pushes_more_than_the_load_takes_is_told(rig: Path, lab: Any) -> None:
    with open_bench(rig) as bench:
        bench.supply.set_limits(source_current=60.0, sink_current=20.0, over_voltage=63.0, over_current=63.0)
        charge(bench, 20.0)
        assert lab.twin.world.blocked
        assert bench.control.current == pytest.approx(20.0, abs=0.2)
        events = bench.journal.events(0.0, bench.seconds, "supply_limit")
        assert events
        assert "so it does not play the bank" in events[0].data["cause"]


def test_such_a_rig_passes_the_rules_of_a_parallel_bank(rig: Path, tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - this very interpreter
        [
            sys.executable, "-c", SCRIPT, str(rig), "--tests", str(TESTS), "--runs", str(tmp_path), "--json",
            "-k", "(lowest_cvl_wins and 1-2-3 and 2) or test_charge_current_of",
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout)
    assert {one["id"]: one["verdict"] for one in summary["requirements"]} == {
        "AGG-01": "pass",
        "AGG-02": "pass",
    }


def test_without_a_sink_such_a_bank_can_only_be_discharged(variant: Callable[..., Path], lab: Any) -> None:
    rig = variant("twin", SUPPLY, ENVELOPE, CONTROL)
    reason = foreseen(load(rig), ["charge"])
    assert reason is not None
    assert reason.startswith(
        "not observable: the supply takes no current, so that the bank can only be disch"
    )
    assert foreseen(load(rig), ["discharge"]) is None
    with open_bench(rig) as bench:
        bench.set_open_limits()
        bench.prepare(0.6)
        bench.discharge(20.0)
        assert bench.control.current < -20.0
        bench.idle()
        bench.run(5.0)
        bench.power.start_charge()
        bench.run(20.0)
        assert bench.control.current == pytest.approx(0.0, abs=0.2)
        assert lab.twin.world.voltage < 58.0
