"""The device itself: it gets its voltage, and has to speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check
from bmshil.errors import InstrumentError
from bmshil.journal import identifier_label

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench

IDLE = 0.02
"""Share of its rating that a device may move with nothing to charge from or to feed."""


LOOP_PATIENCE = 20.0
"""How long the control loop may take for its first figures, s: four times as long as it needs."""


def check_device_alive(bench: Bench) -> list[Check]:
    """Energise the device, look at the control loop, and wait for its keep-alive. The caller switches off.

    Raises:
        RigError: it could not be energised safely.
    """
    keepalive = bench.declares.keepalive
    name = f"keep-alive {identifier_label(keepalive.id, keepalive.extended)}"
    if bench.rig.over_rs485:
        name = "question over RS485"
    bench.bank.start()
    bench.energise()
    checks = [
        Check.ok("energising", f"{bench.control.emf:.1f} V at the device, pre-charged"),
        _loop_as_measured(bench),
    ]
    if keepalive.trigger == "never":
        return [*checks, Check.skipped("device", "it declares that it sends nothing by itself")]
    patience = bench.declares.boot + keepalive.grace
    if not bench.until(lambda: bench.bus.keepalive.alive(bench.timeline.now), patience):
        heard = "" if bench.bus.acknowledged else f"; {bench.bus.alone}"
        return [
            *checks,
            Check.failed(
                "device",
                f"silent: no {name} within {patience:g} s of power{heard}",
                "look at its protocol menu, its CAN socket and cable; the set-up sheet says how",
            ),
        ]
    rating = bench.declares.rating.charge_current
    current = bench.control.current
    if abs(current) > max(1.0, IDLE * rating):
        return [
            *checks,
            Check.failed(
                "device",
                f"speaks, but moves {current:.1f} A with nothing to charge from or to feed",
                "find out what feeds or loads it",
            ),
        ]
    return [*checks, Check.ok("device", f"{name} arrives, {current:.1f} A at rest"), *_readback(bench)]


def _loop_as_measured(bench: Bench) -> Check:
    """What the instruments leave of the control loop that was planned."""
    name, quality = "loop as measured", bench.control.quality
    if not bench.until(lambda: quality.told > 0, LOOP_PATIENCE):
        cause = f"no figures within {LOOP_PATIENCE:g} s: supply or meter hardly answer"
    elif quality.complaint:
        cause = quality.complaint
    else:
        worst = quality.figures
        return Check.ok(
            name, f"a step every {worst['period_s']:g} s, in force after {worst['latency_s']:g} s"
        )
    return Check.failed(
        name, cause, "raise control.period, or take instruments and connections that answer sooner"
    )


def _readback(bench: Bench) -> list[Check]:
    if bench.readback is None:
        return [Check.skipped("read-back", "the rig declares none")]
    try:
        bench.device_ready()
    except InstrumentError as error:
        return [
            Check.failed("read-back", str(error), "switch Modbus TCP on at the device, look at its address")
        ]
    return [Check.ok("read-back", "the device answers")]
