"""What went through an adapter, and what did not."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Frames and lines since the adapter was made; unplugging resets nothing.

    Attributes:
        to_host: frames written for the host, invented ones included.
        from_host: frames taken from the host.
        refused: lines of the host that were answered with BEL.
        dropped: frames that the fault ``drop`` lost.
        garbled: lines that the fault ``garble`` damaged.
        invented: frames that the fault ``flood`` made up.
        overruns: frames and replies lost because the host did not read.
    """

    to_host: int = 0
    from_host: int = 0
    refused: int = 0
    dropped: int = 0
    garbled: int = 0
    invented: int = 0
    overruns: int = 0
