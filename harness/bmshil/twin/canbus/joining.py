"""What is looked at before a bus object may join a segment."""

import threading

import can

from bmshil.errors import PortError
from bmshil.twin.canbus.medium import Medium, medium


def find_medium(channel: str, bitrate: int | None, refused: list[str]) -> Medium:
    """Find the segment that a program wants to open.

    Args:
        channel: name of the segment.
        bitrate: that it asks for, bit/s, if it does.
        refused: options of other interfaces that it asks for.

    Raises:
        can.CanInitializationError: there is no such channel, an option does not exist here, or the segment is
            on simulated time and another thread's.
    """
    try:
        found = medium(channel)
    except PortError as error:
        raise can.CanInitializationError(str(error)) from error
    if bitrate is not None and bitrate <= 0:
        raise can.CanInitializationError(
            f"twin channel {channel!r}: a bit rate of {bitrate} bit/s cannot be: use e.g. 500000"
        )
    if refused:
        raise can.CanInitializationError(
            f"twin channel {channel!r} has no option {', '.join(sorted(refused))}: "
            f"leave it out (classic CAN only)"
        )
    if found.timeline.simulated and threading.get_ident() != found.owner:
        raise can.CanInitializationError(
            f"twin {channel} is on simulated time: only its owner thread may open it"
        )
    return found
