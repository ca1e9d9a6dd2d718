"""Liveness: the battery falls silent, late, or comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.stimuli.foreign import flood, foreign_traffic
from bmshil.bench.stimuli.states import discharging, everywhere, resting
from bmshil.bench.stimuli.stimulus import Stimulus
from bmshil.bms import Freeze, Period, Reboot

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench

LATE = 120.0
"""So long an inverter runs before the first frame, s."""

SLOW = {"limits": 2.0, "state": 10.0, "measured": 10.0}
"""Periods of a BYD that a GX lost several times a day, s (victronenergy/venus#469)."""


def silence(*roles: str) -> Callable[[Bench], None]:
    """Make a play that keeps back all messages, or those with a role: limits, state, measured."""

    def play(bench: Bench) -> None:
        bench.stimulus(f"silence of {', '.join(roles) or 'all messages'}")
        bench.bank.silence(*(bench.bank.dialect.role(role) for role in roles))

    return play


def silence_and_back(bench: Bench) -> None:
    """Be silent for longer than the device bears, then speak as before."""
    silent = (bench.declares.timeouts.all or bench.acceptance.loss_stop) + 10.0
    bench.stimulus(f"silence for {silent:g} s")
    with bench.bank.silence():
        bench.run(silent)
    bench.stimulus("everything as before")


def slow_battery(bench: Bench) -> None:
    """Send as slowly as a BYD: limits every 2 s, all else every 10 s."""
    dialect = bench.bank.dialect
    fast = dialect.roles.get("limits")
    others = tuple(message.id for message in dialect.messages if message.id != fast)
    bench.stimulus("limits every 2 s, all else every 10 s")
    if fast is not None:
        everywhere(bench, Period(seconds=SLOW["limits"], ids=(fast,)))
    if others:
        everywhere(bench, Period(seconds=SLOW["state"], ids=others))


def silence_among_others(bench: Bench) -> None:
    """Be silent while frames with identifiers of nobody go on."""
    foreign_traffic(bench)
    silence()(bench)


def frozen(bench: Bench) -> None:
    """Freeze every payload at rest, then let a current flow that no payload tells of."""
    bench.stimulus("payloads that never change")
    everywhere(bench, Freeze())
    bench.power.start_charge()


def reboot(bench: Bench) -> None:
    """2 s of silence, 3 s of zeros, then everything as before."""
    bench.stimulus("a BMS reboots: 2 s of silence, 3 s of zeros")
    everywhere(bench, Reboot())


def late_boot(bench: Bench) -> None:
    """Let the device run for two minutes before the first frame of any pack."""
    with bench.bank.silence():
        bench.power_cycle()
        bench.power.start_charge()
        bench.stimulus(f"power on, and no battery speaks for {LATE:g} s")
        bench.run(bench.declares.boot + LATE)
    bench.stimulus("the batteries speak")


LIVENESS = (
    Stimulus(
        scenario="S01",
        title="The bank falls silent while it is charged",
        recipe="all messages of all packs end at once",
        play=silence(),
    ),
    Stimulus(
        scenario="S02",
        title="The bank falls silent while it is discharged",
        recipe="all messages of all packs end at once",
        play=silence(),
        bring=discharging,
    ),
    Stimulus(
        scenario="S03",
        title="Nobody controls the charge any more",
        recipe="all messages of all packs end while it charges far below its rating",
        play=silence(),
    ),
    Stimulus(
        scenario="S04",
        title="Only the limits end",
        recipe="the message with CVL and CCL ends, all others go on",
        play=silence("limits"),
        needs=("can",),
    ),
    Stimulus(
        scenario="S05",
        title="Only the state of charge ends",
        recipe="the message with the SOC ends, all others go on",
        play=silence("state"),
        needs=("can",),
    ),
    Stimulus(
        scenario="S06",
        title="Only the measured values end",
        recipe="the message with voltage and current ends, all others go on",
        play=silence("measured"),
        needs=("can",),
    ),
    Stimulus(
        scenario="S07",
        title="A very slow battery",
        recipe="limits every 2 s, all other messages every 10 s",
        play=slow_battery,
        needs=("can",),
    ),
    Stimulus(
        scenario="S08",
        title="Other traffic while the battery is silent",
        recipe="all messages of the bank end; eight identifiers of nobody go on, each four times a second",
        play=silence_among_others,
        needs=("can", "disturber"),
    ),
    Stimulus(
        scenario="S09",
        title="Payloads that never change",
        recipe="every payload is held at rest, then the charge begins",
        play=frozen,
        bring=resting,
        needs=("can", "charge"),
    ),
    Stimulus(
        scenario="S12",
        title="Silence, and everything as before",
        recipe="silence for 10 s longer than the declared time-out, then all messages again",
        play=silence_and_back,
    ),
    Stimulus(
        scenario="S13",
        title="A flood of frames",
        recipe="300 frames a second with 0x122 to 0x124 beside the bank's own",
        play=flood,
        needs=("can", "disturber"),
    ),
    Stimulus(
        scenario="S14",
        title="A BMS reboots at full power",
        recipe="2 s of silence, 3 s of zeros in values and limits, then as before",
        play=reboot,
        needs=("can", "hazard"),
    ),
    Stimulus(
        scenario="S15",
        title="A BMS boots late",
        recipe="the device has power for 120 s before the first frame",
        play=late_boot,
        bring=resting,
        needs=("relays", "charge"),
    ),
)
