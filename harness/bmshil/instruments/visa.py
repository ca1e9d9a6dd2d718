"""Opening a VISA resource: the one place that knows pyvisa and its backend."""

from __future__ import annotations

import os
import socket
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from bmshil.instruments.links import END, LineLink, Link, MessageLink
from bmshil.instruments.streams import SerialStream, SocketStream, Stream
from bmshil.instruments.told_socket import tell_when_gone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyvisa import ResourceManager
    from pyvisa.resources import MessageBasedResource

BACKEND = "@py"

HISLIP_PORT = 4880
PORT_MAPPER = 111
"""Where VXI-11 asks for its port, unless the resource says ``TCPIP::host,port::...``."""

TERMINATIONS = ("write_termination", "read_termination")
"""Settings that say what ends a line; a line feed where they say nothing."""


@cache
def _manager() -> ResourceManager:
    # pyvisa hands out one manager per process anyway, and closing it closes everybody's sessions.
    import pyvisa  # noqa: PLC0415 - importing pyvisa takes longer than a command line may

    return pyvisa.ResourceManager(BACKEND)


def open_link(resource: str, timeout: float, settings: Mapping[str, Any]) -> Link:
    """Open a resource that speaks in lines, with everything explicit that VISA leaves to chance.

    Args:
        resource: VISA resource string, e.g. ``TCPIP::10.0.0.5::5025::SOCKET``.
        timeout: for opening, and later for each reply, s.
        settings: attributes of the pyvisa resource, e.g. ``{"baud_rate": 9600}``, and ``TERMINATIONS``.

    Raises:
        OSError: the host is unknown, the connection is refused, the port is missing.
        Exception: whatever else the backend raises; pyvisa-py raises bare exceptions too.
    """
    opened = _open(resource, timeout, settings)
    try:
        stream = _stream(opened, resource, timeout)
    except BaseException:
        opened.close()
        raise
    if stream is None:
        numbered = "::hislip" in resource.lower()
        return MessageLink(opened, tell_when_gone(_interface(opened)), lasting=not numbered)
    write_end, read_end = (str(settings.get(key, END.decode())).encode("ascii") for key in TERMINATIONS)
    return LineLink(stream, timeout, write_end=write_end, read_end=read_end)


def open_stream(resource: str, timeout: float, settings: Mapping[str, Any]) -> Stream:
    """Open a resource that speaks in bytes: a serial line, or a raw socket.

    Args:
        resource: VISA resource string, e.g. ``ASRL/dev/ttyUSB0::INSTR``.
        timeout: for opening and writing, s.
        settings: attributes of the pyvisa resource, e.g. ``{"baud_rate": 9600}``.

    Raises:
        OSError: as :func:`open_link`; or bytes do not go over this kind of resource.
        Exception: whatever else the backend raises; pyvisa-py raises bare exceptions too.
    """
    opened = _open(resource, timeout, settings)
    try:
        stream = _stream(opened, resource, timeout)
    except BaseException:
        opened.close()
        raise
    if stream is None:
        opened.close()
        raise OSError("is no stream of bytes: take an ASRL or SOCKET resource")
    return stream


def _open(resource: str, timeout: float, settings: Mapping[str, Any]) -> MessageBasedResource:
    _knock(resource, timeout)
    milliseconds = round(timeout * 1000)
    opened = cast("MessageBasedResource", _manager().open_resource(resource, open_timeout=milliseconds))
    try:
        opened.timeout = milliseconds
        opened.read_termination = None
        for name, value in settings.items():
            if name not in TERMINATIONS:
                setattr(opened, name, value)
    except BaseException:
        opened.close()
        raise
    return opened


def _interface(opened: MessageBasedResource) -> Any:  # noqa: ANN401 - pyvisa-py has one type for each kind
    """What pyvisa-py speaks through: a socket, a serial port, a client of a protocol."""
    return cast("Any", opened.visalib).sessions[opened.session].interface


def _knock(resource: str, timeout: float) -> None:
    """See whether a network resource is there.

    pyvisa-py leaks its socket when the name of the host cannot be resolved, or where VXI-11 or HiSLIP is
    refused; and it waits for 5 s for a host that is switched off, whatever it is told.
    """
    parts = resource.split("::")
    if not parts[0].upper().startswith("TCPIP") or len(parts) < 3:
        return
    host, _, port = parts[1].partition(",")
    if parts[-1].upper() == "SOCKET":
        socket.getaddrinfo(host, None)
        return
    if parts[2].lower().startswith("hislip"):
        port = parts[2].partition(",")[2] or str(HISLIP_PORT)
    socket.create_connection((host, int(port or PORT_MAPPER)), timeout).close()


def _stream(opened: MessageBasedResource, resource: str, timeout: float) -> Stream | None:
    """The stream under a resource; None where it carries messages."""
    medium = _interface(opened)
    if resource.upper().startswith("ASRL"):
        return SerialStream(opened, medium, timeout)
    if not resource.upper().endswith("::SOCKET"):
        return None
    # The attribute VI_ATTR_TCPIP_NODELAY cannot be set in pyvisa-py 0.8, and a refused connection is not
    # reported: both need the socket below.
    failure = medium.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if failure:
        raise OSError(failure, os.strerror(failure))
    return SocketStream(opened, medium, timeout)
