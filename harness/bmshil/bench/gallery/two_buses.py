"""The exhibit of a site: two banks on two buses with two inverters, of which one loses its master."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from bmshil.bench.assembly import open_site
from bmshil.bench.baseline import restore
from bmshil.bench.fitness.levels import START_SOC
from bmshil.bench.gallery.exhibit import BLUE, RED, Run
from bmshil.bench.gallery.said import per_sample
from bmshil.bms import Silence
from bmshil.report.course import Line, Strip, draw_course

AMPS = 20.0
"""What each of the eight packs takes; four of them stay within the rating of an inverter."""

STRIPS = tuple(
    Strip(
        title,
        tuple(
            Line(f"bus_{letter}.{channel}", f"bus {letter.upper()}", colour, steps=True)
            for letter, colour in (("a", BLUE), ("b", RED))
        ),
        span=span,
    )
    for title, channel, span in (
        ("current, A", "current", 10.0),
        ("master, frames per s", "frames", 6.0),
    )
)


@dataclass(frozen=True)
class SiteExhibit:
    """The 200 kWh case of a field article, drawn with both banks in one picture.

    Attributes:
        name: of the architecture, and of the file.
        title: what the picture shows.
        rig: name of the site file.
    """

    name: str
    title: str
    rig: str

    def draw(self) -> str:
        """Open the site, lose master 5 and bring it back; return an SVG document.

        Raises:
            BmsHilError: a rig of the site could not be opened, or the run did not work.
        """
        with open_site(self.rig) as site:
            run = Run(site["a"])  # its journal holds what is watched of both
            for letter, master in zip(site, site.masters, strict=True):
                bench = site[letter]
                restore(bench, soc=START_SOC)
                run.watch(f"bus_{letter}.current", "A", partial(getattr, bench.control, "current"))
                run.watch(
                    f"bus_{letter}.frames", "1/s", per_sample(partial(getattr, site.node(master), "sent"))
                )
                bench.bank.limit(ccl=AMPS)
                bench.charge(limit=AMPS * len(bench.bank))
            site.run(30.0)
            run.begin()
            site.run(20.0)
            run.tell("master 5 is lost: bus B is silent, and its inverter stops after its time-out of 60 s")
            lost = site.node(site.masters[1]).faults.on(Silence())
            site.run(90.0)
            run.tell("master 5 is back; bus A has not noticed anything")
            lost.off()
            site.run(60.0)
            run.close()
            return draw_course(
                run.bench.journal,
                STRIPS,
                run.moments,
                start=run.start,
                end=site.timeline.seconds,
                name=self.name,
            )


TWO_BUSES = SiteExhibit("site", "Two buses with two inverters: master 5 is lost", "twin-site")
