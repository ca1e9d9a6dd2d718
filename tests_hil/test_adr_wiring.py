"""ADR: wrong switches and cables between batteries, where a master speaks, show as they do in the field."""

import pytest

from bmshil.bench import Bench
from bmshil.bench.mistakes.cables import Limits
from bmshil.bms.addressing import addressing_scheme
from pytest_bmshil import requirement

A2 = "field article on wiring Pylontech modules in parallel: common wiring mistakes"


def judge_finding(bench: Bench, start: float, expected: str) -> None:
    """The bench names the mistake in one line, from switches and cables alone."""
    found = "; ".join(bench.bank.addressing.findings)
    bench.judge.fact(
        bench.observe("findings at switches and cables", found, start),
        expected,
        statement="The bench names what is wrong with switches and cables",
    )


def judge_modules(bench: Bench, expected: int, start: float, limits: Limits) -> None:
    """As many modules are told, and the charge current of as many."""
    currents, counts = limits.told()
    bench.judge.fact(
        bench.observe("modules told", str(sorted(counts)), start),
        str([expected]),
        statement=f"The master counts {expected} of {len(bench.bank)} modules",
        citation=f"{A2}: module count drops",
    )
    each = bench.packs[1].module.charge_current
    bench.judge.equals(
        bench.figure("charge current limit", max(currents, default=0.0), "A", how="told", start=start),
        expected * min(each, bench.declares.rating.charge_current),
        wrong=[wrong * each for wrong in (1, len(bench.bank)) if wrong != expected],
        statement=f"The limit is that of {expected} modules",
        citation=f"{A2}: CCL value lower than expected",
    )


@requirement(
    "ADR-03",
    "A cable in Link Port 0 of the master silences the bank, and the device says that it has no battery",
    subject="bank",
    needs=["can", "dc", "architecture:master"],
    duration="timeouts.all + 3 * follow_lag + 60",
    scenarios=["S95"],
)
def test_a_cable_in_port_0_of_the_master(bench: Bench) -> None:
    start = bench.seconds
    master = bench.bank.architecture.settings.master
    bench.bank[master].panel.link_port_0 = True
    judge_finding(
        bench,
        start,
        f"no pack is the master, so that nobody speaks: a cable is in Link Port 0 of pack {master}",
    )
    bench.run(5.0)
    heard = bench.bus.heard_from_bank(over=10.0)
    bench.judge.fact(
        bench.observe("identifiers of the bank", str(len(heard)), start),
        "0",
        statement="Nobody speaks: the master takes itself for a slave",
        citation=A2,
    )
    if bench.readback is None:
        return
    bench.run((bench.declares.timeouts.all or bench.acceptance.loss_stop) + bench.following)
    bench.judge.fact(
        bench.observe("the device works with a battery", bench.device_ready(), start),
        expected=False,
        statement="The device says that there is no battery",
        citation=f"{A2}: inverter shows no battery detected",
    )


@requirement(
    "ADR-04",
    "A slave on the bus beside its master doubles the frames and lets the limits alternate",
    subject="bank",
    needs=["can", "dc", "architecture:master", "packs:3"],
    duration="60",
    scenarios=["S66"],
)
@pytest.mark.parametrize("slave", [2, 3])
def test_a_slave_on_the_bus(bench: Bench, slave: int) -> None:
    start = bench.seconds
    bench.bank.unlimit()
    limits = Limits(bench)
    bench.bank[slave].panel.can_port = True
    judge_finding(
        bench,
        start,
        f"packs 1 and {slave} are both on the bus of the inverter, where only the master belongs",
    )
    bench.run(5.0)
    bench.judge.fact(
        bench.observe("packs with two senders", bench.bus.duplicate_addresses(over=5.0), start),
        "pack 1",
        statement="Two nodes send under the identifiers of one battery",
        citation=f"{A2}: two CAN nodes conflicting on same bus",
    )
    currents, _ = limits.told()
    bench.judge.fact(
        bench.observe("different charge current limits", str(len(currents)), start),
        "2",
        statement="The device hears two charge current limits in turn",
        citation=f"{A2}: incorrect CCL/DCL values",
    )


