"""One driver with its twin on a bench of usual instruments, and what goes wrong on the way between them.

What is on is seen at the twin itself: at coils, contacts and outputs, never by asking a driver.
"""

from __future__ import annotations

import time
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from bmshil.errors import InputError
from bmshil.instruments import DRIVERS, Capability, driver
from bmshil.instruments.registry import ROLES
from bmshil.safety import Envelope, energise, switch_off
from bmshil.safety.waiting import wait_on_wall
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus
from bmshil.twin.instruments.catalogue import MODELS
from bmshil.twin.software_bench import SoftwareBench

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from bmshil.safety import OffReport

SHORT = 0.02
"""How long a reply may take while something goes wrong, s."""

LONG = 0.5
"""The same while nothing does, s: only a machine that is very busy needs so long."""

LONGEST_CALL = 8 * SHORT + 1.0
"""What no call of a driver may exceed while something goes wrong, s: the rest is the machine."""

TRANSPORT: dict[str, tuple[str, Any]] = {
    "drop": ("hang_up", True),
    "lost reply": ("silent", True),
    "delay": ("delay", 2.5 * SHORT),
    "garble": ("garble", True),
    "half a line": ("half_line", True),
    "unplug": ("unplugged", True),
}
"""What can go wrong between harness and instrument: field and value of the twin's faults."""

PHASES = ("before", "during", "after")
"""When it begins: before anything is enabled, while, or once everything is on: then while it goes off."""

USUAL = {
    "supply": "scpi-supply",
    "meter": "scpi-meter",
    "load": "scpi-load",
    "relays": "scpi-relays",
    "ohmmeter": "scpi-ohmmeter",
}
WIRED = ("dc_main", "dc_precharge", "dc_discharge", "ac_grid", "pv")
FIRST_CHANNEL = {"keysight-34970a": 101}
SOURCES = ("ac_grid", "pv")
ENVELOPE = Envelope(voltage=58, current=20, power=1000)
TARGET = 52.0


def population() -> list[tuple[str, str]]:
    """Every driver that has a twin, in every role that it fits."""
    return [(model, role) for model in DRIVERS if model in MODELS for role in ROLES if _fits(model, role)]


def _fits(model: str, role: str) -> bool:
    try:
        driver(model, role)
    except InputError:
        return False
    return True


