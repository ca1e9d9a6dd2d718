"""What the connection to an adapter has to tell, besides frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bmshil.ports.trouble import Trouble

if TYPE_CHECKING:
    import can


class Opened(NamedTuple):
    """The channel is open.

    Attributes:
        bus: to send with.
        drained: frames that had been queued before.
    """

    bus: can.BusABC
    drained: int


class Garbled(NamedTuple):
    """The adapter has said something unreadable."""

    cause: str


class Refused(NamedTuple):
    """The adapter has taken frames and refused them afterwards."""

    frames: int


class State(NamedTuple):
    """The controller has told its state, where no error frames tell it.

    Attributes:
        state: error-active, error-warning or error-passive.
        tried: whether a frame had been with it for so long that it would be error-passive had nobody
            acknowledged.
    """

    state: str
    tried: bool


class StillGone(NamedTuple):
    """An attempt to open the adapter has failed for another reason than the one before."""

    cause: str


News = Opened | Garbled | Refused | State | StillGone | Trouble
