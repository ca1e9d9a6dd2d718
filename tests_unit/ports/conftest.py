"""A python-can interface that does what a script says, and ports on either time."""

from __future__ import annotations

import sys
from pathlib import Path
from queue import Empty, Queue
from types import ModuleType
from typing import TYPE_CHECKING, Any

import can
import can.interfaces
import pytest

from bmshil.journal import Direction, Frame, Journal, layouts
from bmshil.ports import CanPort
from bmshil.ports.adapters import gs_usb, netdev
from bmshil.timeline import SimulatedTimeline, WallTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bmshil.timeline import Timeline

STAND_INS = ("scripted", "socketcan", "kvaser", "gs_usb", "socketcand", "pcan")


class Script:
    """What the adapter says, and what was asked of it."""

    def __init__(self) -> None:
        self.incoming: Queue[can.Message | Exception] = Queue()
        self.refusal: Exception | None = None  # of send
        self.absence: Exception | None = None  # of opening
        self.farewell: Exception | None = None  # of shutdown
        self.echoes = False
        self.returns_at_once = False
        self.sent: list[can.Message] = []
        self.send_options: list[dict[str, Any]] = []
        self.opened_with: dict[str, Any] = {}
        self.usb: Any = None
        self.looks = 0
        self.opened = 0
        self.closed = 0
        self.flushed: int | None = 0  # None: the driver cannot

    @property
    def ids(self) -> list[int]:
        """Identifiers of the frames that were taken."""
        return [message.arbitration_id for message in self.sent]

    def hear(self, frame: Frame, **rest: Any) -> None:
        """Let a frame come in."""
        self.incoming.put(
            can.Message(
                arbitration_id=frame.id,
                data=frame.data,
                is_extended_id=frame.extended,
                **{"timestamp": 1.0, **rest},
            )
        )

    def confirm(self, position: int = -1) -> None:
        """Let a frame that was taken pass the bus."""
        self.incoming.put(echo(self.sent[position]))


def echo(message: can.Message) -> can.Message:
    return can.Message(
        timestamp=1.0,
        arbitration_id=message.arbitration_id,
        data=message.data,
        is_extended_id=message.is_extended_id,
        is_rx=False,
    )


class ScriptedBus(can.BusABC):
    script: Script

    def __init__(self, channel: str, **options: Any) -> None:
        self._is_shutdown = True
        self.script.opened_with = options
        if self.script.absence is not None:
            raise self.script.absence
        self.script.opened += 1
        self.gs_usb = self.script.usb
        super().__init__(channel)
        self._is_shutdown = False

    def _recv_internal(self, timeout: float | None) -> tuple[can.Message | None, bool]:
        self.script.looks += 1
        try:
            if self.script.returns_at_once:
                item = self.script.incoming.get_nowait()
            else:
                item = (
                    self.script.incoming.get(timeout=timeout) if timeout else self.script.incoming.get(False)
                )
        except Empty:
            return None, True
        if isinstance(item, Exception):
            raise item
        return item, True

    def send(self, msg: can.Message, timeout: float | None = None) -> None:
        self.script.send_options.append({"timeout": timeout})
        if self.script.refusal is not None:
            raise self.script.refusal
        self.script.sent.append(msg)
        if self.script.echoes:
            self.script.incoming.put(echo(msg))

    def flush_tx_buffer(self) -> None:
        if self.script.flushed is None:
            raise NotImplementedError
        self.script.flushed += 1

    def shutdown(self) -> None:
        super().shutdown()
        self.script.closed += 1
        if self.script.farewell is not None:
            raise self.script.farewell


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Register the interface ``scripted``, and let it stand in for those that need hardware."""
    module = ModuleType("bmshil_scripted")
    script = Script()
    module.ScriptedBus = type("ScriptedBus", (ScriptedBus,), {"script": script})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bmshil_scripted", module)
    monkeypatch.setattr(gs_usb, "USB_DEVICES", Path("/nonexistent"))
    for name in STAND_INS:
        monkeypatch.setitem(can.interfaces.BACKENDS, name, ("bmshil_scripted", "ScriptedBus"))
    return script


class Bench:
    """Ports on one timeline, and what they have written."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.journal = Journal(timeline)
        self.ports: list[CanPort] = []

    def port(self, interface: str, channel: str = "c", **settings: Any) -> CanPort:
        settings = {"role": "emulator", "interface": interface, "channel": channel, **settings}
        one = CanPort(self.timeline, self.journal, **settings)
        one.open()
        self.ports.append(one)
        return one

    def until(self, condition: Callable[[], bool]) -> None:
        assert self.timeline.until(condition, 5.0)

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """Data of the events of these kinds."""
        return [one.data for one in self.journal.events(-1.0, 1e6) if one.kind in kinds]

    @property
    def outages(self) -> list[str]:
        """Begins (+) and ends (-) of outages, in order."""
        return [
            ("+" if one.kind == "port_error" else "-") + one.data["what"]
            for one in self.journal.events(-1.0, 1e6)
            if one.kind in {"port_error", "port_recovered"}
        ]

    @property
    def rows(self) -> list[tuple[int, Direction, bool]]:
        """Identifier, direction and error mark of all frames."""
        return [
            (
                int(row["id"]),
                Direction(int(row["flags"]) & layouts.DIRECTION_MASK),
                bool(row["flags"] & layouts.ERROR),
            )
            for row in self.journal.frames(-1.0, 1e6)
        ]


@pytest.fixture
def wall() -> Iterator[Bench]:
    """A bench on wall time."""
    timeline = WallTimeline(realtime=False)
    bench = Bench(timeline)
    yield bench
    for one in bench.ports:
        one.close()
    timeline.close()


@pytest.fixture
def simulated() -> Bench:
    """A bench on simulated time."""
    return Bench(SimulatedTimeline())


class NetDevices:
    """A folder like /sys/class/net."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str, *, index: int = 4, up: bool = True) -> None:
        """Let an interface be there, in this state."""
        device = self._folder / name
        device.mkdir(exist_ok=True)
        (device / "ifindex").write_text(f"{index}\n")
        (device / "flags").write_text("0x40081\n" if up else "0x40080\n")  # as the kernel writes them

    def unplug(self, name: str) -> None:
        """Let it be gone."""
        device = self._folder / name
        for file in device.iterdir():
            file.unlink()
        device.rmdir()


@pytest.fixture
def link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NetDevices:
    """Network interfaces that come and go; this process may not configure them."""
    monkeypatch.setattr(netdev, "SYS_NET", tmp_path)
    monkeypatch.setattr(netdev.NetDevice, "may_configure", staticmethod(lambda: False))
    return NetDevices(tmp_path)
