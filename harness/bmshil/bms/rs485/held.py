"""Set-points that a host has given to packs: they hold for a while and end by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.dialects.pylontech_rs485.set_points import HOLDS
from bmshil.timeline import to_ns

if TYPE_CHECKING:
    from bmshil.dialects import Report
    from bmshil.dialects.pylontech_rs485.set_points import SetPoints
    from bmshil.timeline import Nanoseconds


class HeldPoints:
    """What a host wants, by the place of the pack."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[SetPoints, int]] = {}

    def hold(self, place: int, points: SetPoints, when: Nanoseconds) -> None:
        """Hold set-points for 10 s from ``when`` on."""
        self._held[place] = (points, when + to_ns(HOLDS))

    def now(self, place: int, when: Nanoseconds) -> SetPoints | None:
        """Return what holds for a pack at ``when``; None where it goes by its own values."""
        held = self._held.get(place)
        return held[0] if held is not None and when < held[1] else None

    def applied(self, place: int, when: Nanoseconds, report: Report) -> Report:
        """Return a report with the limits that hold; a direction that the pack forbids stays forbidden."""
        points = self.now(place, when)
        if points is None:
            return report
        return replace(
            report,
            cvl=points.cvl,
            dvl=points.dvl,
            ccl=points.ccl if report.charge_enabled else 0.0,
            dcl=points.dcl if report.discharge_enabled else 0.0,
        )
