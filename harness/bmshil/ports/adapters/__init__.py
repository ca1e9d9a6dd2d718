"""What is particular to each kind of CAN adapter, one file per kind."""

from bmshil.ports.adapters.base import Adapter, Settings
from bmshil.ports.adapters.choice import adapter_for

__all__ = ["Adapter", "Settings", "adapter_for"]
