"""Which troubles of the rig are put into which tests of which inverters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.bench.killmatrix.troubles import TROUBLES, Moment, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable

SEEDS = 5


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement, and a bad inverter that it catches.

    Attributes:
        kind: of the requirement, for people.
        profile: the good inverter.
        rig: its twin.
    """

    kind: str
    requirement: str
    mutation: str
    profile: str = "pylon_parallel"
    rig: str = "twin"


ASKED = (
    Asked(kind="limit followed down", requirement="LIM-01", mutation="cvl_offset_plus_0v4"),
    Asked(kind="zero limit", requirement="LIM-04", mutation="ccl0_ignored"),
    Asked(kind="aggregation", requirement="AGG-01", mutation="averages_cvl"),
    Asked(kind="loss", requirement="HBT-02", mutation="any_frame_alive"),
    Asked(kind="odd value", requirement="VAL-03", mutation="enables_ignored"),
    Asked(kind="status", requirement="STA-02", mutation="fixed_count"),
    Asked(kind="discharge", requirement="LIM-05", mutation="dcl0_ignored"),
    Asked(kind="start-up", requirement="STA-01", mutation="charges_before_batteries"),
    Asked(
        kind="limit followed down",
        requirement="LIM-02",
        mutation="slow_follow",
        profile="pylon_single",
        rig="twin-single",
    ),
    Asked(kind="zero limit", requirement="LIM-04", mutation="ccl0_ignored", profile="sma_si"),
    Asked(
        kind="zero limit",
        requirement="LIM-04",
        mutation="rs485_zero_ignored",
        profile="pylon_polled",
        rig="twin-polled",
    ),
    Asked(
        kind="loss",
        requirement="HBT-01",
        mutation="rs485_keeps_last",
        profile="pylon_rs485",
        rig="twin-rs485",
    ),
)
"""Requirements of every kind that are judged while the rig is in trouble."""

ON_LINE = ("pylon_polled", "pylon_rs485")
"""Inverters that ask over RS485: no adapter of CAN can fail them."""


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """A trouble that is put into a test: which, when, and whether for long."""

    trouble: Trouble
    moment: Moment
    long: bool


class BlameJob(msgspec.Struct, frozen=True, kw_only=True):
    """One inverter, one requirement, one seed, and the troubles that are tried with it, one after the other.

    Attributes:
        asked: the requirement, and who stands for it.
        bad: whether the bad inverter is asked, not the good one.
        seed: of noise and phases, and of what is drawn.
        puts: the troubles.
    """

    asked: Asked
    bad: bool
    seed: int
    puts: tuple[Put, ...]

    @property
    def mutation(self) -> str | None:
        """What makes the inverter a bad one."""
        return self.asked.mutation if self.bad else None

    @property
    def device(self) -> str:
        """For people."""
        return f"{self.asked.profile} + {self.asked.mutation}" if self.bad else self.asked.profile


def plan_blame(*, reduced: bool = False) -> list[BlameJob]:
    """Plan the campaign, as a Latin square.

    Each trouble meets each requirement, with the good and with the bad inverter, with every seed; each time
    at another moment, and for a short or a long time by turns.

    Args:
        reduced: with one seed only; each trouble still meets every kind of requirement that the seed asks.
    """
    return [
        BlameJob(asked=asked, bad=bad, seed=seed + 1, puts=tuple(_puts(row, seed, bad=bad)))
        for row, asked in enumerate(ASKED)
        for bad in (False, True)
        for seed in range(1 if reduced else SEEDS)
    ]


def _puts(row: int, seed: int, *, bad: bool) -> Iterable[Put]:
    moments = list(Moment)
    for column, trouble in enumerate(TROUBLES):
        turn = (column + row + seed) % SEEDS
        if trouble.on_can and ASKED[row].profile in ON_LINE:
            continue
        place = turn + row // SEEDS + 2 * bad
        yield Put(
            trouble=trouble, moment=moments[place % len(moments)], long=bool((turn + row + bad + column) % 2)
        )
