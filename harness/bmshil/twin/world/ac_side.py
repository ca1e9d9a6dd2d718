"""The AC side and the PV input of the device: what there is to charge from and to feed."""

AC_ROLES = ("ac_grid", "ac_load", "pv")

_TRIP_STEPS = 20  # 0.1 s of too much load takes the AC output down
_RETURN_STEPS = 1000  # 5 s without load bring it back
_OVERLOAD_AMPS = 0.5


class AcSide:
    """Grid, PV and load behind their contacts.

    Off grid the device feeds its load alone: more load than the battery may deliver takes the output down,
    until the load has been away for 5 s. On grid the grid covers what the battery may not.

    Attributes:
        closed: state of each contact by role.
        grid_power: what the device charges with from the grid when no load runs, W.
        pv_power: what the PV input has to offer, W.
        load_power: what the electronic load asks for, W.
        rating: most power that the device converts, W.
        forced: whether the device charges from the grid though a load runs; the grid then feeds the load.
        up: whether the device feeds its AC output when off grid.
        surplus: power that wants into the battery, W; negative wants out of it.
        island: whether the device stands alone.
        counting: whether a delay runs here, so that the world is not at rest.
    """

    def __init__(self, rating: float) -> None:
        self.closed = dict.fromkeys(AC_ROLES, False)
        self.rating = rating
        self.grid_power = rating
        self.pv_power = rating
        self.load_power = 0.0
        self.forced = False
        self.restart()

    def restart(self) -> None:
        """Begin again with the AC output up, as after a start of the device."""
        self.up = True
        self._over = self._away = 0
        self.refresh()

    def refresh(self) -> None:
        """Work out the surplus; to be called after every change."""
        load = self.load_power if self.closed["ac_load"] else 0.0
        surplus = self.pv_power if self.closed["pv"] else 0.0
        self.island = not self.closed["ac_grid"]
        if not self.island:
            surplus += -load if load and not self.forced else self.grid_power
        elif self.up:
            surplus -= load
        self._loaded = load > 0.0
        self.surplus = min(self.rating, surplus if self.island else max(-self.rating, surplus))
        self.counting = self._over > 0 or not self.up

    def watch(self, missing: float) -> None:
        """Look at the load for one step.

        Args:
            missing: current that the load needs beyond what the battery may deliver, A.
        """
        if not self.up:
            self._away = 0 if self._loaded else self._away + 1
            if self._away >= _RETURN_STEPS:
                self.restart()
        elif self.island and missing > _OVERLOAD_AMPS:
            self._over += 1
            self.counting = True
            if self._over >= _TRIP_STEPS:
                self.up, self._over, self._away = False, 0, 0
                self.refresh()
        elif self._over:
            self._over = 0
            self.counting = False

    def served(self, running: bool) -> float:
        """Power that reaches the load, W, given whether the device runs."""
        fed = not self.island or (running and self.up)
        return self.load_power if fed and self.closed["ac_load"] else 0.0
