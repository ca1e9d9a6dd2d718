"""What the device tells its power stage."""

from bmshil.twin.inverter.reactions import Targets
from bmshil.twin.world import World


def command(world: World, targets: Targets | None, *, export: bool, forced: bool) -> None:
    """Let the power stage keep to targets, or stand still without any.

    Args:
        world: where it works.
        targets: V, and A that are both positive; None to stop.
        export: whether it discharges into the grid to come down to the CVL.
        forced: whether it charges by force.
    """
    if targets is None:
        world.command(running=False, cvl=0.0, dvl=0.0, charge=0.0, discharge=0.0)
        return
    cvl, dvl, charge, discharge = targets
    world.command(
        running=True, cvl=cvl, dvl=dvl, charge=charge, discharge=discharge, export=export, forced=forced
    )
