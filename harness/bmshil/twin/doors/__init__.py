"""The doors that instruments of the software bench have: what goes wrong on the way happens here."""

from bmshil.twin.doors.hislip import hislip_door
from bmshil.twin.doors.serial import SerialDoor
from bmshil.twin.doors.tcp import TcpDoor
from bmshil.twin.doors.vxi11 import vxi11_door

__all__ = ["SerialDoor", "TcpDoor", "hislip_door", "vxi11_door"]
