"""GAT: a bank that is silent until the inverter speaks."""

from typing import TYPE_CHECKING, cast

import pytest

from bmshil.bench import Bench
from pytest_bmshil import requirement

if TYPE_CHECKING:
    from bmshil.bms import Gated

GROWATT = "Growatt BMS CAN protocol LV 1.04: the battery answers 0x301"


@requirement(
    "GAT-01",
    "A device for a bank that waits to be asked speaks first; otherwise both wait for ever",
    needs=["dc", "relays", "architecture:gated"],
    duration="2 * boot + 60",
    silent_device=True,
    scenarios=["S17", "S94"],
)
def test_the_device_speaks_first(bench: Bench) -> None:
    gate = cast("Gated", bench.bank.architecture)
    bench.switch_off()
    gate.close()
    start = bench.seconds
    bench.stimulus("power on, and nobody has spoken yet")
    bench.energise()
    bench.until(lambda: bench.bus.device_heard(start), bench.declares.boot + bench.declares.keepalive.grace)
    spoke = bench.bus.device_heard(start)
    bench.judge.fact(
        bench.observe("the device has spoken", spoke, start),
        statement="The device speaks although it hears no battery",
        citation=GROWATT,
    )
    bench.run(2 * bench.bank[bench.rig.architecture.master].period)
    bench.judge.fact(
        bench.observe("bank", "speaks" if bench.bank.architecture.said else "silent", start),
        "speaks",
        statement="The bank speaks within two periods, so that neither waits for the other",
        citation=GROWATT,
    )


@requirement(
    "GAT-02",
    "A bank behind a gate falls silent with the device, and begins again with it",
    subject="bank",
    needs=["dc", "can_break", "architecture:gated"],
    duration="boot + 90",
    disturbs=True,
    scenarios=["S16"],
)
def test_the_gate_closes_and_opens(bench: Bench) -> None:
    patience = bench.rig.architecture.patience
    if patience is None:
        pytest.skip("not observable: the bank of this rig goes on for ever once it has begun")
    gate = cast("Gated", bench.bank.architecture)
    period = bench.bank[bench.rig.architecture.master].period
    bench.judge.fact(bench.observe("bank", gate.open), statement="The bank speaks to a device that speaks")
    with bench.wire.broken():
        bench.run(patience - period - bench.declares.keepalive.period)
        bench.judge.fact(
            bench.observe("bank", "speaks" if gate.said else "silent"),
            "speaks",
            statement="The bank bears a silent device for its patience",
        )
        bench.run(3 * period + bench.declares.keepalive.period)
        bench.judge.fact(
            bench.observe("bank", "speaks" if gate.said else "silent"),
            "silent",
            statement="Then it is silent itself",
        )
    bench.run(2 * period + bench.declares.keepalive.grace)
    bench.judge.fact(
        bench.observe("bank", "speaks" if gate.said else "silent"),
        "speaks",
        statement="It begins again with the device",
    )
