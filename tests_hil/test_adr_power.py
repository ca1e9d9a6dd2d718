"""ADR: wiring mistakes on the DC side: uneven cables, a module that does not match, a device that is on."""

import pytest

from bmshil.battery import module
from bmshil.bench import Bench
from bmshil.bench.mistakes.power import module_currents
from bmshil.bench.reactions.start_up import StartUp
from pytest_bmshil import requirement

A2 = "field article on wiring Pylontech modules in parallel: common wiring mistakes"


@requirement(
    "ADR-07",
    "Five modules on a chain of cables, the device at one end, share unevenly, and on a busbar equally",
    subject="bank",
    needs=["dc"],
    duration="10",
)
def test_a_daisy_chain_of_five(bench: Bench) -> None:
    # Kirchhoff, five US3000C of 28 mohm with 185 A, two rails of 0.4 mohm from each to the next.
    for number, (found, expected) in enumerate(
        zip(module_currents(module("us3000c"), "one_end"), (43.0, 38.9, 36.0, 34.0, 33.1), strict=True),
        start=1,
    ):
        bench.judge.equals(
            bench.figure(f"module {number} on a chain", found, "A", how="Kirchhoff"),
            expected,
            tolerance=0.1,
            wrong=[37.0 if abs(expected - 37.0) > 0.5 else 33.1],
            statement=f"Current of module {number} from the device, of 185 A together",
            citation=f"{A2}: resistance imbalance in daisy chain path",
        )
    shares = module_currents(module("us3000c"), "busbar")
    bench.judge.equals(
        bench.figure("largest less smallest on a busbar", max(shares) - min(shares), "A", how="Kirchhoff"),
        0.0,
        tolerance=0.01,
        wrong=[9.9],
        statement="On a busbar with equal cables all carry the same",
        citation=f"{A2}: the busbar method",
    )


@requirement(
    "ADR-08",
    "A module at another state of charge refuses to join; joined by force its over-current protection trips",
    subject="bank",
    needs=["dc", "packs:3"],
    duration="60",
    scenarios=["S71"],
)
@pytest.mark.parametrize("odd", [1, 2, 3])
def test_a_module_that_is_not_matched(bench: Bench, odd: int) -> None:
    node, pack = bench.bank[odd], bench.packs[odd]
    bench.packs.reset(1.0)
    node.disconnect()
    pack.soc = 0.1
    start = bench.seconds
    node.connect()
    bench.run(3.0)
    bench.judge.fact(
        bench.observe(f"pack{odd} joined", pack.connected, start),
        expected=False,
        statement=f"It refuses: {node.contactor.why_open}",
        citation="field article on wiring Pylontech modules in parallel: within 2 %",
    )
    forced = bench.seconds
    node.connect(force=True)
    tripped = bench.until(lambda: not pack.connected, 10.0)
    raised = [
        name
        for event in bench.journal.events(forced, bench.seconds, "protection")
        for name in event.data["raised"]
        if event.source == f"pack{odd}"
    ]
    bench.judge.fact(
        bench.observe(f"pack{odd} opened again", tripped, forced),
        statement="Joined by force it opens by itself within 10 s",
        citation=f"{A2}: over-current protection trips immediately on connection",
    )
    bench.judge.fact(
        bench.observe(f"protections of pack{odd}", ", ".join(raised), forced),
        "CHARGE_OVERCURRENT",
        statement="It is the over-current protection",
    )


@requirement(
    "ADR-09",
    "A device that is on before the bank draws an inrush that latches every pack: the bank appears dead",
    subject="bank",
    needs=["dc", "relays", "hazard"],
    duration="boot + 120",
)
def test_a_device_that_is_on_before_the_bank(bench: Bench) -> None:
    start_up = StartUp(bench)
    start_up.shut_down()
    start_up.close_breaker_late()
    bench.judge.fact(
        start_up.stages(),
        "latched",
        statement="Every pack has tripped",
        citation=f"{A2}: over-current protection",
    )
    start_up.shut_down()
    bench.judge.fact(
        bench.observe("pre-charge begins", start_up.power_on()),
        expected=False,
        statement="Off, on and START do not bring the bank back",
        citation=f"{A2}: bank appears dead",
    )
