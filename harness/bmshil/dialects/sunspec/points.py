"""Points of SunSpec models as fields: each type has a number that means "not implemented"."""

from __future__ import annotations

from bmshil.dialects.modbus import Field

ENUM_UNKNOWN = U16_UNKNOWN = 0xFFFF
S16_UNKNOWN = 0x8000
U32_UNKNOWN = 0xFFFFFFFF


def u16(name: str, at: int, scale: float = 1.0) -> Field:
    """A number in the register ``at``, counted from that of the model id; also an enumeration."""
    return Field(name, 2 * at, "u16", scale, unknown=U16_UNKNOWN)


def s16(name: str, at: int, scale: float = 1.0) -> Field:
    """A number with a sign, also a scale factor."""
    return Field(name, 2 * at, "s16", scale, unknown=S16_UNKNOWN)


def u32(name: str, at: int) -> Field:
    """A number in two registers, the high word first."""
    return Field(name, 2 * at, "u32", unknown=U32_UNKNOWN)


def bits(name: str, at: int) -> Field:
    """A bit field in two registers; without a value no bit is set."""
    return Field(name, 2 * at, "u32")


def text(name: str, at: int, registers: int) -> Field:
    """Characters."""
    return Field(name, 2 * at, "text", count=2 * registers)
