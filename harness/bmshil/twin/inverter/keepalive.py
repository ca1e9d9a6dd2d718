"""The sign of life of the device: 0x305 with eight zeros, every second or as an answer.

Source: Pylontech CANBUS Protocol V1.2 2018-04-08 (every second); a Deye answers 0x356 instead
(Sleeper85/esphome-jk-bms-can#48); a Growatt polls with 0x301 (Growatt BMS CAN protocol LV 1.04); an SMA
tells what it measures (FSS-ConnectingBat-TI-en-10).
"""

import contextlib
from collections.abc import Callable
from typing import Protocol

import can

from bmshil.timeline import Nanoseconds, Periodic, Timeline
from bmshil.twin.inverter.behaviour import Behaviour
from bmshil.twin.inverter.sunny_island import Telemetry


class InverterBus(Protocol):
    """The CAN controller of the device: a python-can bus that hands frames over when they end.

    Attributes:
        on_frame: gets the frames of others.
        connected: while False it is not on the bus: it neither hears, nor sends, nor acknowledges.
    """

    on_frame: Callable[[Nanoseconds, can.Message], object] | None
    connected: bool

    def send(self, msg: can.Message, timeout: float | None = None) -> None:
        """Queue a frame.

        Raises:
            can.CanOperationError: the controller cannot send now.
        """


class KeepAlive:
    """Sends it while the device is up.

    Args:
        timeline: its time.
        bus: its CAN controller.
        behaviour: when it speaks, and what it says.
        look: what the device tells of itself now, for those that tell.
    """

    def __init__(
        self, timeline: Timeline, bus: InverterBus, behaviour: Behaviour, look: Callable[[], Telemetry]
    ) -> None:
        self._timeline = timeline
        self._bus = bus
        self._trigger = behaviour.keepalive_trigger
        self._period = behaviour.keepalive_period
        self._gaps = behaviour.manners
        self._up = False
        self._running: Periodic | None = None
        self._speech = behaviour.dialect.speech
        self._answers = behaviour.dialect.answers
        self._look = look
        self._asks = [
            (ask.every, can.Message(arbitration_id=ask.id, is_extended_id=ask.extended, data=ask.data))
            for ask in behaviour.dialect.asks
        ]
        self._count = 0
        self._message = can.Message(
            arbitration_id=behaviour.keepalive_id,
            is_extended_id=behaviour.keepalive_extended,
            data=behaviour.keepalive_data,
        )

    def start(self) -> None:
        """Begin."""
        self._up = True
        self._count = 0
        if self._trigger == "free":
            self._running = self._timeline.every(self._period, self._send)

    def stop(self) -> None:
        """Fall silent."""
        self._up = False
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def heard(self, base: int) -> None:
        """Answer a message of the battery, when that is the custom of the device."""
        if self._up and base in self._answers and self._trigger == "answer":
            self._send()

    def _send(self) -> None:
        if not self._bus.connected or self._gaps.pauses(self._timeline.now):
            return
        with contextlib.suppress(can.CanOperationError):  # bus-off: the device tries again next time
            if self._speech is None:
                self._bus.send(self._message)
                for every, message in self._asks:
                    if self._count % every == 0:
                        self._bus.send(message)
                self._count += 1
                return
            for identifier, data in self._speech(self._look()).items():
                self._bus.send(can.Message(arbitration_id=identifier, is_extended_id=False, data=data))
