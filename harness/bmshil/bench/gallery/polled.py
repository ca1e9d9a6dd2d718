"""The exhibit of a bank whose packs are asked one by one on one RS485 line."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bmshil.bench.gallery.exhibit import BLUE, BROWN, Exhibit
from bmshil.report.course import Line, Strip

if TYPE_CHECKING:
    from bmshil.bench.gallery.exhibit import Run
    from bmshil.bms.architectures.polled import Polled

COUNTED = Strip(
    "known to the inverter",
    (
        Line("known.packs", "packs", BLUE, steps=True),
        Line("known.capacity", "capacity, 100 Ah", BROWN, (5, 2), scale=0.01, steps=True),
    ),
    span=3.0,
)


def play(run: Run) -> None:
    """Charge three packs; two of them get one address; they get their own ones back."""
    bench = run.bench
    bank = cast("Polled", bench.bank.architecture)
    for number, amps in ((1, 20.0), (2, 10.0), (3, 20.0)):
        bench.bank[number].limit(ccl=amps)
    bench.charge(limit=50.0)
    bench.settle_generously()
    run.begin()
    _let_pass(run, 30)
    run.tell(
        "pack 3 gets the address of pack 2: their values garble each other, only equal answers (0x4F) come "
        "through. Pack 3 is lost, pack 2 goes on with old values"
    )
    kept = bank.addresses[3]
    bank.readdress(3, bank.addresses[2])
    _let_pass(run, 60)
    run.tell("pack 3 has its own address again")
    bank.readdress(3, kept)
    _let_pass(run, 60)


def _let_pass(run: Run, seconds: int) -> None:
    """Let time pass and ask the inverter each second how many packs it counts."""
    bench = run.bench
    names = {"packs": "1", "capacity": "Ah"}
    channels = {name: bench.journal.channel(f"known.{name}", unit) for name, unit in names.items()}
    for _ in range(seconds):
        bench.run(1.0)
        for name, channel in channels.items():
            bench.journal.sample(channel, float(bench.ask(name).value))


POLLED = Exhibit("polled", "Polled multi-drop: two packs get one address", "twin-polled", play, (COUNTED,))
