"""One door per medium: a CAN port over python-can."""

from bmshil.ports.can_port import CanPort
from bmshil.ports.health import PortHealth

__all__ = ["CanPort", "PortHealth"]
