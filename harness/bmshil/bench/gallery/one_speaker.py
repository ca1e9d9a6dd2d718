"""Exhibits of banks for which one pack, a collector or nobody yet speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bmshil.battery import uneven_leads
from bmshil.bench.gallery.exhibit import BLUE, GREY, RED, Exhibit
from bmshil.bench.gallery.said import CAPACITY, per_sample, watch_capacity
from bmshil.bms import Silence
from bmshil.report.course import Line, Strip

if TYPE_CHECKING:
    from bmshil.bench.gallery.exhibit import Run
    from bmshil.bms import Gated

LONE_SOC = Strip(
    "SOC, %",
    (
        Line("master.soc", "said by pack 1", RED, scale=100.0),
        Line("bank.soc", "bank", BLUE, scale=100.0),
        Line("pack2.soc", "pack 2", GREY, (2, 1.5), scale=100.0),
    ),
    span=10.0,
)
LONE_CURRENTS = Strip(
    "pack current, A",
    (Line("pack1.current", "pack 1", RED), Line("pack2.current", "pack 2", GREY)),
    span=20.0,
)
FRAMES = Strip(
    "frames per s",
    (
        Line("heard.bank", "bank", RED, steps=True),
        Line("heard.device", "inverter", BLUE, steps=True),
    ),
    span=6.0,
)


def play_lone_master(run: Run) -> None:
    """Discharge two packs with equal leads, then with leads that share 70 to 30."""
    bench = run.bench
    bench.packs.reset(0.9)
    bench.bank[1].limit(dcl=50.0)
    bench.discharge(limit=50.0)
    bench.settle_generously()
    run.begin()
    bench.run(300.0)
    run.tell("the lead of pack 2 gets longer: pack 1 carries 70 % of the current, as long as SOCs are near")
    with uneven_leads(bench.packs, [0.7, 0.3]):
        bench.run(2400.0)


def play_collector(run: Run) -> None:
    """Charge three packs behind a collector that adds them up; one leaves and comes back; all leave."""
    bench = run.bench
    watch_capacity(run)
    bench.bank.limit(ccl=20.0)
    bench.charge(limit=60.0)
    bench.settle_generously()
    run.begin()
    bench.run(20.0)
    run.tell("pack 2 falls silent; the collector counts it for 10 s more")
    with bench.bank[2].faults.on(Silence()):
        bench.run(40.0)
        run.tell("pack 2 is back")
    bench.run(30.0)
    run.tell("all packs fall silent: the collector stops publishing, the inverter stops 60 s later")
    for node in bench.bank:
        node.faults.on(Silence())
    bench.run(90.0)


def play_gated(run: Run) -> None:
    """Power the inverter up before a bank that waits for it; take it off the bus; bring it back."""
    bench = run.bench
    gate = cast("Gated", bench.bank.architecture)
    bench.bank.limit(ccl=20.0)
    bench.switch_off()
    gate.close()
    watch_frames(run)
    run.begin()
    bench.run(20.0)
    run.tell("the inverter gets power and boots; the bank is silent")
    bench.energise()
    bench.power.start_charge()
    bench.until(lambda: gate.open, 60.0)
    run.tell("the inverter speaks, and the bank begins")
    bench.run(60.0)
    run.tell("the inverter is taken off the bus: the bank bears that for 10 s")
    with bench.wire.broken():
        bench.run(40.0)
    run.tell("the inverter is back")
    bench.run(40.0)


def watch_frames(run: Run) -> None:
    """Sample how many frames bank and inverter have sent over the last second."""
    bench = run.bench
    keepalive = bench.bus.keepalive
    run.watch("heard.bank", "1/s", per_sample(lambda: bench.bank.sent))
    run.watch("heard.device", "1/s", per_sample(lambda: keepalive.count))


LONE_MASTER = Exhibit(
    "lone_master",
    "A lone master: its SOC leaves that of the bank when the packs share unevenly",
    "twin-lone",
    play_lone_master,
    (LONE_CURRENTS, LONE_SOC),
)
COLLECTOR = Exhibit(
    "collector",
    "Behind a collector: one pack leaves, all leave",
    "twin-collector",
    play_collector,
    (CAPACITY,),
)
GATED = Exhibit(
    "gated", "A bank that is silent until the inverter speaks", "twin-gated", play_gated, (FRAMES,)
)
