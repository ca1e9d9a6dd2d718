"""Why a request is refused."""

from __future__ import annotations

from enum import IntEnum

from bmshil.errors import InputError


class Reason(IntEnum):
    """Exception codes.

    Source: MODBUS Application Protocol V1.1b3, section 7.
    """

    FUNCTION = 0x01
    ADDRESS = 0x02
    VALUE = 0x03
    FAILURE = 0x04
    BUSY = 0x06


class Refusal(InputError):  # noqa: N818 - an ordinary answer, not a defect of the program
    """A request that a device does not serve.

    Args:
        message: one line.
        reason: the exception code that it answers with.

    Attributes:
        reason: as given.
    """

    def __init__(self, message: str, reason: Reason = Reason.FAILURE) -> None:
        super().__init__(message)
        self.reason = reason
