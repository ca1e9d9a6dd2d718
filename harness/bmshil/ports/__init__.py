"""One door per medium: a CAN port over python-can, which brings a failed adapter back by itself."""

from bmshil.ports.can_port import CanPort
from bmshil.ports.capability import Capability
from bmshil.ports.health import PortHealth

__all__ = ["CanPort", "Capability", "PortHealth"]
