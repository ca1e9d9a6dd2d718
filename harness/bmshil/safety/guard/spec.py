"""What a guard is told before anything is switched on."""

from __future__ import annotations

import msgspec

from bmshil.safety.mark import Mark  # noqa: TC001 - msgspec looks at the annotations at run time
from bmshil.safety.own_sessions import Device  # noqa: TC001 - likewise


class GuardSpec(msgspec.Struct, frozen=True):
    """The rig that a guard looks after.

    Attributes:
        mark: the run's mark, which the guard keeps up to date; it names rig, purpose and twin.
        devices: what there is to switch.
        lease: silence of the harness after which everything is switched off, s.
        record: file for what the guard has done, beside the one in the state folder; None for no other.
        path: where the harness imports from, for drivers of a lab's own.
        line: inode of the harness's end of the line, by which processes are found that it has left behind.
    """

    mark: Mark
    devices: tuple[Device, ...]
    lease: float
    record: str | None = None
    path: tuple[str, ...] = ()
    line: int = 0
