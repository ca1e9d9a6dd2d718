"""Several batteries: what they ask for differs, or one of them goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bmshil.bench.stimuli.states import charging, nearly_full, resting
from bmshil.bench.stimuli.stimulus import Stimulus
from bmshil.bms import Duplicate, Master, Override, Silence
from bmshil.bms.mistakes import mistake

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench

AWAY = 60.0
"""So long a master or a pack is away before it comes back, s."""

MASTER = ("architecture:master",)
PEERS = ("several", "peers")


def charging_to_the_sum(bench: Bench) -> None:
    """Charge with limits of one I_ref each, having shown that their sum binds."""
    unit = bench.levels.reference
    bench.bank.limit(ccl=unit, dcl=unit)
    bench.charge(limit=len(bench.bank) * unit)
    bench.settle_generously()


def second_sender(bench: Bench) -> None:
    """Let another one say a lower CVL with the identifiers of pack 1."""
    bench.bank.limit(cvl=bench.levels.high_cvl)
    bench.standing.enter_context(bench.disturber.second_sender(1, cvl=bench.levels.low_cvl))


def commit(name: str) -> Callable[[Bench], None]:
    """Make a play that makes one of the mistakes of installers."""

    def play(bench: Bench) -> None:
        bench.stimulus(f"mistake: {name}")
        made = mistake(name).commit
        if made is not None:
            made(bench.bank)

    return play


def opens(bench: Bench) -> None:
    """Open the contactor of pack 2, which goes on to tell its limits."""
    unit = bench.levels.reference
    bench.bank[2].faults.on(Override(ccl=unit, dcl=unit))
    bench.bank[2].disconnect()


def borrowed_address(bench: Bench) -> None:
    """Let pack 2 speak with the identifiers of pack 1 and a SOC of its own."""
    bench.bank[2].faults.on(Override(soc=0.2))
    bench.bank[2].faults.on(Duplicate(of=1))


def one_fewer(bench: Bench) -> None:
    """Let the last pack fall silent."""
    bench.bank[len(bench.bank)].faults.on(Silence())


def one_more(bench: Bench) -> None:
    """Let the last pack join, with 30 % more SOC."""
    last = bench.bank[len(bench.bank)]
    last.faults.on(Override(soc=min(1.0, last.own_report.soc + 0.3)))
    with last.faults.on(Silence()):
        bench.run(AWAY)


def master_lost(bench: Bench) -> None:
    """Silence the master for good."""
    cast("Master", bench.bank.architecture).lose_master()


def master_returns(bench: Bench) -> None:
    """Silence the master, and let it come back after a minute."""
    master = cast("Master", bench.bank.architecture)
    master.lose_master()
    bench.run(AWAY)
    master.restore_master()


def one_lower_cvl(bench: Bench) -> None:
    """Let pack 2 ask for a lower CVL than all others."""
    bench.bank.limit(cvl=bench.levels.high_cvl)
    bench.bank[2].limit(cvl=bench.levels.low_cvl)


def cvl_divided(bench: Bench) -> None:
    """Let every pack ask for its CVL divided by their number."""
    bench.bank.limit(cvl=bench.levels.high_cvl / max(3, len(bench.bank)))


def one_smaller_limit(bench: Bench) -> None:
    """Limits of 2 : 1 : 2 in units of I_ref."""
    unit = bench.levels.reference
    bench.bank.limit(ccl=2 * unit)
    bench.bank[2].limit(ccl=unit)


def one_cold(bench: Bench) -> None:
    """Let pack 1 be too cold to be charged."""
    bench.bank[1].faults.on(Override(temperature=-5.0))
    bench.bank[1].limit(ccl=0.0)


def socs_apart(bench: Bench) -> None:
    """24 % at pack 1 and 60 % at all others, at one voltage."""
    for node in bench.bank:
        node.faults.on(Override(soc=0.24 if node.number == 1 else 0.60))


def one_set_incomplete(bench: Bench) -> None:
    """Take the limits of pack 2 away, and nothing else."""
    bench.bank[2].faults.on(Silence(ids=(bench.bank.dialect.role("limits"),)))


MULTI_BATTERY = (
    Stimulus(
        scenario="S65",
        title="Two masters with the same identifiers",
        recipe="a second sender says a lower CVL and CCL 0 A, half a period after pack 1",
        play=second_sender,
        needs=("can", "disturber"),
    ),
    Stimulus(
        scenario="S66",
        title="A slave's CAN port on the bus as well",
        recipe="the cable of a slave is put into the bus of the inverter",
        play=commit("slave_on_the_bus"),
        needs=MASTER,
    ),
    Stimulus(
        scenario="S67",
        title="Two batteries answer one address",
        recipe="the slaves get the address of their master on the link",
        play=commit("equal_addresses"),
        needs=MASTER,
    ),
    Stimulus(
        scenario="S68",
        title="A pack opens while it is charged",
        recipe="the contactor of pack 2 opens, and it goes on to allow its current",
        play=opens,
        bring=charging_to_the_sum,
        packs=2,
        needs=PEERS,
    ),
    Stimulus(
        scenario="S69",
        title="A pack with the address of another",
        recipe="pack 2 speaks with the identifiers of pack 1 and says SOC 20 %",
        play=borrowed_address,
        bring=resting,
        packs=2,
        needs=("can", "peers"),
    ),
    Stimulus(
        scenario="S70",
        title="One pack fewer",
        recipe="the last pack falls silent for good",
        play=one_fewer,
        bring=charging_to_the_sum,
        packs=2,
        needs=PEERS,
    ),
    Stimulus(
        scenario="S71",
        title="One pack more",
        recipe="the last pack is away for 60 s, and joins with 30 % more SOC",
        play=one_more,
        bring=charging_to_the_sum,
        packs=2,
        needs=PEERS,
    ),
    Stimulus(
        scenario="S72",
        title="The master is lost",
        recipe="the master falls silent on bus and link, the slaves live",
        play=master_lost,
        needs=MASTER,
    ),
    Stimulus(
        scenario="S73",
        title="The old master comes back",
        recipe="the master is away for 60 s, and returns when another may speak in its place",
        play=master_returns,
        needs=MASTER,
    ),
    Stimulus(
        scenario="S74",
        title="One pack asks for a lower CVL",
        recipe="56.0, 55.2 and 56.0 V for 16 cells; the mean would be 55.73 V",
        play=one_lower_cvl,
        bring=nearly_full,
        packs=2,
    ),
    Stimulus(
        scenario="S75",
        title="The CVL is divided by the number of packs",
        recipe="every pack asks for a third of its CVL",
        play=cvl_divided,
        needs=("hazard",),
    ),
    Stimulus(
        scenario="S76",
        title="Unequal limits",
        recipe="CCLs of 2 : 1 : 2 in units of I_ref",
        play=one_smaller_limit,
        bring=charging_to_the_sum,
        packs=2,
    ),
    Stimulus(
        scenario="S77",
        title="One pack is too cold to be charged",
        recipe="pack 1 is at -5 degC and says CCL 0 A; the others go on",
        play=one_cold,
        bring=charging_to_the_sum,
        packs=2,
    ),
    Stimulus(
        scenario="S79",
        title="States of charge apart",
        recipe="pack 1 says 24 %, all others 60 %, at one voltage",
        play=socs_apart,
        bring=resting,
        packs=2,
    ),
    Stimulus(
        scenario="S81",
        title="One of several sets is not complete",
        recipe="pack 2 stops its limits; all its other messages go on",
        play=one_set_incomplete,
        bring=charging,
        packs=2,
        needs=("can", *PEERS),
    ),
    Stimulus(
        scenario="S96",
        title="A break in the chain of cables",
        recipe="the link cable behind the second pack is broken",
        play=commit("broken_chain"),
        needs=MASTER,
    ),
)
