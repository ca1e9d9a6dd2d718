"""Copies of messages: what is sent and what is received must not be one object."""

import can


def snapshot(message: can.Message, channel: str) -> can.Message:
    """Copy what is sent, checked, so that the caller may use its message again."""
    identifier = message.arbitration_id
    extended = message.is_extended_id
    length = message.dlc
    remote = message.is_remote_frame
    if (
        message.is_fd
        or message.is_error_frame
        or not 0 <= identifier <= (0x1FFFFFFF if extended else 0x7FF)
        or not 0 <= length <= 8
        or len(message.data) != (0 if remote else length)
    ):
        raise can.CanOperationError(
            f"a classic CAN bus cannot carry {message}: FD and error frames, identifiers beyond "
            f"{'29' if extended else '11'} bits, more than 8 bytes or a length unlike the data"
        )
    return can.Message(0.0, identifier, extended, remote, False, channel, length, bytearray(message.data))


def copy_of(message: can.Message) -> can.Message:
    """Give a receiver a message of its own."""
    return can.Message(
        message.timestamp,
        message.arbitration_id,
        message.is_extended_id,
        message.is_remote_frame,
        message.is_error_frame,
        message.channel,
        message.dlc,
        message.data[:],
        False,
        message.is_rx,
    )
