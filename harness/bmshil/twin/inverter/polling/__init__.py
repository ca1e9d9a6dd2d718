"""The RS485 side of the twin's inverter: it asks, and its batteries answer.

Like its CAN side it reads with its own tables, written from the vendors' documents.
"""

from bmshil.twin.inverter.polling.poller import Line, Poller
from bmshil.twin.inverter.polling.protocols import PROTOCOLS, Protocol
from bmshil.twin.inverter.polling.reading import Reading
from bmshil.twin.inverter.polling.settings import Polling, read_polling

__all__ = ["PROTOCOLS", "Line", "Poller", "Polling", "Protocol", "Reading", "read_polling"]
