"""The off order with a thread per device: one that hangs holds up nobody, and is named."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability
from bmshil.safety import Outcome, switch_off

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.wall

DEADLINE = 0.3
"""Of the devices here, s; far longer than any of their steps takes."""

SWITCHED = {
    "relays open ac_grid",
    "relays open pv",
    "load off",
    "supply off",
    "relays open dc_main",
    "relays open dc_precharge",
    "relays close dc_discharge",
    "relays open dc_discharge",
}
FIRST, THEN, LAST = (
    {"relays open ac_grid", "relays open pv", "load off"},
    {"supply off"},
    {"relays open dc_main"},
)


def off(bench: Any, **options: Any) -> Any:
    return switch_off(bench, wait=bench.wait, apart=True, deadline=DEADLINE, **options)


@contextmanager
def hanging(bench: Any, device: str) -> Iterator[None]:
    """Everything that is asked of a device never ends, until the test has."""
    forever = threading.Event()
    real_call, real_reading = bench.call, bench.reading

    def stuck(text: str, real: Any) -> None:
        if text.partition(" ")[0] == device:
            forever.wait(30)
        real(text)

    bench.call = lambda text: stuck(text, real_call)
    bench.reading = lambda text: stuck(text, real_reading)
    try:
        yield
    finally:
        forever.set()


class Sink:
    """A load in constant current that takes what the supply cannot."""

    capabilities: ClassVar[Capability] = Capability.MODES

    def __init__(self, bench: Any, amps: float) -> None:
        self.bench = bench
        self.amps = amps

    def off(self) -> None:
        self.bench.call("sink off")
        self.amps = 0.0

    def read(self) -> tuple[float, float]:
        self.bench.reading("sink read")
        return 53.0, self.amps


class Tripped:
    """An output that a protection has latched; ``INP?`` says ON until the latch is cleared."""

    capabilities: ClassVar[Capability] = Capability.TRIPS

    def __init__(self, bench: Any, *, reads_on: bool) -> None:
        self.bench = bench
        self.reads_on = reads_on
        self.trip = "over-current"

    def off(self) -> None:
        self.bench.call("load off")
        if self.trip and self.reads_on:
            raise InstrumentError("load: still reads on")

    def tripped(self) -> str:
        return self.trip

    def clear_trip(self) -> None:
        self.bench.call("load clear")
        self.trip = ""


def test_everything_goes_off_in_its_phase_and_is_verified(running: Any) -> None:
    report = off(running)
    assert report.clean, str(report)
    assert set(running.calls) == SWITCHED
    assert set(running.calls[:3]) == FIRST
    assert running.calls[3] == "supply off"
    assert not running.on
    assert not running.load_on
    assert running.closed == {"can_break"}
    assert running.dut_voltage < 5


@pytest.mark.parametrize("device", ["supply", "load", "meter", "relays"])
def test_a_device_that_hangs_is_named_and_the_others_go_off(running: Any, device: str) -> None:
    with hanging(running, device):
        began = time.monotonic()
        report = off(running)
        took = time.monotonic() - began
        on = {"supply": running.on, "load": running.load_on, "relays": "dc_main" in running.closed}
    assert {step.device for step in report.failures} >= {device}
    assert f"{device}: " in str(report)
    assert "hangs: no end within 0.3 s" in str(report)
    assert {name for name, still in on.items() if still} == {device} - {"meter"}
    assert took < 8.0


def test_a_hanging_device_keeps_the_others_waiting_only_where_the_order_asks_for_it(running: Any) -> None:
    ended: dict[str, float] = {}
    began = time.monotonic()
    with hanging(running, "load"):
        off(running, tell=lambda step: ended.setdefault(f"{step.device} {step.action}", step.when - began))
    assert ended["relays open pv"] < 0.25
    assert 0.3 <= ended["supply off"] < 1.5, (
        "the DUT may still be stopped, so the sink stays in, but no longer"
    )
    assert ended["relays open dc_main"] < 2.0


def test_the_steps_are_told_as_they_end_and_none_twice(running: Any) -> None:
    told: list[str] = []
    report = off(running, tell=lambda step: told.append(str(step)))
    assert told == [str(step) for step in report.steps]
    assert len(told) == 10


def test_the_sink_goes_off_with_the_supply_and_its_current_counts(running: Any) -> None:
    running.current = 0.5
    running.sink = sink = Sink(running, amps=60.0)
    report = switch_off(running, wait=running.wait)
    assert running.now > 0.4, "60 A still flowed into the sink, although the supply gave nothing"
    assert running.calls[3:5] == ["supply off", "sink off"]
    assert sink.amps == 0.0
    assert report.clean
    assert {str(step) for step in report.steps} >= {
        "sink: off: verified",
        "sink: no current: verified (0.0 A)",
    }


def test_a_permit_relay_opens_with_the_contactors(running: Any) -> None:
    class Relay:
        capabilities = Capability.READ_BACK

        def off(self) -> None:
            running.call("permit off")

    running.permit = Relay()
    report = switch_off(running, wait=running.wait)
    assert report.clean
    assert running.calls[4:7] == ["relays open dc_main", "relays open dc_precharge", "permit off"]


def test_a_trip_that_keeps_an_output_reading_on_is_cleared(running: Any) -> None:
    running.load = Tripped(running, reads_on=True)
    report = switch_off(running, wait=running.wait)
    assert [one for one in running.calls if one.startswith("load")] == ["load off", "load clear", "load off"]
    assert report.clean
    assert "load: off: verified (had tripped: over-current, cleared)" in map(str, report.steps)


@pytest.mark.parametrize("clear", [False, True])
def test_a_latch_stays_until_somebody_comes_to_look(running: Any, clear: bool) -> None:
    running.load = Tripped(running, reads_on=False)
    report = switch_off(running, wait=running.wait, clear=clear)
    assert report.clean
    assert running.load.trip == ("" if clear else "over-current")
    (load,) = [step for step in report.steps if step.device == "load"]
    assert load.detail == "had tripped: over-current" + (", cleared" if clear else "")


def test_a_relay_board_that_cannot_be_asked_gets_every_contactor_opened(running: Any) -> None:
    class Mute(type(running.relays)):  # type: ignore[misc]  # a class made where it is needed
        @property
        def roles(self) -> frozenset[str]:
            raise InstrumentError("relays: no answer")

    running.relays = Mute(running)
    report = off(running)
    assert {"relays open dc_main", "relays open ac_grid", "relays open ac_load"} <= set(running.calls)
    assert all(step.outcome is not Outcome.FAILED for step in report.steps if step.action == "open dc_main")


def test_the_sink_stays_no_longer_where_the_answers_are_slow(running: Any) -> None:
    running.broken["relays open ac_grid"] = running.broken["relays open pv"] = 99
    never, real_reading, real_call = threading.Event(), running.reading, running.call
    asked: list[str] = []

    def slowly(text: str) -> None:
        if text == "supply read":
            never.wait(0.2)
        asked.append(text)
        real_reading(text)

    def call(text: str) -> None:
        asked.append(text)
        real_call(text)

    running.reading, running.call = slowly, call
    off(running)
    # 0.5 s, and the answer that was under way: the current stays at 100 A all the time.
    assert asked[: asked.index("supply off")].count("supply read") <= 4
