"""Modbus RTU with framing of its own, for lines that several devices share, and register blocks as data."""

from bmshil.dialects.modbus.crc import crc16, intact, sealed
from bmshil.dialects.modbus.fields import Field, Layout, Tell, Value, nobody
from bmshil.dialects.modbus.messages import (
    Function,
    Request,
    read,
    read_reply,
    refused,
    words_of,
    write,
    write_reply,
)
from bmshil.dialects.modbus.refusal import Reason, Refusal
from bmshil.dialects.modbus.registers import (
    READ_AND_WRITE,
    READ_AND_WRITE_SEVERAL,
    READ_ONLY,
    Block,
    Registers,
    answer,
    block_at,
)
from bmshil.dialects.modbus.splitter import RequestSplitter

__all__ = [
    "READ_AND_WRITE",
    "READ_AND_WRITE_SEVERAL",
    "READ_ONLY",
    "Block",
    "Field",
    "Function",
    "Layout",
    "Reason",
    "Refusal",
    "Registers",
    "Request",
    "RequestSplitter",
    "Tell",
    "Value",
    "answer",
    "block_at",
    "crc16",
    "intact",
    "nobody",
    "read",
    "read_reply",
    "refused",
    "sealed",
    "words_of",
    "write",
    "write_reply",
]
