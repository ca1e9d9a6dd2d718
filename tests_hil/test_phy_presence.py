"""PHY: whether anybody is there: back from bus-off, and frames that somebody acknowledges, or nobody."""

import pytest

from bmshil.bench import Bench
from bmshil.errors import Blocked
from bmshil.journal import Frame
from pytest_bmshil import requirement

BUS_OFF_RECOVERY = 2.0  # s; S86: a good controller is back 1 to 2 s after the disturbance
ACKNOWLEDGED = 0.99  # share of the bank's frames
REPORTED = 1.0  # s beyond the three periods after which frames that nobody acknowledges are given up


@requirement(
    "PHY-05",
    "After a disturbance that drove the device off the bus it comes back by itself",
    needs=["echo:disturber", "errors:witness"],
    duration="30",
    disturbs=True,
    scenarios=["S86"],
)
def test_bus_off_recovery(bench: Bench) -> None:
    keepalive = bench.declares.keepalive
    if keepalive.trigger != "free":
        pytest.skip("not observable: only a device that speaks by itself can be made to collide")
    if not keepalive.data:
        pytest.skip("not observable: a keep-alive without data collides with no other")
    own = Frame(keepalive.id, bytes.fromhex(keepalive.data), keepalive.extended)
    errors = bench.disturber.drive_off(own, period=keepalive.period)
    bench.judge.characterise(errors, statement="Error frames that the disturbance took")
    back = bench.bus.first_own_frame(own, since=errors.end, within=10.0)
    bench.judge.fact(
        bench.observe("the device speaks again", back is not None),
        statement="The keep-alive comes back after the disturbance, without a power cycle",
    )
    if back is not None:
        bench.judge.at_most(
            back,
            BUS_OFF_RECOVERY + keepalive.period,
            statement="Time from the end of the disturbance to the first keep-alive",
            citation="ISO 11898-1: 128 times 11 recessive bits; S86: 2 s, and one period of the keep-alive",
        )


@requirement(
    "PHY-06",
    "Frames that nobody acknowledges are given up after three periods and told; none is sent late",
    subject="rig",
    needs=["can_break", "echo:emulator", "flushes:emulator", "lone_dut", "free_running"],
    duration="40",
    disturbs=True,
    scenarios=["S87"],
)
def test_unacknowledged_frames(bench: Bench) -> None:
    emulator = bench.ports["emulator"]
    period = max(node.period for node in bench.bank)
    bench.bank.limit(cvl=bench.levels.high_cvl)
    bench.run(2 * period)
    bench.judge.fact(
        bench.observe("somebody acknowledges", emulator.acknowledged),
        statement="With the device on the bus its frames are acknowledged",
    )
    stale = bench.bus.limits_heard(over=2 * period)
    with bench.wire.broken():
        broken = bench.seconds
        bench.until(lambda: not emulator.acknowledged, timeout=10 * period)
        bench.judge.fact(
            bench.observe("nobody acknowledges", not emulator.acknowledged, broken),
            statement="The bench tells that nobody acknowledges",
        )
        bench.judge.between(
            bench.elapsed("nobody acknowledges", broken),
            period,
            3 * period + REPORTED,
            statement="Time from the break of the cable until the bench tells",
        )
        bench.bank.limit(cvl=bench.levels.low_cvl)
        bench.run(3 * period)
    back = bench.seconds
    fresh = bench.bus.limits_heard(over=4 * period)
    bench.judge.fact(
        bench.observe("an old value after the reconnection", bool(stale & fresh), back),
        False,
        statement="No frame from before the break comes when the cable is whole again",
    )
    bench.judge.fact(
        bench.observe("the bank is heard", bool(fresh) and emulator.acknowledged, back),
        statement="The traffic goes on when the cable is whole again",
    )


@requirement(
    "PHY-07",
    "The device acknowledges: with nobody else to do it, the frames of the batteries are confirmed",
    needs=["echo:emulator", "lone_dut"],
    duration="10",
    silent_device=True,
    alone=True,
    scenarios=["S87"],
)
def test_device_acknowledges(bench: Bench) -> None:
    start = bench.seconds
    share = bench.bus.confirmed_share(over=10.0)
    passive = bench.bus.emulator_passive
    if (passive or float(share.value) < ACKNOWLEDGED) and not bench.bus.device_heard(since=start):
        raise Blocked(
            "nobody acknowledges, and the device was not heard: a cut cable, a device without power and "
            "a device that only listens look the same"
        )
    bench.judge.at_least(
        share,
        ACKNOWLEDGED,
        statement="Share of the bank's frames that are acknowledged while all others only listen",
        citation="ISO 11898-1: acknowledgement",
    )
    bench.judge.fact(
        bench.observe("the emulator is error-passive", passive, start),
        False,
        statement="The emulator's controller counts its frames as acknowledged, whatever its driver confirms",
        citation="ISO 11898-1: without acknowledgement a sender becomes error-passive",
    )
