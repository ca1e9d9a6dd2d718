"""The serial line of the twin: RS485, half duplex, as bytes with their times, on either time.

``twin://NAME`` opens it as a URL of pyserial, once this package is among
``serial.protocol_handler_packages``. Who assembles a bench puts it there.
"""

from bmshil.twin.serialbus.medium import SerialMedium, SerialStation, create, free_name, medium, remove
from bmshil.twin.serialbus.terminal import SerialAdapter

__all__ = ["SerialAdapter", "SerialMedium", "SerialStation", "create", "free_name", "medium", "remove"]
