"""What somebody has ordered over Modbus, past the batteries."""

from bmshil.twin.inverter.aggregation import Belief
from bmshil.twin.inverter.reactions import Targets


class Orders:
    """Orders as service software gives them: they bind more than what the batteries say.

    Attributes:
        overlooked: alarms that were cleared while batteries still raise them; forgotten once they go away.
        acknowledged: a loss of the batteries was cleared: the device may come back.
        forced: charge whatever the batteries allow.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all, as after a start."""
        self.overlooked = 0
        self.acknowledged = False
        self.forced = False

    def clear(self, alarms: int) -> None:
        """Clear the alarms that are shown."""
        self.overlooked |= alarms
        self.acknowledged = True

    def follow(self, raised: int) -> int:
        """Take in what batteries raise now; return what of it is to be overlooked."""
        self.overlooked &= raised
        return self.overlooked

    def bend(self, belief: Belief, rating: Targets) -> Belief:
        """Lay a forced charge over what the batteries allow."""
        if not self.forced:
            return belief
        return belief._replace(targets=belief.targets._replace(charge=rating.charge))
