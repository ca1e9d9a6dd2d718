"""Who speaks for a bank: one file per architecture."""

from bmshil.bms.architectures.architecture import Architecture
from bmshil.bms.architectures.collector import CHOICES, Collector
from bmshil.bms.architectures.gated import GATES, Gate, Gated
from bmshil.bms.architectures.group import Group
from bmshil.bms.architectures.hub import Hub
from bmshil.bms.architectures.lone_master import LoneMaster
from bmshil.bms.architectures.master import Master
from bmshil.bms.architectures.registry import arrange
from bmshil.bms.architectures.settings import (
    ALONE,
    KINDS_OF_ARCHITECTURE,
    ArchitectureSettings,
    Failover,
    Link,
    Switches,
)

__all__ = [
    "ALONE",
    "CHOICES",
    "GATES",
    "KINDS_OF_ARCHITECTURE",
    "Architecture",
    "ArchitectureSettings",
    "Collector",
    "Failover",
    "Gate",
    "Gated",
    "Group",
    "Hub",
    "Link",
    "LoneMaster",
    "Master",
    "Switches",
    "arrange",
]
