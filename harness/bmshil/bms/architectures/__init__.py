"""Who speaks for a bank: one file per architecture."""

from bmshil.bms.architectures.architecture import Architecture
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
    "KINDS_OF_ARCHITECTURE",
    "Architecture",
    "ArchitectureSettings",
    "Failover",
    "Link",
    "Switches",
    "arrange",
]
