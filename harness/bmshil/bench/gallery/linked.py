"""Exhibits of banks whose packs report to a master over a link."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from bmshil.bench.gallery.exhibit import BLUE, BROWN, RED, Exhibit
from bmshil.bench.gallery.said import CAPACITY, per_sample, watch_capacity
from bmshil.report.course import Line, Strip

if TYPE_CHECKING:
    from bmshil.bench.gallery.exhibit import Run
    from bmshil.bms import Hub, Master

SPEAKERS = Strip(
    "CAN frames per s",
    tuple(
        Line(f"pack{number}.frames", f"pack {number}", colour, steps=True)
        for number, colour in enumerate((RED, BLUE), start=1)
    ),
    span=6.0,
)
GROUPS = Strip("groups detected", (Line("hub.groups", "by the hub", BROWN, steps=True),), span=3.0)


def play_master(run: Run) -> None:
    """Lose a slave, and the master; another takes over; the old one returns and yields."""
    bench = run.bench
    bank = cast("Master", bench.bank.architecture)
    watch_capacity(run)
    for node in (bench.bank[1], bench.bank[2]):
        run.watch(f"{node.name}.frames", "1/s", per_sample(partial(getattr, node, "sent")))
    bench.bank.limit(ccl=20.0)
    bench.charge(limit=60.0)
    bench.settle_generously()
    run.begin()
    bench.run(20.0)
    run.tell("the link to pack 3 breaks; the master counts the pack for 10 s more")
    bank.lose(3)
    bench.run(40.0)
    run.tell("the link is mended")
    bank.restore(3)
    bench.run(30.0)
    run.tell("the master is lost: 10 s of silence, a value of this rig, then pack 2 speaks for the rest")
    bank.lose_master()
    bench.run(40.0)
    run.tell("the old master returns and yields: it is a slave now")
    bank.restore_master()
    bench.run(40.0)


def play_hub(run: Run) -> None:
    """Lose a group of a hub, and bring it back."""
    bench = run.bench
    hub = cast("Hub", bench.bank.architecture)
    watch_capacity(run)
    run.watch("hub.groups", "1", lambda: float(hub.detected))
    bench.bank.limit(ccl=10.0)
    bench.charge(limit=50.0)
    bench.settle_generously()
    run.begin()
    bench.run(20.0)
    run.tell("the cable of group 2 is pulled out of the hub; its packs stay on the DC bus")
    hub.lose_group(2)
    bench.run(50.0)
    run.tell("the cable is put back")
    hub.restore_group(2)
    bench.run(40.0)


MASTER = Exhibit(
    "master",
    "Master and slaves: a slave is lost, then the master; another takes over",
    "twin-master",
    play_master,
    (CAPACITY, SPEAKERS),
)
HUB = Exhibit("hub", "A hub of three groups: one group is lost", "twin-hub", play_hub, (CAPACITY, GROUPS))
