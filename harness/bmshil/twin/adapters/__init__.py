"""Stand-ins for CAN adapters, joined to a segment of the twin and opened by the drivers of the real ones."""

from bmshil.twin.adapters.counters import Counters
from bmshil.twin.adapters.slcan import SlcanAdapter

__all__ = ["Counters", "SlcanAdapter"]
