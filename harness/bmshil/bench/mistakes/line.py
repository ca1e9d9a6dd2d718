"""The mistake at the baud switch, seen on the RS485 line of an inverter that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench
    from bmshil.bench.mistakes.cables import Seen

LISTENING = 20.0
"""How long the line is listened to, s: several rounds of questions."""


SLOW = 9_600
"""Switch 1 at 1, bit/s."""


def wrong_baud(bench: Bench) -> Seen:
    """Questions without answers, and a display on which what never came reads 0.

    The switch is moved to the baud that the inverter does not use, the pack restarted, and the inverter, too:
    it has not seen the battery before, as at a commissioning.
    """
    bank, line = bench.bank, bench.line
    first = bank[bank.addressing.chains[0][0]]
    used = bank.addressing.baud
    before = _temperature(bench)
    bench.stimulus("mistake: wrong_baud")
    first.panel.dip = "0000" if used == SLOW else "1000"
    first.panel.restart()
    now = bank.addressing.baud
    bench.power_cycle()
    bench.run(bench.declares.boot)
    start = bench.seconds
    bench.run(LISTENING)
    questions, answered = len(line.asked(start)), bool(line.answered(start).value)
    after = _temperature(bench)
    works = bench.readback is None or bench.device_ready()
    understood = f"it understands {questions} questions and answers {'some' if answered else 'none'}"
    return (
        [
            f"the battery is at {now} bit/s and the inverter at {used}: {understood}"
            + (" (the other way round: this inverter uses the slow one)" if used == SLOW else ""),
            f"the device {'works with a battery' if works else 'reports that it has no battery'}",
            f"it shows a temperature of {_shown(after)}, {_shown(before)} before",
        ],
        not answered and not works and (after is None or after == 0.0),
    )


def _temperature(bench: Bench) -> float | None:
    readback = bench.readback
    return readback.read("temperature") if readback and "temperature" in readback.names else None


def _shown(value: float | None) -> str:
    return "nothing" if value is None else f"{value:g} degC"
