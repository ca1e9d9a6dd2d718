r"""What stands at the bank's terminals: a supply alone, or a diode and a load in constant current beside it.

::

     emf   series   diode
    (E)-----[R]------|>|----+---- lead to dc_main
                            |
                           (I) sink
    ------------------------+----

The load takes its current all the time. The device delivers part of it while it charges, and the supply the
rest. So a supply that cannot take current plays a battery that is charged, up to the current of the load.
When the device pushes more, the diode blocks: the load alone holds the current, and the voltage rises.
"""

from math import inf

from bmshil.twin.world.supply import Supply

_DIODE_OHMS = 0.002


class Terminals:
    """Supply, diode and load.

    Attributes:
        sink: what the load takes, A; call `refresh` after changing it.
        diode: what the diode drops at a small current, V; 0 when there is none.
        series: resistance between emf and terminals, ohm.
        drop: by how much the terminals stay below the emf when no current flows to the device, V.
        one_way: whether current flows out of the supply alone.
        least, most: battery current between which the supply regulates voltage, A.
        middle: of the two, A.
    """

    __slots__ = ("diode", "drop", "least", "middle", "most", "one_way", "series", "sink", "supply")

    def __init__(self, supply: Supply, diode: float) -> None:
        self.supply = supply
        self.diode = diode
        self.sink = 0.0
        self.refresh()

    def refresh(self) -> None:
        """Work out what follows from the settings."""
        supply = self.supply
        self.one_way = self.diode > 0.0 or supply.sink_limit <= 0.0
        self.series = supply.series + (_DIODE_OHMS if self.diode else 0.0)
        self.drop = self.diode + self.series * self.sink
        self.least = self.sink - supply.source_limit
        self.most = self.sink if self.one_way else self.sink + supply.sink_limit
        self.middle = (self.least + self.most) / 2

    def supply_current(self, lead: float, flow: float) -> float:
        """Current into the supply, A; negative while it delivers.

        Args:
            lead: resistance to the device, ohm; infinite when a contact is open.
            flow: battery current, A.
        """
        if not self.supply.output:
            return 0.0
        if lead == inf:
            return -min(self.sink, self.supply.source_limit)
        return flow - self.sink

    def supply_voltage(self, lead: float, volts: float, flow: float) -> float:
        """Voltage at the supply's own terminals, V, which a diode parts from those of the bank."""
        supply = self.supply
        if self.diode or lead == inf:
            return supply.emf + supply.series * self.supply_current(lead, flow) if supply.output else 0.0
        return volts - flow * lead

    def voltage(self, lead: float, volts: float, flow: float) -> float:
        """Voltage at the bank's terminals, V.

        Args:
            lead: resistance to the device, ohm; infinite when a contact is open.
            volts: at the device, V.
            flow: battery current, A.
        """
        if lead < inf:
            return max(0.0, volts - flow * lead)
        if not self.supply.output or self.sink > self.supply.source_limit:
            return 0.0
        return max(0.0, self.supply.emf - self.drop)

    def sink_current(self, lead: float, flow: float) -> float:
        """What the load takes, A: nothing where there is no voltage."""
        if not self.supply.output:
            return flow if lead < inf else 0.0
        return min(self.sink, self.supply.source_limit) if lead == inf else self.sink
