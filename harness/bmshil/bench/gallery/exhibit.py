"""An exhibit: a run on the twin, and the picture of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bmshil.bench.assembly import open_bench
from bmshil.bench.baseline import restore
from bmshil.bench.fitness.levels import START_SOC
from bmshil.report.course import Line, Moment, Strip, draw_course

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench
    from bmshil.timeline import Periodic

BLUE, RED, BROWN, GREEN, GREY, VIOLET = "#1f5fa8", "#b42318", "#8a4b08", "#2e7d32", "#6b7280", "#6a3fa0"
"""Colours of the lines: measured values blue, limits red and brown."""

VOLTAGE = Strip(
    "voltage, V",
    (
        Line("dc.voltage", "measured", BLUE),
        Line("limit.cvl", "CVL", RED, (5, 2), steps=True),
    ),
    span=2.0,
    most=6.0,
)

CURRENT = Strip(
    "current, A",
    (
        Line("dc.current", "into the bank", BLUE),
        Line("limit.ccl", "CCL", RED, (5, 2), steps=True),
        Line("limit.dcl", "DCL", BROWN, (2, 1.5), scale=-1.0, steps=True),
    ),
    span=10.0,
    most=90.0,
)

PERIOD = 1.0
"""Distance of two samples of what an exhibit watches, s."""


class Run:
    """One run of an exhibit: lets things happen and keeps what is told of them.

    Args:
        bench: the bench, at its baseline.

    Attributes:
        bench: as given.
        start: where the picture begins, s of timeline time.
        moments: what is told below the picture.
    """

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.start = bench.seconds
        self.moments: list[Moment] = []
        self._watches: list[Periodic] = []

    def begin(self) -> None:
        """Let the picture begin here: what came before was preparation."""
        self.start = self.bench.seconds

    def tell(self, text: str) -> None:
        """Something happens now."""
        self.moments.append(Moment(self.bench.seconds, text))

    def watch(self, channel: str, unit: str, value: Callable[[], float | None]) -> None:
        """Sample something once per second from now on; None leaves a gap."""
        journal = self.bench.journal
        index = journal.channel(channel, unit)

        def sample() -> None:
            found = value()
            if found is not None:
                journal.sample(index, found)

        self._watches.append(self.bench.timeline.every(PERIOD, sample))

    def close(self) -> None:
        """Watch no more."""
        for one in self._watches:
            one.cancel()


class Picture(Protocol):
    """What the gallery needs of an exhibit."""

    @property
    def name(self) -> str:
        """Of the architecture, and of the file."""

    @property
    def title(self) -> str:
        """What the picture shows."""

    @property
    def rig(self) -> str:
        """Name of the rig or site file that it stands on."""

    def draw(self) -> str:
        """Play it and return an SVG document. The same code draws the same picture."""


@dataclass(frozen=True)
class Exhibit:
    """A run on one rig of software, drawn as strips of voltage, current and what is special.

    Attributes:
        name: of the architecture, and of the file.
        title: what the picture shows.
        rig: name of the rig file.
        play: the run.
        special: the strips beside voltage and current: what makes this architecture special.
    """

    name: str
    title: str
    rig: str
    play: Callable[[Run], None]
    special: tuple[Strip, ...] = ()

    def draw(self) -> str:
        """Play it on its rig and return an SVG document.

        Raises:
            BmsHilError: the rig could not be opened, or the run did not work.
        """
        with open_bench(self.rig) as bench:
            restore(bench, soc=START_SOC)
            run = Run(bench)
            self.play(run)
            run.close()
            return draw_course(
                bench.journal,
                (VOLTAGE, CURRENT, *self.special),
                run.moments,
                start=run.start,
                end=bench.seconds,
                name=self.name,
            )
