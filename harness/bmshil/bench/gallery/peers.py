"""The exhibit of a bank in which every pack speaks for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.gallery.exhibit import BROWN, GREEN, VIOLET, Exhibit
from bmshil.report.course import Line, Strip

if TYPE_CHECKING:
    from bmshil.bench.gallery.exhibit import Run

CURRENTS = Strip(
    "pack current, A",
    tuple(
        Line(f"pack{number}.current", f"pack {number}", colour)
        for number, colour in enumerate((GREEN, BROWN, VIOLET), start=1)
    ),
    span=20.0,
)


def play(run: Run) -> None:
    """Charge three packs; the contactor of one opens, and closes again."""
    bench = run.bench
    bench.bank.limit(ccl=20.0)
    bench.bank[2].limit(ccl=10.0)
    bench.charge(limit=50.0)
    bench.settle_generously()
    run.begin()
    bench.run(20.0)
    run.tell("the contactor of pack 3 opens: it says 0 A from its next message on")
    bench.bank[3].disconnect()
    bench.run(30.0)
    run.tell("it closes again")
    bench.bank[3].connect(force=True)
    bench.run(40.0)


PARALLEL = Exhibit("parallel", "Parallel CAN: a pack's contactor opens and closes", "twin", play, (CURRENTS,))
