"""The physical layer: frames of another kind, noise, collisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.stimuli.foreign import as_extended
from bmshil.bench.stimuli.losses import lossy
from bmshil.bench.stimuli.states import charging, resting
from bmshil.bench.stimuli.stimulus import Stimulus
from bmshil.bms import Period
from bmshil.journal import Frame

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench

DRIFT = 1.0004
"""Two clocks that are 200 ppm off, one each way, so that their bursts pass through each other."""


def driven_off(bench: Bench) -> None:
    """Let every frame of the device collide, until its controller leaves the bus."""
    alive = bench.declares.keepalive
    own = Frame(alive.id, bytes.fromhex(alive.data), alive.extended)
    bench.disturber.drive_off(own, period=alive.period)


def nobody_acknowledges(bench: Bench) -> None:
    """Take the device off the bus."""
    bench.standing.enter_context(bench.wire.broken())


def other_bit_rate(bench: Bench) -> None:
    """Listen at half the bit rate, and disturb nobody."""
    bench.disturber.listen(bench.rig.can["emulator"].bitrate // 2, over=10.0)


def one_terminator(bench: Bench) -> None:
    """Leave one terminator on the cable. It is the power that is off while it is measured."""
    bench.standing.enter_context(bench.wire.joined("can_term_b"))


def drifting(bench: Bench) -> None:
    """Let the burst of pack 2 drift through that of pack 1."""
    bench.stimulus("the bursts of two packs drift by 400 ppm")
    for message in bench.bank.dialect.messages:
        bench.bank[2].faults.on(Period(seconds=DRIFT * message.period, ids=(message.id,)))


PHYSICAL = (
    Stimulus(
        scenario="S85",
        title="29 bits instead of 11",
        recipe="the bank is silent; what pack 1 said goes on with the same numbers as longer identifiers",
        play=as_extended,
        needs=("can", "disturber"),
    ),
    Stimulus(
        scenario="S86",
        title="The device is driven off the bus",
        recipe="every frame that the device sends collides, until it sends none",
        play=driven_off,
        bring=resting,
        needs=("echo:disturber", "errors:witness"),
    ),
    Stimulus(
        scenario="S87",
        title="Nobody acknowledges",
        recipe="the device is taken off the bus, the bank speaks on",
        play=nobody_acknowledges,
        bring=resting,
        needs=("can_break",),
    ),
    Stimulus(
        scenario="S88",
        title="Another bit rate",
        recipe="an adapter listens for 10 s at half the bit rate, and disturbs nobody",
        play=other_bit_rate,
        bring=resting,
        needs=("listens:disturber",),
    ),
    Stimulus(
        scenario="S89",
        title="One terminator is missing",
        recipe="one of the two terminators is taken off the running bus",
        play=one_terminator,
        bring=charging,
        needs=("can_term",),
    ),
    Stimulus(
        scenario="S90",
        title="Noise that grows with the power",
        recipe="2 % of the sets are lost above half of I_ref, a fifth above one I_ref",
        play=lossy,
    ),
    Stimulus(
        scenario="S91",
        title="Bursts that drift into each other",
        recipe="the messages of pack 2 come 400 ppm later each time than those of pack 1",
        play=drifting,
        packs=2,
        needs=("can", "peers"),
    ),
)
