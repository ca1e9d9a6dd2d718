"""The doors that instruments of the software bench have: what goes wrong on the way happens here."""

from bmshil.twin.doors.serial import SerialDoor
from bmshil.twin.doors.tcp import TcpDoor

__all__ = ["SerialDoor", "TcpDoor"]
