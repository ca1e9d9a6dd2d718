"""What has happened to an adapter is told from what its driver raises."""

from __future__ import annotations

import errno
import os

import can
import pytest
import serial

from bmshil.ports.trouble import What, diagnose


def fail(error: Exception) -> None:
    raise error


def raised_by_pyserial(code: int) -> can.CanOperationError:
    """What comes up when the system refuses to read a serial line: pyserial names no cause."""
    try:
        try:
            try:
                fail(OSError(code, os.strerror(code)))
            except OSError as error:
                raise serial.SerialException(f"read failed: {error}")  # noqa: B904 - as pyserial does
        except OSError as error:
            raise can.CanOperationError("Could not read from serial device") from error
    except can.CanOperationError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (raised_by_pyserial(errno.EIO), "unplugged"),
        (serial.SerialException("device reports readiness to read (device disconnected ...?)"), "unplugged"),
        (OSError(errno.ENODEV, "No such device"), "unplugged"),
        (OSError(errno.ENETDOWN, "Network is down"), "interface down"),
        (can.CanOperationError("Failed to transmit", error_code=errno.ENOBUFS), "buffer full"),
        (can.CanOperationError("Write timeout: the adapter takes no more bytes"), "stalled"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "dead"),
        (RuntimeError("nobody knows"), "dead"),
    ],
)
def test_the_kind_of_an_outage_is_told_from_the_error(error: Exception, what: str) -> None:
    assert diagnose(error).what is What(what)


def test_an_error_that_hides_where_it_comes_from_is_judged_by_its_own_words() -> None:
    try:
        try:
            fail(OSError(errno.EIO, "Input/output error"))
        except OSError:
            raise RuntimeError("the queue is full") from None
    except RuntimeError as error:
        trouble = diagnose(error)
    assert trouble.what is What.BUFFER_FULL
    assert trouble.cause == "the queue is full"
