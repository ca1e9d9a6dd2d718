"""Pylontech RS485: ASCII frames that a host asks with and a battery answers with."""

from bmshil.dialects.pylontech_rs485.frame import Frame, checksum, frame, length, parse
from bmshil.dialects.pylontech_rs485.rtn import FrameFault, Rtn
from bmshil.dialects.pylontech_rs485.splitter import Splitter

__all__ = ["Frame", "FrameFault", "Rtn", "Splitter", "checksum", "frame", "length", "parse"]
