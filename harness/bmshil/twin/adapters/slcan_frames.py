"""CAN frames as lines of text, as the slcan protocol writes them.

``t1002`` + data is a data frame with 11 bits of identifier, ``T`` one with 29; ``r`` and ``R`` are remote
frames. Then come three or eight digits of identifier, one of length, and the data, all hexadecimal.

Source: CAN232 manual, version 3 (Lawicel AB, 2010): commands t, T, r, R and Z.
"""

import re

from can import Message

_FRAME = re.compile(
    rb"(?:(?:t([0-7][0-9A-Fa-f]{2})|T([01][0-9A-Fa-f]{7}))([0-8])((?:[0-9A-Fa-f]{2}){0,8})"
    rb"|(?:r([0-7][0-9A-Fa-f]{2})|R([01][0-9A-Fa-f]{7}))([0-8]))"
)


def encode(message: Message, milliseconds: int | None = None) -> bytes:
    """Write a frame as a line, with its carriage return.

    Args:
        message: a classic data or remote frame.
        milliseconds: the time stamp to append, 0 to 59999; None for none.
    """
    if message.is_extended_id:
        letter, digits = "R" if message.is_remote_frame else "T", "08X"
    else:
        letter, digits = "r" if message.is_remote_frame else "t", "03X"
    stamp = "" if milliseconds is None else f"{milliseconds:04X}"
    # A remote frame has no data.
    data = message.data.hex().upper()
    return f"{letter}{message.arbitration_id:{digits}}{message.dlc}{data}{stamp}\r".encode()


def decode(line: bytes) -> Message | None:
    """Read a line without its carriage return; None when it is no frame that a classic bus can carry."""
    matched = _FRAME.fullmatch(line)
    if matched is None:
        return None
    standard, extended, length, data, remote_standard, remote_extended, remote_length = matched.groups()
    if length is None:
        return Message(
            arbitration_id=int(remote_standard or remote_extended, 16),
            is_extended_id=remote_extended is not None,
            is_remote_frame=True,
            dlc=int(remote_length),
        )
    if len(data) != 2 * int(length):
        return None
    return Message(
        arbitration_id=int(standard or extended, 16),
        is_extended_id=extended is not None,
        data=bytes.fromhex(data.decode()),
    )
