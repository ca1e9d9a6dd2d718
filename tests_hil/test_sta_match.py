"""STA: packs that do not match the bank stay open, or exchange current when they are forced."""

import pytest

from bmshil.bench import Bench
from pytest_bmshil import requirement

A2 = "field article on wiring Pylontech modules in parallel"


@requirement(
    "STA-06",
    "A pack more than 2 % of SOC or 1 V away from the bank stays open, says why, and joins once it matches",
    subject="bank",
    needs=["dc", "packs:3"],
    duration="60",
)
@pytest.mark.parametrize("odd", [1, 2, 3])
@pytest.mark.parametrize(
    ("bank_soc", "soc", "joins"),
    [
        (0.60, 0.619, True),
        (0.60, 0.581, True),
        (0.60, 0.625, False),
        (0.60, 0.30, False),
        (0.985, 1.0, False),
    ],
    ids=["1.9 % above", "1.9 % below", "2.5 % above", "30 % below", "1.5 % and more than 1 V above"],
)
def test_a_pack_that_does_not_match_stays_open(
    bench: Bench, odd: int, bank_soc: float, soc: float, joins: bool
) -> None:
    bench.packs.reset(bank_soc)
    bench.run(20.0)
    node, pack = bench.bank[odd], bench.packs[odd]
    node.disconnect()
    pack.soc = soc
    node.connect()
    bench.run(3.0)
    bench.judge.fact(
        bench.observe(f"pack{odd} joined", pack.connected),
        expected=joins,
        statement="A pack joins the bank only within 2 % of SOC and 1 V",
        citation=f"{A2}: within 2 %, approximately 1 V",
    )
    if joins:
        return
    bench.judge.fact(
        bench.observe(f"pack{odd} says", " apart, " in node.contactor.why_open),
        statement=f"It says why: {node.contactor.why_open}",
    )
    bench.judge.equals(
        bench.figure(f"pack{odd}.ccl", node.own_report.ccl, "A", how="told"),
        0.0,
        statement="It offers nothing meanwhile",
        wrong=[pack.module.charge_current],
        tolerance=0.05,
    )
    pack.soc = bank_soc  # somebody has charged or discharged it by itself
    bench.run(3.0)
    bench.judge.fact(
        bench.observe(f"pack{odd} joined", pack.connected), statement="It joins once it matches", citation=A2
    )


@requirement(
    "STA-07",
    "Packs that are joined by force though they differ exchange the current that Kirchhoff tells",
    subject="bank",
    needs=["dc", "packs:3"],
    duration="60",
)
def test_packs_joined_by_force_exchange_current(bench: Bench) -> None:
    bench.run(5.0)
    node, pack = bench.bank[3], bench.packs[3]
    node.disconnect()
    pack.soc = 0.1
    others = [one for one in bench.packs if one is not pack]
    away = others[0].emf - pack.emf
    ohms = pack.resistance + 1.0 / sum(1.0 / one.resistance for one in others)
    start = bench.seconds
    node.connect(force=True)
    bench.run(2.0)
    bench.judge.equals(
        bench.measure("pack3.current", start, reduction="max"),
        away / ohms,
        tolerance=0.1 * away / ohms,
        wrong=[0.0],
        statement=f"Current into a pack {away:.2f} V below the bank, through {1000 * ohms:.1f} mohm",
        citation=f"Kirchhoff; {A2}: 40 to 60 A for 1.5 V",
    )
    bench.judge.at_most(
        bench.current(over=2.0, reduction="peak"),
        bench.zero_allowed(bench.declares.rating.charge_current),
        statement="Nothing of it is seen at the device's terminals",
    )