class Timed:
    """An instrument whose calls are timed.

    Args:
        instrument: the driver.
        calls: gets the longest time of each method, s.
        settle: called after each call: lets arrive what nothing confirms.
    """

    def __init__(self, instrument: Any, calls: dict[str, float], settle: Callable[[], object]) -> None:  # noqa: ANN401 - any driver
        self._instrument = instrument
        self._calls = calls
        self._settle = settle

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the driver has
        found = getattr(self._instrument, name)
        return partial(self._timed, name, found) if callable(found) else found

    def _timed(self, name: str, work: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as above
        began = time.monotonic()
        try:
            return work(*args, **options)
        finally:
            self._calls[name] = max(self._calls.get(name, 0.0), time.monotonic() - began)
            self._settle()


class Lab:
    """A software bench on simulated time, every role connected by its driver.

    Args:
        model: name of the driver under test.
        role: what it is.

    Attributes:
        twin: what plays it; its faults are switched by `fault`.
        device: the driver under test.
        equipment: all of them, for the safety rules.
        calls: longest time of each method of the driver under test, s.
        heard: messages that the twin has carried out.
    """

    def __init__(self, model: str, role: str) -> None:
        self.role = role
        self.timeline = SimulatedTimeline()
        self.calls: dict[str, float] = {}
        self.heard = self._settled = 0
        self._moment: int | None = None
        self._fault = ""
        self._medium = can_medium.free_name("fault-lab")
        can_medium.create(self._medium, self.timeline)
        self._bus = TwinBus(self._medium)
        self._model = model
        instruments = USUAL | {role: model}
        first = FIRST_CHANNEL.get(model, 1)
        relays = [one for one in WIRED if one != role]
        wired = dict(zip(relays, range(first if role == "relays" else 1, 1000), strict=False))
        self._channels = {"relays": wired, "permit": {"permit": first} if role == "permit" else {}}
        self.bench = SoftwareBench(
            self.timeline,
            {},
            self._bus,
            packs=1,
            setup={"instruments": instruments} | self._channels,
            overhear=self._count,
        )
        self.twin: Any = self.bench.instruments[role]
        self.bench.start()
        self.connected = {one: self._connect(one, name) for one, name in instruments.items()}
        self.device = self.connected[role]
        self.equipment: Any = SimpleNamespace(**dict.fromkeys(ROLES) | self.connected)
        confirms = Capability.CONFIRMS in self.device.capabilities
        settle = (lambda: None) if confirms else self._settle
        setattr(self.equipment, role, Timed(self.device, self.calls, settle))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self.connected.values():
            one.disconnect()
        self.bench.stop()
        self._bus.shutdown()
        self.timeline.close()
        can_medium.remove(self._medium)

    def connect_again(self, **options: Any) -> Any:  # noqa: ANN401 - what it is follows from its role
        """Connect the driver under test once more, in place of the first one."""
        self.device.disconnect()
        return self._connect(self.role, self._model, **options)

    def carries(self) -> bool:
        """Whether anything flows through the supply or load under test."""
        return bool(self.twin.device.on and not self.twin.device.tripped)

    def enable(self) -> None:
        """Switch everything on that the device under test has to do with."""
        have = self.equipment
        if have.permit is not None:
            have.permit.hold(60.0)
        energise(have, TARGET, envelope=ENVELOPE, wait=self.timeline.until)
        for role in SOURCES:
            source = getattr(have, role)
            have.relays.close(role) if source is None else source.output(True)
        have.load.set_power(100)
        have.load.input(True)
        if have.sink is not None:
            have.sink.set_current(1.0)
            have.sink.input(True)
        if self.role == "ohmmeter":
            have.ohmmeter.resistance()

    def off(self) -> OffReport:
        """Run the off order."""
        return switch_off(self.equipment, wait=self.timeline.until)

    def left_on(self) -> dict[str, str]:
        """What is on, by device."""
        on = {}
        for role, player in self.bench.instruments.items():
            # Supplies and loads have a device behind their language, sources are one.
            if getattr(getattr(player, "device", None), "on", False) or getattr(player, "_on", False):
                on[role] = "output"
        for board, contacts in self.bench.contacts.items():
            closed = [role for role in self._channels[board] if contacts.closed(role)]
            if closed:
                on[board] = ", ".join(closed)
        return on

    def fault_after(self, messages: int, fault: str) -> None:
        """Let something go wrong once so many more messages have been carried out; 0 for now."""
        self._fault = fault
        self.be_patient(SHORT)
        if messages:
            self._moment = self.heard + messages
        else:
            self._set(fault)

    def mend(self) -> None:
        """Let nothing go wrong any more."""
        self._moment = None
        # Late replies under way would be told as errors: rightly, but that is not the question here.
        wait_on_wall(lambda: False, self.twin.faults.delay)
        field, value = TRANSPORT[self._fault]
        setattr(self.twin.faults, field, type(value)())
        self.be_patient(LONG)

    def be_patient(self, seconds: float) -> None:
        """Let replies of the device under test take so long, s."""
        self.device._session.timeout = seconds  # noqa: SLF001 - every driver over a line has one

    def _settle(self) -> None:
        """Let a command arrive that is not answered, unless it is lost."""
        heard = self._settled
        wait_on_wall(lambda: self.heard > heard, SHORT)
        self._settled = self.heard

    def _connect(self, role: str, model: str, **options: Any) -> Any:  # noqa: ANN401 - as above
        options["timeout"] = LONG
        if role in self._channels:
            options["channels"] = self._channels[role]
        return driver(model, role).connect(role, self.bench.resources[role], **options)

    def _count(
        self, role: str, _conversation: int, _when: float, _request: bytes, _reply: bytes | None
    ) -> None:
        if role == self.role:
            self.heard += 1
            if self.heard == self._moment:
                self._set(self._fault)

    def _set(self, fault: str) -> None:
        field, value = TRANSPORT[fault]
        setattr(self.twin.faults, field, value)
