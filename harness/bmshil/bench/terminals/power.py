"""Making the device charge and discharge, and showing that it could do more than the limit under test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bmshil.bench.fitness.levels import BINDING, HEADROOM
from bmshil.errors import Blocked

if TYPE_CHECKING:
    from collections.abc import Collection

    from bmshil.bench.bench import Bench

Direction = Literal["charge", "discharge"]

LOAD_MARGIN = 1.3
"""The load asks for this many times the power that the limit under test would give."""

SHOW_TIMEOUT = 60.0
"""How long the device may take to reach the stimulus with the limits open, s, beside following them."""


def provides(sources: Collection[str], direction: Direction) -> bool:
    """Whether sources of these roles are what a direction needs."""
    return _charge_source(sources) is not None if direction == "charge" else "ac_load" in sources


def _charge_source(sources: Collection[str]) -> str | None:
    return next((role for role in ("ac_grid", "pv") if role in sources), None)


class Power:
    """Switches what feeds and loads the device.

    A device that has nothing to charge from, or nothing to feed, passes every limit test by idling. So
    each direction first shows, with the limits open, that the device moves 1.2 times the limit under test.

    Attributes:
        asked: in which direction current was asked for last in this test, and the limit, A, that was shown
            to bind, 0 where none was; None where no current was asked for.
        has_moved: whether the device has moved any current in this run: then it is not deaf.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._sources = bench.rig.power
        self.asked: tuple[Direction, float] | None = None
        self.has_moved = False

    def can(self, direction: Direction) -> bool:
        """Whether the rig declares what this direction needs."""
        return provides(self._sources, direction)

    def charge(self, limit: float) -> None:
        """Charge with the limits in force, having shown that ``limit`` (A, whole bank) binds.

        Raises:
            Blocked: the device does not move 1.2 times the limit with the limits open.
        """
        self._move("charge", limit)

    def discharge(self, limit: float) -> None:
        """Discharge with the limits in force, having shown that ``limit`` (A, whole bank) binds.

        Raises:
            Blocked: the device does not move 1.2 times the limit with the limits open.
        """
        self._move("discharge", limit)

    def idle(self) -> None:
        """Take away everything that feeds or loads the device."""
        bench = self._bench
        self._load(False)
        for role in ("pv", "ac_grid"):
            if role in self._sources:
                bench.switch(role, False)

    def _move(self, direction: Direction, limit: float) -> None:
        self.show(direction, limit)
        self.asked = direction, limit
        self._bench.stimulus(f"{direction}, limits in force")

    def show(self, direction: Direction, limit: float) -> None:
        """Show with the limits open that ``limit`` (A, whole bank) would bind; those in force come back.

        Raises:
            Blocked: the device does not move 1.2 times the limit with the limits open.
        """
        bench = self._bench
        wanted = BINDING * limit
        with bench.open_currents():
            best = self._drive(direction, wanted)
            if best < 0.05 * wanted and "dc_main" in bench.relay_roles:
                # An earlier test may have left it stopped, and without a read-back nothing says so.
                bench.stimulus("power cycle: the device does not move although it may")
                bench.power_cycle()
                bench.run(bench.start_up + bench.declares.recovery.power)
                best = self._drive(direction, wanted)
        if best < wanted:
            raise Blocked(
                f"stimulus not binding: with the limits open the device moves {best:.1f} A, "
                f"{direction} needs {wanted:.1f} A (1.2 x the limit of {limit:.1f} A); "
                "check user limits, source and rating"
            )
        self.has_moved = True

    def _drive(self, direction: Direction, wanted: float) -> float:
        """Feed or load the device until ``wanted`` (A) is reached or time is over; returns what it moves."""
        bench = self._bench
        if direction == "charge":
            self._feed()
        else:
            self._burden(wanted)
        bench.stimulus(f"{direction}, limits open")
        sign = 1.0 if direction == "charge" else -1.0
        bench.until(lambda: sign * bench.control.current >= wanted, SHOW_TIMEOUT + 3 * bench.following)
        return sign * bench.control.current

    def start_charge(self) -> None:
        """Give the device something to charge from, and nothing to feed.

        Raises:
            Blocked: the rig declares no such source.
        """
        self.asked = "charge", 0.0
        self._feed()

    def start_discharge(self, amps: float) -> None:
        """Give the device a load that wants more than ``amps`` from the battery, with the grid present.

        Raises:
            Blocked: the rig declares no load.
        """
        self.asked = "discharge", 0.0
        self._burden(amps)

    def _feed(self) -> None:
        source = _charge_source(self._sources)
        if source is None:
            raise Blocked("the rig declares nothing that the device can charge from: add ac_grid or pv")
        self._load(False)
        self._bench.switch(source, True)

    def _burden(self, amps: float) -> None:
        bench = self._bench
        if "ac_load" not in self._sources:
            raise Blocked("the rig declares nothing that the device can feed: add ac_load")
        if "pv" in self._sources:
            bench.switch("pv", False)
        if "ac_grid" in self._sources:
            bench.switch("ac_grid", True)
        wanted = min(
            LOAD_MARGIN * amps * bench.control.voltage,
            self._sources["ac_load"].rating,
            HEADROOM * bench.control.envelope.power,
        )
        load = bench.load
        bench.patiently(load, lambda: load.set_power(wanted))
        self._load(True)

    def _load(self, on: bool) -> None:
        """Switch the load, where there is one."""
        if "ac_load" in self._sources:
            load = self._bench.load
            self._bench.patiently(load, lambda: load.input(on))
