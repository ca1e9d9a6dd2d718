"""Pylontech RS485: ASCII frames in which a host asks and a battery answers, one file for each command."""

from bmshil.dialects.pylontech_rs485 import (
    alarms,
    analog,
    identity,
    maker,
    management,
    parameters,
    set_points,
    system_alarms,
    system_analog,
    system_basics,
    system_limits,
    version,
)
from bmshil.dialects.pylontech_rs485.commands import ALL_PACKS, OF_ALL_PACKS, OF_ONE_PACK, Command, request
from bmshil.dialects.pylontech_rs485.frame import Frame, checksum, frame, length, parse, peek
from bmshil.dialects.pylontech_rs485.rtn import FrameFault, Rtn
from bmshil.dialects.pylontech_rs485.splitter import Splitter
from bmshil.dialects.pylontech_rs485.writer import Tell

__all__ = [
    "ALL_PACKS",
    "OF_ALL_PACKS",
    "OF_ONE_PACK",
    "Command",
    "Frame",
    "FrameFault",
    "Rtn",
    "Splitter",
    "Tell",
    "alarms",
    "analog",
    "checksum",
    "frame",
    "identity",
    "length",
    "maker",
    "management",
    "parameters",
    "parse",
    "peek",
    "request",
    "set_points",
    "system_alarms",
    "system_analog",
    "system_basics",
    "system_limits",
    "version",
]
