"""An inverter on a world, with a bank that speaks to it without a bus. All on simulated time."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import can
import pytest

from bmshil.timeline import Nanoseconds, SimulatedTimeline
from bmshil.twin.inverter import Behaviour, Inverter, merged, wire_ids
from bmshil.twin.world import World

if TYPE_CHECKING:
    from collections.abc import Callable


class Wire:
    """Stands in for the bus of the inverter."""

    def __init__(self, timeline: SimulatedTimeline) -> None:
        self.on_frame: Callable[[Nanoseconds, can.Message], object] | None = None
        self.connected = True
        self.sent: list[tuple[float, int, bytes]] = []
        self._timeline = timeline

    def send(self, msg: can.Message, timeout: float | None = None) -> None:  # noqa: ARG002 - python-can's name
        self.sent.append((self._timeline.seconds, msg.arbitration_id, bytes(msg.data)))

    def deliver(self, identifier: int, data: bytes) -> None:
        if self.connected and self.on_frame is not None:
            message = can.Message(arbitration_id=identifier, is_extended_id=False, data=data)
            self.on_frame(self._timeline.now, message)


@dataclass
class Speaker:
    """One pack that talks: volts, amperes, percent."""

    cvl: float = 56.0
    ccl: float = 24.0
    dcl: float = 24.0
    soc: int = 60
    protections: int = 0
    warnings: int = 0
    enables: int = 0xC0
    silent: set[int] = field(default_factory=set)
    all_silent: bool = False

    def frames(self) -> dict[int, bytes]:
        return {
            0x351: struct.pack(
                "<HhhH", round(self.cvl * 10), round(self.ccl * 10), round(self.dcl * 10), 450
            ),
            0x355: struct.pack("<HH", self.soc, 99),
            0x356: struct.pack("<hhh", 5200, 0, 250),
            0x359: bytes((self.protections, 0, self.warnings, 0, 1, 0x50, 0x4E)),
            0x35A: bytes(8),
            0x35C: bytes((self.enables, 0)),
        }


class Rig:
    """The inverter under test, energised at 52 V behind 20 mohm, with the grid to charge from."""

    def __init__(
        self,
        packs: int = 3,
        *,
        capacities: tuple[float, ...] = (),
        behaves: dict[str, Any] | None = None,
        **changes: Any,
    ) -> None:
        self.timeline = SimulatedTimeline()
        self.world = World(self.timeline)
        self.wire = Wire(self.timeline)
        self.packs = [Speaker() for _ in range(packs)]
        tree = merged(behaves or {}, {key.replace("__", "."): value for key, value in changes.items()})
        self.inverter = Inverter(
            self.timeline,
            self.world,
            self.wire,
            behaviour=Behaviour.read(tree),
            ids=wire_ids(tree["dialect"], tree["id_scheme"], packs),
            capacities=capacities,
        )
        for number, pack in enumerate(self.packs):
            self.timeline.every(1.0, lambda n=number, p=pack: self._speak(n, p), phase=0.1 + 0.3 * number)
        self.inverter.start()

    def energise(self) -> None:
        self.world.set_supply(voltage=52.0, resistance=0.02)
        self.world.switch_supply(True)
        self.world.switch_relay("dc_precharge", True)
        self.timeline.run(6.0)
        self.world.switch_relay("dc_main", True)
        self.world.switch_relay("ac_grid", True)

    def load(self, watts: float) -> None:
        self.world.switch_relay("ac_load", True)
        self.world.offer(load=watts)

    def run(self, seconds: float) -> float:
        """Let time pass; return the current."""
        self.timeline.run(seconds)
        return self.world.current

    def silence(self) -> None:
        for pack in self.packs:
            pack.all_silent = True

    def speak_again(self) -> None:
        for pack in self.packs:
            pack.all_silent = False
            pack.silent.clear()

    def first_idle(self, within: float) -> float:
        """Return the time until the current is gone, s."""
        start = self.timeline.seconds
        assert self.timeline.until(lambda: abs(self.world.current) < 0.1, within)
        return self.timeline.seconds - start

    def _speak(self, number: int, pack: Speaker) -> None:
        if pack.all_silent:
            return
        for base, data in pack.frames().items():
            if base not in pack.silent:
                self.wire.deliver(base + 0x100 * number, data)


@pytest.fixture
def make_rig() -> Callable[..., Rig]:
    """Return a maker of energised rigs that have settled on their limits."""

    def make(packs: int = 3, *, settled: bool = True, **changes: Any) -> Rig:
        rig = Rig(packs, **changes)
        rig.energise()
        if settled:
            rig.run(20.0)
        return rig

    return make
