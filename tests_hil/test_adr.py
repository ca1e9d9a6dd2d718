"""ADR: every pack can be told from every other, and wiring mistakes show as they do in the field."""

import pytest

from bmshil.battery import module
from bmshil.bench import Bench
from bmshil.bench.mistakes.cables import Limits
from bmshil.bench.mistakes.power import module_currents
from bmshil.bench.reactions.start_up import StartUp
from bmshil.bms import Duplicate, Silence
from bmshil.bms.addressing import addressing_scheme
from bmshil.journal import identifier_label
from pytest_bmshil import requirement

A2 = "field article on wiring Pylontech modules in parallel: common wiring mistakes"
A0 = "field article on parallel batteries: 200 kWh installation"


@requirement(
    "ADR-01",
    "Every pack speaks with identifiers of its own, alone and together with the others",
    subject="bank",
    silent_device=True,
    needs=["can", "peers"],
    duration="5 * 5",
    scenarios=["S65", "S93"],
)
def test_identifiers_are_unique(bench: Bench) -> None:
    start = bench.seconds
    alone = {}
    for number in range(1, len(bench.bank) + 1):
        silenced = [node.faults.on(Silence()) for node in bench.bank if node.number != number]
        bench.run(1.0)
        alone[number] = bench.bus.heard_from_bank(over=3.0)
        for fault in silenced:
            fault.off()
    together = bench.bus.heard_from_bank(over=3.0)
    shared = {
        identifier
        for number, own in alone.items()
        for other, others in alone.items()
        if number < other
        for identifier in own & others
    }
    shown = ", ".join(identifier_label(*one) for one in sorted(shared)) or "none"
    bench.judge.fact(
        bench.observe("identifiers used by two packs", shown, start),
        "none",
        statement="No identifier is used by two packs, each alone on the bus",
    )
    missing = set().union(*alone.values()) ^ together
    shown = ", ".join(identifier_label(*one) for one in sorted(missing)) or "none"
    bench.judge.fact(
        bench.observe("identifiers missing or new when all speak", shown, start),
        "none",
        statement="All packs together show the same identifiers as each alone",
    )


@requirement(
    "ADR-02",
    "Two packs with one address are detected and named",
    subject="bank",
    silent_device=True,
    needs=["can", "peers", "packs:3"],
    duration="30",
    disturbs=True,
    scenarios=["S65", "S66", "S69"],
)
def test_duplicate_address_is_named(bench: Bench) -> None:
    start = bench.seconds
    bench.judge.fact(
        bench.observe("packs with a duplicate address", bench.bus.duplicate_addresses(over=5.0), start),
        "none",
        statement="No duplicate is reported for a bank that has none",
    )
    bench.bank[3].faults.on(Duplicate(of=2))
    bench.run(2.0)
    bench.judge.fact(
        bench.observe("packs with a duplicate address", bench.bus.duplicate_addresses(over=5.0), start),
        "pack 2",
        statement="Pack 3 speaks with the identifiers of pack 2",
    )


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
