"""PHY: termination, noise, second senders and the bit rate: field failures that are silent."""

import math

import pytest

from bmshil.bench import Bench, classify_errors
from bmshil.errors import Blocked
from bmshil.judge import Measurement
from pytest_bmshil import requirement


@requirement(
    "PHY-01",
    "Two terminators are on the cable, 60 +- 5 ohm, measured before anything else; a wrong number is named",
    subject="rig",
    needs=["ohmmeter"],
    wiring=True,
    duration="10",
    scenarios=["S89"],
)
def test_termination(bench: Bench) -> None:
    measured = bench.wire.termination
    if measured is None:
        pytest.skip("not observable: nothing was measured when the rig was opened")
    bench.judge.fact(
        bench.wire.named(measured),
        "two terminators",
        statement="What the resistance between CAN-H and CAN-L says, with the power off",
        citation="ISO 11898-2: 120 ohm at either end",
    )
    if math.isfinite(float(measured.value)):
        bench.judge.between(
            measured,
            55.0,
            65.0,
            statement="Resistance between CAN-H and CAN-L when the rig was opened, with the power off",
            citation="ISO 11898-2: 120 ohm at either end",
        )


@requirement(
    "PHY-01",
    "Two terminators are on the cable, 60 +- 5 ohm, measured before anything else; a wrong number is named",
    subject="rig",
    needs=["ohmmeter", "can_term"],
    wiring=True,
    duration="10",
    scenarios=["S89"],
)
@pytest.mark.parametrize(
    ("joined", "named"),
    [
        ((), "no terminator"),
        (("can_term_a",), "one terminator"),
        (("can_term_b",), "one terminator"),
        (("can_term_a", "can_term_b"), "two terminators"),
    ],
    ids=["none", "a", "b", "both"],
)
def test_terminators_are_told_apart(bench: Bench, joined: tuple[str, ...], named: str) -> None:
    with bench.wire.joined(*joined):
        measured = bench.wire.measure()
    bench.judge.fact(
        bench.wire.named(measured),
        named,
        statement=f"What the bench finds with {' and '.join(joined) or 'no relay'} closed",
    )


@requirement(
    "PHY-02",
    "No frame is destroyed, at rest or at full power: neither noise of the power stage nor a constant fault",
    subject="rig",
    needs=["dc", "charge", "errors:witness"],
    disturbs=True,  # the device may: the errors that it makes are what is judged
    duration="6 * follow_lag + 120",
    scenarios=["S90"],
)
def test_error_rate_against_power(bench: Bench, unit: float) -> None:
    start = bench.seconds
    rates = [bench.bus.error_rate(over=5.0)]
    bench.bank.limit(ccl=unit / 2)
    bench.power.start_charge()
    bench.settle_generously()
    rates.append(bench.bus.error_rate(over=5.0))
    bench.set_open_limits()
    bench.until(lambda: bench.control.current >= 6 * unit, timeout=30.0)
    bench.settle()
    rates.append(bench.bus.error_rate(over=5.0))
    if rates[-1].current < 3 * unit:
        raise Blocked(
            f"stimulus not binding: with the limits open the device charges with {rates[-1].current:.1f} A, "
            f"{3 * unit:.1f} A are needed to tell noise from a constant fault"
        )
    bench.judge.fact(
        bench.observe("what destroys frames", classify_errors(rates), start),
        "none",
        statement="Errors on the bus, at rest and at rising current",
        citation="field article on CAN noise: none at 20 A, some at 50 A, many above 80 A",
    )
    _, errors = bench.bus.traffic(since=start)
    bench.judge.at_most(errors, 0.0, statement="Errors on the bus over the whole test, ramps included")
    for rate in rates:
        bench.judge.at_most(
            Measurement("destroyed frames", start, bench.seconds, "share", rate.share),
            0.0,
            statement=f"Share of frames destroyed at {rate.current:.0f} A",
        )


