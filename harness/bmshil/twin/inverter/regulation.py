"""From what the device believes to what its power stage keeps to."""

from collections import deque
from collections.abc import Sequence

from bmshil.timeline import Nanoseconds, to_ns
from bmshil.twin.inverter.aggregation import Belief
from bmshil.twin.inverter.behaviour import Behaviour
from bmshil.twin.inverter.cell_voltage import CellVoltage
from bmshil.twin.inverter.following import Follower
from bmshil.twin.inverter.forcing import Forcing
from bmshil.twin.inverter.frames import ALARMS
from bmshil.twin.inverter.memory import Pack
from bmshil.twin.inverter.reactions import Targets


class Regulation:
    """Passes limits on with a delay (`lag`) and a filter; a loss of the battery does not wait.

    Args:
        rules: what the device does.

    Attributes:
        obeyed: what it keeps to; None while it stands still.
    """

    def __init__(self, rules: Behaviour) -> None:
        self._rules = rules
        self._lag = to_ns(rules.lag)
        self._forcing = Forcing(rules.forces)
        self._follower = Follower(rules.filter, rules.tick)
        self._cells = CellVoltage(on=rules.recomputes)
        self.reset()

    def reset(self) -> None:
        """Forget all, as after a start."""
        self._pending: deque[tuple[int, Targets]] = deque()
        self._newest: Targets | None = None
        self.obeyed: Targets | None = None
        self._forcing.reset()
        self._follower.reset()
        self._cells.reset()

    @property
    def forced(self) -> bool:
        """Whether it charges by force."""
        return self._forcing.on

    def follow(
        self, belief: Belief, packs: Sequence[Pack], volts: float, now: Nanoseconds, *, island: bool
    ) -> Targets | None:
        """Take in what it believes now, and return what its power stage keeps to.

        Args:
            belief: about the bank.
            packs: that it is made of; at least one.
            volts: that the device measures itself.
            now: time.
            island: whether it stands alone.
        """
        self._forcing.look(belief.soc, requested=belief.requested)
        targets = belief.targets._replace(cvl=self._cells.bend(belief.targets.cvl, packs, now))
        targets = self._rules.believes.regulate(targets, volts, [pack.measured for pack in packs])
        targets = self._follower.follow(self._forcing.bend(targets))
        if targets != self._newest:
            self._newest = targets
            self._pending.append((now + self._lag, targets))
        while self._pending and self._pending[0][0] <= now:
            self.obeyed = self._pending.popleft()[1]
        return self._freed(self.obeyed, belief.alarms, volts, island=island)

    def lose(self, cause: str) -> Targets | None:
        """React to the silence of the battery: ``cause`` is what fell silent."""
        before = self.obeyed
        self._pending.clear()
        self._newest = None
        self.obeyed = None if before is None else self._rules.reactions[cause](before, self._rules.rating)
        return self.obeyed

    def _freed(self, targets: Targets | None, alarms: int, volts: float, *, island: bool) -> Targets | None:
        """Lift the DCL where the device does not regard it, unless an alarm stops it."""
        if targets is None or (alarms & ALARMS and self._rules.alarm_stops_all):
            return targets
        if self._rules.dcl_valid(island, volts, targets.cvl):
            return targets
        return targets._replace(discharge=self._rules.rating.discharge)


def guessed_soc(volts: float, rules: Behaviour) -> float:
    """Take the SOC (0..1) from the voltage, as if there was no current and the curve of a lead battery."""
    return min(1.0, max(0.0, (volts - rules.empty) / (rules.full - rules.empty)))
