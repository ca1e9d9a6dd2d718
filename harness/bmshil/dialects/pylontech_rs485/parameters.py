"""0x47, system parameters: the thresholds of a pack."""

from __future__ import annotations

from dataclasses import dataclass

from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.pylontech_rs485.writer import Tell, Writer, nobody


@dataclass(frozen=True, slots=True)
class Parameters:
    """Thresholds of one pack: volts, degC, amperes, all positive.

    Attributes:
        cell_high, cell_low, cell_under: V; low is an alarm, under a protection.
        charge_hot, charge_cold: degC.
        charge_current: A.
        module_high, module_low, module_under: V.
        discharge_hot, discharge_cold: degC.
        discharge_current: A; negative on the wire.
    """

    cell_high: float
    cell_low: float
    cell_under: float
    charge_hot: float
    charge_cold: float
    charge_current: float
    module_high: float
    module_low: float
    module_under: float
    discharge_hot: float
    discharge_cold: float
    discharge_current: float


def encode(parameters: Parameters, *, flag: int = 0, tell: Tell = nobody) -> bytes:
    """Return INFO of the reply.

    Args:
        parameters: of the pack.
        flag: INFOFLAG.
        tell: is called for each value that does not fit.

    Source: Pylontech RS485 protocol V3.3; the current's 0.1 A from a US5000 of 100 A.
    """
    its = parameters
    out = Writer(tell).number("flag", flag)
    out.volts("cell_high", its.cell_high).volts("cell_low", its.cell_low).volts("cell_under", its.cell_under)
    out.celsius("charge_hot", its.charge_hot).celsius("charge_cold", its.charge_cold)
    out.amps("charge_current", its.charge_current)
    out.volts("module_high", its.module_high).volts("module_low", its.module_low)
    out.volts("module_under", its.module_under)
    out.celsius("discharge_hot", its.discharge_hot).celsius("discharge_cold", its.discharge_cold)
    return out.amps("discharge_current", -its.discharge_current).done()


def decode(info: bytes) -> Parameters:
    """Read INFO of a reply; the sign of the discharge current is let be.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("system parameters", info)
    read.number()
    return Parameters(
        read.volts(),
        read.volts(),
        read.volts(),
        read.celsius(),
        read.celsius(),
        read.amps(),
        read.volts(),
        read.volts(),
        read.volts(),
        read.celsius(),
        read.celsius(),
        abs(read.amps()),
    )