@requirement(
    "PHY-03",
    "A second sender of a pack's identifiers is found: by values that alternate, or by frames that collide",
    subject="rig",
    needs=["peers", "packs:3", "disturber"],
    duration="30",
    silent_device=True,
    disturbs=True,
    scenarios=["S65", "S66"],
)
def test_second_sender_alternates(bench: Bench) -> None:
    start = bench.seconds
    bench.bank.limit(cvl=bench.levels.high_cvl)
    bench.run(2.0)
    bench.judge.fact(
        bench.observe("packs whose values alternate", bench.bus.alternating_packs(over=5.0), start),
        "none",
        statement="Nothing is reported for a bank that has no second sender",
    )
    with bench.disturber.second_sender(2, cvl=bench.levels.low_cvl):
        bench.run(3.0)
        bench.judge.fact(
            bench.observe("packs whose values alternate", bench.bus.alternating_packs(over=6.0), start),
            "pack 2",
            statement="A sender with a clock of its own says another CVL with the identifiers of pack 2",
        )


@requirement(
    "PHY-03",
    "A second sender of a pack's identifiers is found: by values that alternate, or by frames that collide",
    subject="rig",
    needs=["peers", "packs:3", "echo:disturber", "errors:witness", "errors:emulator"],
    duration="30",
    silent_device=True,
    disturbs=True,
    scenarios=["S65", "S91"],
)
def test_second_sender_collides(bench: Bench) -> None:
    start = bench.seconds
    before = bench.ports["emulator"].health.tec
    bench.judge.fact(
        bench.observe("packs whose frames collide", bench.bus.colliding_packs(over=3.0), start),
        "none",
        statement="Nothing is reported for a bank that has no second sender",
    )
    collided = bench.seconds
    bench.disturber.collide(2)
    bench.judge.fact(
        bench.observe("packs whose frames collide", bench.bus.found_colliding(since=collided), collided),
        "pack 2",
        statement="A second sender that begins at the same instant as pack 2 with another value",
    )
    bench.judge.at_least(
        bench.bus.highest_counter("emulator", since=collided),
        before + 8.0,
        statement="The transmit error counter of the emulator counts the collision",
        citation="ISO 11898-1: 8 for each error of a transmitter",
    )
    bench.judge.fact(
        bench.observe("packs whose values alternate", bench.bus.alternating_packs(over=5.0), start),
        "none",
        statement="One collision is no alternation: the two are told apart",
    )


@requirement(
    "PHY-04",
    "Device and bank speak at one bit rate; a wrong one is found by listening only, and nobody notices",
    needs=["listens:disturber", "errors:disturber", "errors:witness"],
    duration="20",
    scenarios=["S88"],
)
def test_wrong_bit_rate(bench: Bench) -> None:
    start = bench.seconds
    bitrate = bench.rig.can["emulator"].bitrate
    for tried, named in (
        (bitrate, f"{bitrate} bit/s"),
        (bitrate // 2, f"another bit rate than {bitrate // 2} bit/s"),
    ):
        bench.judge.fact(
            bench.observe("bit rate", bench.disturber.bit_rate(tried, over=3.0), start),
            named,
            statement=f"What an adapter finds that only listens, at {tried} bit/s",
        )
    frames, errors = bench.bus.traffic(since=start)
    bench.judge.at_most(errors, 0.0, statement="Error frames at the witness meanwhile")
    bench.judge.at_least(frames, 1.0, statement="Frames at the witness meanwhile")


@requirement(
    "PHY-04",
    "Device and bank speak at one bit rate; a wrong one is found by listening only, and nobody notices",
    needs=["listens:disturber", "errors:disturber", "errors:witness"],
    duration="40",
    silent_device=True,
    alone=True,
    scenarios=["S88"],
)
def test_bit_rate_of_the_device(bench: Bench) -> None:
    keepalive = bench.declares.keepalive
    if keepalive.trigger != "free":
        pytest.skip("not observable: only a device that speaks by itself can be heard without the bank")
    bench.bank.silence()
    bench.run(2 * max(node.period for node in bench.bank))  # what nobody acknowledges is given up by then
    start = bench.seconds
    found = bench.disturber.device_bit_rate(over=max(3.0, 2 * keepalive.period))
    if found is None:
        raise Blocked("the device is silent at every bit rate")
    bench.judge.fact(
        bench.observe("bit rate of the device", f"{found} bit/s", start),
        f"{bench.rig.can['emulator'].bitrate} bit/s",
        statement="The device speaks at the bit rate of its bus",
        citation="S88: 250 against 500 kbit/s",
    )
