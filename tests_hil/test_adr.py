"""ADR: every pack can be told from every other."""

from bmshil.bench import Bench
from bmshil.bms import Duplicate, Silence
from bmshil.journal import identifier_label
from pytest_bmshil import requirement


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
