"""One door per medium: CAN over python-can, serial over pyserial; what fails is brought back by itself."""

from bmshil.ports.can_port import CanPort
from bmshil.ports.capability import Capability
from bmshil.ports.health import PortHealth
from bmshil.ports.serial_port import SerialPort

__all__ = ["CanPort", "Capability", "PortHealth", "SerialPort"]
