"""What can be wrong with an instrument. Each is switched at any time."""

from dataclasses import dataclass


@dataclass(slots=True)
class Faults:
    """Faults of one instrument.

    Attributes:
        identity: answers `*IDN?` with this instead.
        stuck: measurements keep repeating what they last said.
        silent: commands are carried out, but nothing is answered.
        hang_up: the connection is closed at the next message.
    """

    identity: str | None = None
    stuck: bool = False
    silent: bool = False
    hang_up: bool = False
