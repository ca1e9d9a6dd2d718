"""The CAN side of a rig file: the adapters and their roles, and the cable. Keys ``can`` and ``wire``."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from bmshil.rig.part import TWIN, Fraction, Part, Positive


class Channel(Part, frozen=True):
    """One CAN channel.

    Attributes:
        interface: as python-can names it; twin for the twin's bus.
        channel: as the interface names it.
        bitrate: bit/s.
        listen_only: neither send nor acknowledge.
        isolated: whether the adapter is galvanically isolated from the computer; None when nobody has said.
        waiver: who allows an adapter that is not isolated, when and why; goes into the evidence.
        capabilities: what the adapter can or cannot do, where bmshil's own table is wrong, by the
            names of ``ports.Capability`` in small letters.
        options: handed to python-can as they are.
    """

    interface: str
    channel: str
    bitrate: Annotated[int, msgspec.Meta(gt=0)] = 500_000
    listen_only: bool = False
    isolated: bool | None = None
    waiver: str | None = None
    capabilities: dict[str, bool] = msgspec.field(default_factory=dict)
    options: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def twin(self) -> bool:
        """Whether this is the twin's CAN bus."""
        return self.interface == TWIN


class Channels(Part, frozen=True):
    """CAN channels by role; none where the bank speaks over RS485 alone.

    Attributes:
        emulator: plays the nodes.
        witness: listens; its times decide.
        disturber: collides, floods, speaks at another bit rate, acknowledges or not.
        inverter: only in a selftest: the adapter by which the twin's inverter stands on a real bus.
    """

    emulator: Channel | None = None
    witness: Channel | None = None
    disturber: Channel | None = None
    inverter: Channel | None = None


class Wire(Part, frozen=True):
    """The CAN cable: what the twin's bus is like, and how much traffic it may carry.

    Attributes:
        length: of the cable, m.
        terminators: 120 ohm each, on the cable for good; None for two, less those that relays switch.
        coupling: how strongly the inverter's current is heard on the cable; 0 for none, 1 for a cable
            that lies beside the DC bus unshielded.
        seed: of all noise of the twin: disturbances on the cable, and what its meter adds.
        most_load: planned bus load above which the rig is refused, 0..1.
    """

    length: Positive = 5.0
    terminators: Annotated[int, msgspec.Meta(ge=0, le=32)] | None = None
    coupling: Annotated[float, msgspec.Meta(ge=0)] = 0.1
    seed: int = 1
    most_load: Fraction = 0.7
