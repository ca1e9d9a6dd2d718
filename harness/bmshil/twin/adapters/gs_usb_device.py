"""A candleLight from one plugging in to the next unplugging: firmware between USB and bus."""

from __future__ import annotations

import struct
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from bmshil.errors import TimelineError
from bmshil.twin.adapters import gs_usb_descriptors as usb
from bmshil.twin.adapters import gs_usb_wire as wire
from bmshil.twin.adapters.gs_usb_wire import Feature, Request
from bmshil.twin.adapters.usbip import TO_HOST, Setup, UsbLink
from bmshil.twin.canbus.confinement import State
from bmshil.twin.canbus.station import Station

if TYPE_CHECKING:
    import socket

    from can import Message

    from bmshil.timeline import Nanoseconds
    from bmshil.twin.canbus.confinement import BusError
    from bmshil.twin.canbus.medium import Medium

_MAILBOXES = 3  # frames that the CAN controller of an STM32 takes at a time
_KIND, _VENDOR = 0x60, 0x40
_STOPPED = 4  # enum gs_can_state


class GsUsbDevice:
    """The firmware: its CAN side lives on the timeline, requests come from the link's thread.

    Args:
        medium: the segment that a started channel is on.
        line: the device's end of a USB/IP socket.
        serial: serial number.
        recovers: whether the controller recovers from bus-off by itself.
        early_echo: confirm a frame when a mailbox has taken it, not when it was acknowledged.
        unasked_errors: report errors on the bus to a host that did not ask for them, too.
    """

    def __init__(
        self,
        medium: Medium,
        line: socket.socket,
        serial: str,
        *,
        recovers: bool,
        early_echo: bool,
        unasked_errors: bool,
    ) -> None:
        self._medium = medium
        self._timeline = medium.timeline
        self._serial = serial
        self._recovers = recovers
        self._early_echo = early_echo
        self._unasked_errors = unasked_errors
        self._plugged_at = self._timeline.now
        self._station: Station | None = None
        self._flags = Feature(0)
        self._told = State.ERROR_ACTIVE
        self._waiting: deque[wire.HostFrame] = deque()
        self._unconfirmed: deque[wire.HostFrame] = deque()
        self._lost = False
        self.bitrate: int | None = None
        self.link = UsbLink(line, self)

    @property
    def station(self) -> Station | None:
        """The controller on the bus; None while the host has the interface down."""
        return self._station

    def control(self, setup: Setup, data: bytes) -> bytes | None:
        """Answer a control request."""
        if setup.kind & _KIND == _VENDOR:
            try:
                return self._vendor(setup.request, data)
            except (ValueError, TimelineError):  # cannot be set, or the bus is no more
                return None
        if setup.kind == TO_HOST and setup.request == usb.GET_DESCRIPTOR:
            return usb.descriptor(setup.value, self._serial)
        # Who is powered by the bus, and set to the only configuration there is, has nothing else to say.
        return bytes(2) if setup.request == usb.GET_STATUS else b""

    def bulk_out(self, data: bytes) -> None:
        """Take in a frame that the host wants to send."""
        try:
            frame = wire.HostFrame.unpack(data)
        except ValueError:
            return  # the firmware drops it too
        self._timeline.post(partial(self._take, frame))

    def cut_off(self) -> None:
        """Leave the bus: the host is gone."""
        try:
            self._timeline.call(self._stop)
        except TimelineError:  # it is closed: nobody else touches the medium any more
            self._stop()

    def _vendor(self, request: int, data: bytes) -> bytes | None:
        if request == Request.BITTIMING:
            self.bitrate = wire.bit_rate(data)
            return b""
        if request == Request.MODE:
            start, flags = wire.mode(data)
            return self._timeline.call(partial(self._start, flags) if start else self._stop)
        if request == Request.GET_STATE:
            station = self._station
            if station is None:
                return struct.pack("<3I", _STOPPED, 0, 0)
            return struct.pack("<3I", station.state, station.rec, min(station.tec, 255))
        replies = {
            Request.HOST_FORMAT: b"",
            Request.IDENTIFY: b"",
            Request.BT_CONST: wire.BT_CONST,
            Request.DEVICE_CONFIG: wire.DEVICE_CONFIG,
            Request.TIMESTAMP: struct.pack("<I", self._stamp(self._timeline.now)),
        }
        return replies.get(Request(request))

    def _start(self, flags: Feature) -> bytes | None:
        """Join the bus."""
        if self.bitrate is None:
            return None
        self._stop()
        self._flags = flags
        self._told = State.ERROR_ACTIVE
        self._station = Station(
            f"candleLight {self._serial}",
            self._receive,
            self._confirm,
            listen_only=Feature.LISTEN_ONLY in flags,
            bitrate=self.bitrate,
            one_shot=Feature.ONE_SHOT in flags,
            recovers=self._recovers,
            on_error=self._report,
        )
        self._medium.attach(self._station)
        return b""

    def _stop(self) -> bytes:
        """Leave the bus; what was not sent or not fetched is forgotten."""
        station, self._station = self._station, None
        if station is not None:
            self._medium.detach(station)
            self._waiting.clear()
            self._unconfirmed.clear()
            self.link.purge()
        return b""

    def _take(self, frame: wire.HostFrame) -> None:
        station = self._station
        if station is not None and not station.listen_only:
            self._waiting.append(frame)
            self._fill_mailboxes()

    def _fill_mailboxes(self) -> None:
        station = self._station
        while station is not None and self._waiting and len(station.queue) < _MAILBOXES:
            frame = self._waiting.popleft()
            # A host has no word for a frame that was given up: it would wait for its echo for ever.
            if self._early_echo or station.one_shot:
                self._send_echo(self._timeline.now, frame)
            else:
                self._unconfirmed.append(frame)
            self._medium.submit(station, frame.message)

    def _receive(self, when: Nanoseconds, message: Message) -> None:
        lost, self._lost = self._lost, False
        self._to_host(wire.pack_frame(message, stamp=self._asked_stamp(when), lost=lost))

    def _confirm(self, when: Nanoseconds, message: Message) -> None:
        """Take in that an own frame was sent and acknowledged."""
        while self._unconfirmed:
            frame = self._unconfirmed.popleft()
            if frame.message is message:
                self._send_echo(when, frame)
                break
        self._fill_mailboxes()

    def _send_echo(self, when: Nanoseconds, frame: wire.HostFrame) -> None:
        self._to_host(wire.pack_frame(frame.message, echo=frame.echo, stamp=self._asked_stamp(when)))

    def _report(self, when: Nanoseconds, error: BusError) -> None:
        """Tell the host of an error, when it wants to know, and of a change of state."""
        stamp = self._asked_stamp(when)
        asked = self._unasked_errors or Feature.BERR_REPORTING in self._flags
        if error.kind != "state" and asked:
            self._to_host(wire.pack_bus_error(error, stamp))
        if error.state is not self._told:
            self._told = error.state
            self._to_host(wire.pack_state(error, stamp))
        if Feature.ONE_SHOT in self._flags:
            self._timeline.post(self._fill_mailboxes)  # the frame that was given up leaves its mailbox now

    def _to_host(self, frame: bytes) -> None:
        if not self.link.bulk_in(frame):
            self._lost = True

    def _stamp(self, when: Nanoseconds) -> int:
        """Microseconds of the firmware's clock."""
        return (when - self._plugged_at) // 1000 & 0xFFFF_FFFF

    def _asked_stamp(self, when: Nanoseconds) -> int | None:
        return self._stamp(when) if Feature.HW_TIMESTAMP in self._flags else None
