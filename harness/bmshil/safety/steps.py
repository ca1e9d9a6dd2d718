"""The single steps of the off order: each switches or measures one thing, or raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability
from bmshil.safety.report import Outcome

if TYPE_CHECKING:
    from bmshil.instruments import Meter, Permit, Relays

LOW_CURRENT = 2.0
"""Below this a DC path may be opened, A."""

LOW_VOLTAGE = 5.0
"""Below this the DUT's DC side counts as discharged, V."""


def off_or_clear(device: Any, *, clear: bool) -> str:  # noqa: ANN401 - whatever has off()
    """Switch off; where a latched protection is in the way, clear it and switch off again.

    Args:
        device: what to switch off.
        clear: clear a latch that is not in the way, too.

    Returns:
        What is worth telling.

    Raises:
        InstrumentError: it is not off.
    """
    try:
        device.off()
    except Exception:
        trip = _trip(device)
        if not trip:
            raise
    else:
        trip = _trip(device)
        if not trip or not clear:
            return f"had tripped: {trip}" if trip else ""
    device.clear_trip()
    device.off()
    return f"had tripped: {trip}, cleared"


def _trip(device: Any) -> str:  # noqa: ANN401 - as above
    """Which protection has tripped; empty when none has, or nobody can tell."""
    if Capability.TRIPS not in getattr(device, "capabilities", Capability.NONE):
        return ""
    try:
        return str(device.tripped())
    except Exception:  # noqa: BLE001 - it is off or not: that is another question, asked for itself
        return ""


def moved(relays: Relays | Permit) -> Outcome:
    """How switching ends well: a board that reads nothing back has been told, and no more is known."""
    return Outcome.VERIFIED if Capability.READ_BACK in relays.capabilities else Outcome.DONE


def open_and_check(relays: Relays, role: str) -> str:
    """Open a relay; returns what is worth telling.

    Raises:
        InstrumentError: it refused, or still reads closed.
    """
    relays.open(role)
    if relays.closed(role):
        raise InstrumentError(f"{role} still reads closed")
    return "" if Capability.READ_BACK in relays.capabilities else "told to; it reads nothing back"


def amps(device: Any) -> float:  # noqa: ANN401 - a supply, or a load with MODES: both measure (V, A)
    """The current that a device measures, A."""
    return float(device.read()[1])


def check_current(device: Any) -> str:  # noqa: ANN401 - as above
    """Measure that no current flows; returns it in words.

    Raises:
        InstrumentError: no answer, or it still flows.
    """
    current = amps(device)
    if not abs(current) < LOW_CURRENT:
        raise InstrumentError(f"{current:.1f} A still flow")
    return f"{current:.1f} A"


def remaining(meter: Meter) -> str:
    """The voltage that nothing on this bench takes away, in words."""
    return f"{meter.voltage():.1f} V remain, no dc_discharge on this bench"


def check_voltage(meter: Meter) -> str:
    """Measure that the DUT's side is discharged; returns its voltage in words.

    Raises:
        InstrumentError: no answer, or it is not.
    """
    voltage = meter.voltage()
    if not abs(voltage) < LOW_VOLTAGE:
        raise InstrumentError(f"{voltage:.1f} V remain; wait, or find out what feeds the DUT")
    return f"{voltage:.1f} V"
