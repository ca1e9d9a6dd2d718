"""What a rig will put on its bus: planned slots and bus load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bmshil.bms import NodeSettings, PlannedMessage, bus_load, packs_beside, plan_messages, worst_bits

if TYPE_CHECKING:
    from bmshil.rig.rig_file import Rig

LONGEST = 8
"""Data bytes of a keep-alive whose length no profile states."""


@dataclass(frozen=True)
class Traffic:
    """Planned traffic of a rig.

    Attributes:
        messages: of the bank, in the order of their first slots.
        bank_load: share of the bus that they fill with the longest stuffing, 0..1 and above.
        device_load: the same of the device's keep-alive.
        bitrate: bit/s; 0 where there is no CAN bus, and nothing is planned for it.
    """

    messages: tuple[PlannedMessage, ...]
    bank_load: float
    device_load: float
    bitrate: int

    @property
    def load(self) -> float:
        """Share of the bus that is planned for, 0..1 and above."""
        return self.bank_load + self.device_load


def node_settings(rig: Rig) -> NodeSettings:
    """How the nodes of this rig time their messages, and how much they may ask for by themselves."""
    timing: dict[str, Any] = {
        name: value
        for name in ("spacing", "stagger", "phase")
        if (value := getattr(rig.bank, name)) is not None
    }
    rating = rig.profile.declares.rating
    return NodeSettings(most_charge=rating.charge_current, most_discharge=rating.discharge_current, **timing)


def planned_traffic(rig: Rig) -> Traffic:
    """Plan what the bank and the keep-alive of the device put on the bus.

    Raises:
        InputError: the staggered sets do not fit into one period.
    """
    if "emulator" not in rig.can:
        return Traffic((), 0.0, 0.0, 0)
    beside = packs_beside(rig.dialect, rig.architecture, len(rig.bank.packs))
    messages = plan_messages(rig.dialect, rig.ids, node_settings(rig), beside=beside)
    keepalive = rig.profile.declares.keepalive
    bitrate = rig.can["emulator"].bitrate
    return Traffic(
        messages,
        bank_load=bus_load(((one.bits, one.period) for one in messages), bitrate),
        device_load=bus_load([(worst_bits(LONGEST, keepalive.extended), keepalive.period)], bitrate),
        bitrate=bitrate,
    )
