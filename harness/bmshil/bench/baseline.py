"""The known state that every test begins with, so that verdicts do not depend on their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import Blocked, InstrumentError

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench

SETTLE = 20.0
"""Longest time for the terminals to reach the start voltage with the device idle, s."""

CALM = 5.0
"""How long the device must have been idle before a test, s."""


def restore(bench: Bench, *, soc: float, silent_device: bool = False) -> None:
    """Bring the bench to its baseline: no fault, limits open, device idle, bank at its start, keep-alive.

    A device that does not come back is power-cycled once, where the rig can; then the operator of a real one
    is asked to reset it. Nothing begins before it has had its time to boot: what it does to the bus until
    then is excused, and nothing may hide behind that.

    Args:
        bench: the bench.
        soc: state of charge of every pack, 0..1.
        silent_device: True when the test itself finds out whether the device speaks.

    Raises:
        Blocked: the device did not come back: it needs a reset by hand.
    """
    if not bench.energised:
        if not any(pack.connected for pack in bench.packs):
            # An earlier test has switched the bank off, and a dead one has no voltage to energise to.
            bench.bank.reset()
            bench.packs.reset(soc)
        bench.energise()
    calm(bench)
    bench.packs.reset(soc)
    if silent_device:
        _wait_for_silent(bench)
    elif not _ready(bench):
        _revive(bench)
    bench.run(max(0.0, bench.booted - bench.seconds))


def _wait_for_silent(bench: Bench) -> None:
    """Give a device that may say nothing its time to speak, and one that is off the bus a power cycle."""
    bench.until(lambda: _settled(bench), SETTLE)
    # The first test of a run may meet a device that still boots: that silence is no finding.
    bench.until(lambda: _alive(bench), bench.declares.boot)
    if not bench.bus.acknowledged and "dc_main" in bench.relay_roles:
        # An earlier test may have driven it off the bus for good.
        bench.stimulus("power cycle: the device does not acknowledge")
        bench.power_cycle()
        bench.until(lambda: _alive(bench), bench.declares.boot + bench.declares.keepalive.grace)


def _revive(bench: Bench) -> None:
    """Power-cycle a device that did not come back by itself."""
    if "dc_main" in bench.relay_roles:
        bench.stimulus("power cycle: the device did not come back by itself")
        bench.power_cycle()
        if _ready(bench):
            return
    cause = _why(bench)
    if not (_reset_by_hand(bench, cause) and _ready(bench)):
        raise Blocked(f"reset needed: {_why(bench)}")


def _reset_by_hand(bench: Bench, cause: str) -> bool:
    """Let the operator reset the device, where there is one; say whether it was done."""
    if bench.rig.twin_device:
        return False
    bench.stimulus(f"reset by hand: {cause}")
    try:
        bench.ask_operator(
            f"reset the device, because {cause}: acknowledge its alarm, or switch it off and on"
        )
    except InstrumentError:  # nobody is there, or refuses: the journal has it
        return False
    bench.booted = bench.seconds + bench.start_up
    return True


def calm(bench: Bench) -> None:
    """Take away stimuli, faults and limits, and leave the bus to bank and device."""
    bench.standing.close()
    bench.power.idle()
    bench.bank.reset()
    bench.bank.order = tuple(range(1, len(bench.bank) + 1))
    bench.set_open_limits()
    bench.control.set_period(bench.control.default_period)
    bench.control.release()
    bench.wire.close()
    if bench.has_disturber:
        bench.disturber.rest()
    if bench.rig.over_rs485:
        bench.line.rest()


def _ready(bench: Bench) -> bool:
    recovery = bench.declares.recovery
    timeout = SETTLE + max(recovery.communication, recovery.power) + bench.start_up
    if not bench.until(lambda: _settled(bench), timeout):
        return False
    bench.run(CALM)
    if not bench.until(lambda: _alive(bench), timeout):
        return False
    return bench.readback is None or _accepts(bench, timeout)


def _accepts(bench: Bench, timeout: float) -> bool:
    """Whether the device reports that it works with the bank and has no alarm."""
    end = bench.seconds + timeout
    while not bench.device_ready():
        if bench.seconds >= end:
            return False
        bench.run(1.0)
    return True


def _settled(bench: Bench) -> bool:
    return bench.control.settled and _idle(bench) and _speaking(bench)


def _speaking(bench: Bench) -> bool:
    return bench.bank.architecture.speaking


def idle_current(bench: Bench) -> float:
    """Up to this current, A, of either sign, a device counts as idle."""
    return max(1.0, 0.02 * bench.declares.rating.charge_current)


def _idle(bench: Bench) -> bool:
    return abs(bench.control.current) <= idle_current(bench)


def _alive(bench: Bench) -> bool:
    return bench.declares.keepalive.trigger == "never" or bench.bus.keepalive.alive(bench.timeline.now)


def _why(bench: Bench) -> str:
    if not _idle(bench):
        return f"the device still moves {bench.control.current:.1f} A with nothing to charge from or to feed"
    if not bench.bus.acknowledged:
        return bench.bus.alone
    if not _alive(bench):
        return "no keep-alive from the device"
    if not bench.control.settled:
        return f"the terminals stay at {bench.control.voltage:.2f} V"
    return "the device does not accept the batteries"
