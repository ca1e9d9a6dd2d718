"""What can be wrong with an instrument. Each is switched at any time."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Faults:
    """Faults of one instrument, on its way to the harness or in itself.

    Whoever follows a fault (see `watch`) is told of every change on the thread that makes it, and the doors
    have done what it means before the change returns. For that they wait for the thread that serves them, so
    on wall time the timeline's own thread leaves it to another (`timeline.offload`).

    Attributes:
        identity: answers the question who it is with this instead.
        stuck: measurements keep repeating what they last said.
        silent: commands are carried out, but nothing is answered.
        hang_up: the connection is closed at the next message; a serial device leaves and comes back.
        delay: how long each reply is late, real seconds. What is commanded happens at once.
        garble: every second byte of a reply has one bit wrong.
        half_line: the second half of each reply is lost, its end with it.
        unplugged: a serial device vanishes; on a network its connections are cut, new ones are refused.
        busy: does what it is told, but answers only when it is no longer busy.
        refuses_output: an "on" is accepted, and nothing happens.
        stays_on: an "off" is accepted, and nothing happens; it reads back as on.
        trip: a protection that acts now, e.g. "over-current": off, and latched until it is cleared.
    """

    identity: str | None = None
    stuck: bool = False
    silent: bool = False
    hang_up: bool = False
    delay: float = 0.0
    garble: bool = False
    half_line: bool = False
    unplugged: bool = False
    busy: bool = False
    refuses_output: bool = False
    stays_on: bool = False
    trip: str = ""
    _watchers: list[Callable[[], object]] = field(default_factory=list, repr=False, compare=False)

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        # Not there yet while the first values are set.
        for changed in getattr(self, "_watchers", ()):
            changed()

    def watch(self, changed: Callable[[], object]) -> None:
        """Call `changed` after each change."""
        self._watchers.append(changed)