@requirement(
    "ADR-05",
    "The terminator switch of the master off leaves 120 ohm on the cable, and the bench names the switch",
    subject="bank",
    needs=["architecture:master", "ohmmeter", "can_term"],
    duration="60",
    wiring=True,
    scenarios=["S89"],
)
def test_the_terminator_switch(bench: Bench) -> None:
    start = bench.seconds
    panel = bench.bank[bench.bank.architecture.settings.master].panel
    try:
        panel.dip = "0100"
        bench.wire.close()
        measured = bench.wire.measure()
        judge_finding(
            bench,
            start,
            f"pack {bench.bank.architecture.settings.master} (DOWN UP DOWN DOWN): its terminator is off: "
            "one group needs switch 2 at 0",
        )
    finally:
        panel.reset()
        bench.wire.close()
    bench.judge.equals(
        measured,
        120.0,
        tolerance=6.0,
        wrong=[60.0, 40.0],
        statement="One terminator is left",
        citation=f"{A2}: CAN bus unterminated at battery end",
    )
    bench.judge.between(
        bench.wire.measure(), 55.0, 65.0, statement="With the switch back at 0 there are two again"
    )


@requirement(
    "ADR-06",
    "With the wrong baud switch a device that asks over RS485 gets no answer, and shows 0 degC",
    subject="bank",
    needs=["dc", "rs485", "relays"],
    duration="2 * boot + 120",
    silent_device=True,
)
def test_the_baud_switch(bench: Bench) -> None:
    start = bench.seconds
    first = bench.bank[1]
    used = bench.bank.addressing.baud
    bench.judge.fact(
        bench.observe("the switch makes a baud", used is not None, start),
        statement="The bank's RS485 port has a speed by its switches",
    )
    wrong, digits = (115_200, "0000") if used == 9_600 else (9_600, "1000")
    bench.bank.addressing.scheme = addressing_scheme("pylontech")
    first.panel.dip = digits
    bench.judge.fact(
        bench.observe("baud before the restart", str(bench.bank.addressing.baud), start),
        str(used),
        statement="The switch counts from the next start on",
        citation=f"{A2}: requires a battery restart",
    )
    first.stop()
    first.start()
    bench.judge.fact(
        bench.observe("baud after the restart", str(bench.bank.addressing.baud), start), str(wrong)
    )
    bench.power_cycle()
    bench.run(bench.declares.boot)
    since = bench.seconds
    bench.run(20.0)
    bench.judge.fact(
        bench.line.answered(since),
        expected=False,
        statement="No question is answered at the wrong baud",
        citation=f"{A2}: no RS485 communication",
    )
    if bench.readback is not None and "temperature" in bench.readback.names:
        bench.judge.equals(
            bench.ask("temperature"),
            0.0,
            tolerance=0.2,
            wrong=[25.0],
            statement="A device that has never heard its battery shows 0 degC",
            citation=f"{A2}: a temperature reading of 0 is a known symptom of the wrong baud rate",
        )


@requirement(
    "ADR-10",
    "A break in the link chain takes the packs behind it out of module count and charge current",
    subject="bank",
    needs=["can", "dc", "architecture:master", "packs:3"],
    duration="90",
    scenarios=["S96"],
)
@pytest.mark.parametrize(("broken", "left"), [(2, 1), (3, 2)])
def test_a_broken_chain(bench: Bench, broken: int, left: int) -> None:
    start = bench.seconds
    bench.bank.unlimit()
    limits = Limits(bench)
    bench.run(5.0)
    judge_modules(bench, 3, start, limits)
    bench.bank[broken].panel.link_port_0 = False
    bench.run(2 * bench.rig.architecture.link.timeout)
    judge_modules(bench, left, start, limits)
    behind = ", ".join(str(number) for number in range(broken, 4))
    judge_finding(
        bench,
        start,
        f"Link Port 0 of pack {broken} is empty: the chain ends before it, "
        f"and its master lacks pack {behind}",
    )


@requirement(
    "ADR-11",
    "Slaves with the address of their master are not heard by it",
    subject="bank",
    needs=["can", "dc", "architecture:master", "packs:3"],
    duration="90",
    scenarios=["S65", "S67"],
)
def test_all_addresses_equal(bench: Bench) -> None:
    start = bench.seconds
    bench.bank.unlimit()
    limits = Limits(bench)
    bench.bank.addressing.scheme = addressing_scheme("offset")
    bench.run(2 * bench.rig.architecture.link.timeout)
    judge_modules(bench, 3, start, limits)
    for node in bench.bank:
        node.panel.dip = "0000"
    bench.run(2 * bench.rig.architecture.link.timeout)
    judge_modules(bench, 1, start, limits)
    judge_finding(
        bench,
        start,
        "; ".join(
            f"pack {number} has the address 1 of its master, which never asks for it" for number in (2, 3)
        ),
    )
