"""A bench made of plain objects that write down what is asked of them and fail where a test says so."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability

if TYPE_CHECKING:
    from collections.abc import Callable

ROLES = frozenset({"dc_main", "dc_precharge", "dc_discharge", "ac_grid", "pv", "can_break"})


class FakeBench:
    """Equipment with a capacitor on the DUT's side, and a clock of its own.

    Attributes:
        calls: everything asked of the instruments, but for readings.
        broken: how often each call, by its text or by its device, still fails.
        now: s let pass.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.readings: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        self.now = 0.0
        self.dut_voltage = 0.0
        self.current = 0.0
        self.set_to = 0.0
        self.on = False
        self.load_on = False
        self.bleeds = True
        self.closed: set[str] = set()
        self.supply: Any = FakeSupply(self)
        self.meter: Any = FakeMeter(self)
        self.load: Any = FakeLoad(self)
        self.relays: Any = FakeRelays(self)

    def call(self, text: str) -> None:
        self.calls.append(text)
        self._break(text)

    def reading(self, text: str) -> None:
        self.readings[text] += 1
        self._break(text)

    def wait(self, condition: Callable[[], bool], timeout: float) -> bool:
        self.now += timeout
        if "dc_precharge" in self.closed and self.on:
            self.dut_voltage += (self.set_to - self.dut_voltage) * min(1.0, timeout / 1.2)
        if "dc_discharge" in self.closed and self.bleeds:
            self.dut_voltage *= max(0.0, 1.0 - timeout / 1.2)
        if not self.closed & {"ac_grid", "pv"}:
            self.current *= max(0.0, 1.0 - timeout / 0.1)
        return condition()

    def _break(self, text: str) -> None:
        for key in (text, text.partition(" ")[0]):
            if self.broken[key] > 0:
                self.broken[key] -= 1
                raise InstrumentError(f"{text}: no reply")


class Fake:
    capabilities: ClassVar[Capability] = Capability.NONE
    identity = "fake"

    def __init__(self, bench: FakeBench) -> None:
        self.bench = bench


class FakeSupply(Fake):
    def set_voltage(self, voltage: float) -> None:
        self.bench.call(f"supply set {voltage:.1f}")
        self.bench.set_to = voltage

    def set_limits(self, **limits: float) -> None:
        self.bench.call("supply limits " + " ".join(f"{limit:.1f}" for limit in limits.values()))

    def output(self, on: bool) -> None:
        self.bench.call(f"supply {'on' if on else 'off'}")
        self.bench.on = on

    def off(self) -> None:
        self.output(False)
        self.bench.current = 0.0

    def read(self) -> tuple[float, float]:
        self.bench.reading("supply read")
        return (self.bench.set_to if self.bench.on else 0.0), self.bench.current


class FakeLoad(Fake):
    def off(self) -> None:
        self.bench.call("load off")
        self.bench.load_on = False


class FakeMeter(Fake):
    def voltage(self) -> float:
        self.bench.reading("meter voltage")
        return self.bench.dut_voltage


class FakeRelays(Fake):
    capabilities: ClassVar[Capability] = Capability.READ_BACK
    roles = ROLES

    def close(self, role: str) -> None:
        self.bench.call(f"relays close {role}")
        self.bench.closed.add(role)

    def open(self, role: str) -> None:
        self.bench.call(f"relays open {role}")
        self.bench.closed.discard(role)

    def closed(self, role: str) -> bool:
        self.bench.reading(f"relays closed {role}")
        return role in self.bench.closed


@pytest.fixture
def bench() -> FakeBench:
    """A bench at rest."""
    return FakeBench()


def charging() -> FakeBench:
    bench = FakeBench()
    bench.closed = {"dc_main", "ac_grid", "pv", "can_break"}
    bench.on = bench.load_on = True
    bench.set_to = bench.dut_voltage = 53.0
    bench.current = 100.0
    return bench


@pytest.fixture
def running() -> FakeBench:
    """A bench in the middle of charging with 100 A."""
    return charging()


@pytest.fixture
def make_running() -> Callable[[], FakeBench]:
    """Benches in the middle of charging, as many as a property needs."""
    return charging
