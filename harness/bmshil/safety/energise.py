"""Energising: the one order in which a DC bus may be switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import RigError
from bmshil.safety.off import switch_off
from bmshil.safety.waiting import Wait, look_until, wait_on_wall

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.instruments import Meter, Relays, Supply
    from bmshil.safety.envelope import Envelope
    from bmshil.safety.equipment import Equipment

LARGEST_DIFFERENCE = 1.0
"""Voltage across ``dc_main`` below which it may close, V."""

PRECHARGE_TIME = 30.0
"""Longest time that pre-charging may take, s: 48 mF over 25 ohm need 6 s."""


def energise(
    equipment: Equipment,
    target: float,
    *,
    envelope: Envelope,
    wait: Wait = wait_on_wall,
    voltage: Callable[[], float] | None = None,
    timeout: float = PRECHARGE_TIME,
    tell: Callable[[float, float], object] = lambda _behind, _before: None,
    apart: bool = False,
) -> float:
    """Connect the supply to the DUT without an inrush.

    The order: protections set and read back; supply to the DUT-side voltage, output on; ``dc_precharge``;
    a DUT below ``target`` charged up to it through the pre-charge resistor; difference below 1 V, measured
    on both sides; ``dc_main``; ``dc_precharge`` open again. Whatever fails, everything is off afterwards,
    and the off report stands as a note on the exception.

    Args:
        equipment: needs a supply and a meter; contactors are used as far as they are wired.
        target: voltage of the bank, V.
        envelope: limits of the rig; sets the supply's own limits and protections.
        wait: lets time pass; the bench gives its timeline's.
        voltage: DUT-side voltage while waiting, V, e.g. the control loop's last sample; by default the
            meter is asked.
        timeout: longest pre-charge, s.
        tell: called just before ``dc_main`` closes with the voltage behind it, at the supply, and that
            before it, at the DUT, V.
        apart: as :func:`switch_off` takes it, for when this fails.

    Returns:
        The voltage that the supply is set to, V: ``target``, or the DUT's own where that is higher, or
        where no pre-charge is wired. The control loop takes over from there.

    Raises:
        RigError: no supply or meter, a contactor closed already, or the difference stays above 1 V.
        InstrumentError: an instrument refused or failed.
        EnvelopeError: the target or the DUT's voltage lies outside.
    """
    try:
        return _energise(
            equipment, target, envelope=envelope, wait=wait, voltage=voltage, timeout=timeout, tell=tell
        )
    except BaseException as error:
        error.add_note(str(switch_off(equipment, wait=wait, apart=apart)))
        raise


def protect(supply: Supply, envelope: Envelope) -> None:
    """Set the supply's limits to the envelope and its protections just above, and read them back.

    Raises:
        InstrumentError: refused, or reads back differently.
    """
    supply.set_limits(
        source_current=envelope.current,
        sink_current=envelope.current,
        over_voltage=envelope.over_voltage,
        over_current=envelope.over_current,
    )


def _energise(
    equipment: Equipment,
    target: float,
    *,
    envelope: Envelope,
    wait: Wait,
    voltage: Callable[[], float] | None,
    timeout: float,
    tell: Callable[[float, float], object],
) -> float:
    supply, meter, relays = equipment.supply, equipment.meter, equipment.relays
    if supply is None or meter is None:
        raise RigError(
            "energising needs a supply and a meter at the DUT's terminals: add them to the rig file"
        )
    envelope.check_command(voltage=target)
    _require_open(relays)
    protect(supply, envelope)
    present = meter.voltage()
    envelope.check_measured(present, 0.0)
    level = max(present, 0.0)
    supply.set_voltage(level)
    supply.output(True)
    if relays is None or "dc_main" not in relays.roles:
        return level
    if "dc_precharge" in relays.roles:
        relays.close("dc_precharge")
        level = max(level, target)
        supply.set_voltage(level)
    seen = voltage or meter.voltage
    # A little below the limit, or the noise of the meter decides whether the check below passes; no more
    # than a little, because what a DUT draws at rest keeps a voltage across the pre-charge resistor.
    look_until(lambda: abs(level - seen()) < 0.9 * LARGEST_DIFFERENCE, timeout, wait)
    tell(*_require_no_difference(supply, meter))
    relays.close("dc_main")
    if "dc_precharge" in relays.roles:
        relays.open("dc_precharge")
    return level


def _require_open(relays: Relays | None) -> None:
    for role in ("dc_main", "dc_precharge", "dc_discharge"):
        if relays is not None and role in relays.roles and relays.closed(role):
            raise RigError(f"{role} is closed before energising: something was left on; switched off now")


def _require_no_difference(supply: Supply, meter: Meter) -> tuple[float, float]:
    behind, before = supply.read()[0], meter.voltage()
    if not abs(behind - before) < LARGEST_DIFFERENCE:
        raise RigError(
            f"dc_main stays open: {behind:.1f} V at the supply, {before:.1f} V at the DUT; "
            "check pre-charge resistor, wiring and what loads the DUT"
        )
    return behind, before
