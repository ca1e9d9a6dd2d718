"""Opening a VISA resource: the one place that knows pyvisa and its backend."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from bmshil.instruments.links import Link, MessageLink, SocketLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyvisa import ResourceManager
    from pyvisa.resources import MessageBasedResource

BACKEND = "@py"


@cache
def _manager() -> ResourceManager:
    # pyvisa hands out one manager per process anyway, and closing it closes everybody's sessions.
    import pyvisa  # noqa: PLC0415 - importing pyvisa takes longer than a command line may

    return pyvisa.ResourceManager(BACKEND)


def open_link(resource: str, timeout: float, settings: Mapping[str, Any]) -> Link:
    """Open a resource with everything explicit that VISA leaves to chance.

    Args:
        resource: VISA resource string, e.g. ``TCPIP::10.0.0.5::5025::SOCKET``.
        timeout: for opening, and later for each reply, s.
        settings: attributes of the pyvisa resource, e.g. ``{"baud_rate": 9600}``.

    Raises:
        OSError: the host is unknown, the connection is refused, the port is missing.
        Exception: whatever else the backend raises; pyvisa-py raises bare exceptions too.
    """
    parts = resource.split("::")
    if parts[0].upper().startswith("TCPIP") and len(parts) > 1:
        # pyvisa-py leaks its socket when the name of the host cannot be resolved.
        socket.getaddrinfo(parts[1].split(",")[0], None)
    milliseconds = round(timeout * 1000)
    opened = cast("MessageBasedResource", _manager().open_resource(resource, open_timeout=milliseconds))
    try:
        opened.timeout = milliseconds
        for name, value in settings.items():
            setattr(opened, name, value)
        if parts[-1].upper() == "SOCKET":
            return _socket_link(opened, timeout)
        opened.read_termination = "\n"
        opened.write_termination = "\n"
    except BaseException:
        opened.close()
        raise
    return MessageLink(opened)


def _socket_link(opened: MessageBasedResource, timeout: float) -> Link:
    from pyvisa.constants import StatusCode  # noqa: PLC0415 - as above

    # The attribute VI_ATTR_TCPIP_NODELAY cannot be set in pyvisa-py 0.8, and a refused connection is not
    # reported: both need the socket below.
    opened.read_termination = None
    medium: socket.socket = cast("Any", opened.visalib).sessions[opened.session].interface
    failure = medium.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if failure:
        raise OSError(failure, os.strerror(failure))
    closing = ExitStack()
    closing.callback(opened.close)
    # The link asks for exactly the bytes that have arrived; pyvisa would warn each time.
    closing.enter_context(opened.ignore_warning(StatusCode.success_max_count_read))
    return SocketLink(opened, medium, timeout, closing.close)
