"""A drill: a harness at work is killed, and the guard's record says how soon everything was off."""

from __future__ import annotations

import getpass
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bmshil.bench.assembly.by_hand import GUARD_TIME
from bmshil.bench.assembly.guarding import devices
from bmshil.errors import RigError
from bmshil.rig import RigLock
from bmshil.safety import Drill, Outcome, OwnSessions, last_record, record_drill, wait_on_wall

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from bmshil.rig import Rig
    from bmshil.safety import GuardRecord

NO_OUTPUT = "dc_discharge"
"""A relay that is opened late in the order on purpose: it takes energy out, it gives none."""


def drill(rig: Rig, start: Callable[[], subprocess.Popen[str]]) -> Drill:
    """Start a harness, kill it at work, wait for its guard, and keep what became of it.

    Args:
        rig: from ``load``.
        start: starts the harness in a process of its own and returns when its outputs are on.

    Raises:
        RigError: the guard did not step in, or does not end.
    """
    process = start()
    killed = time.monotonic()
    process.kill()
    process.communicate()
    lock = RigLock(rig.name, "drill")
    if not wait_on_wall(lambda: _free(lock), GUARD_TIME):
        raise RigError(
            f"rig {rig.name}: its guard still works {GUARD_TIME:g} s after the kill; look at the rig"
        )
    record = last_record(rig.name)
    if record is None or record.harness != process.pid or record.noticed < killed:
        raise RigError(
            f"rig {rig.name}: its guard did not step in: look at the rig, then `bmshil off {rig.path}`"
        )
    done = Drill(
        rig=rig.name,
        when=datetime.now(UTC),
        kill_to_off=_last_output(record) - killed,
        kill_to_first=record.began - killed,
        clean=record.clean or _only_by_hand(rig, record),
        steps=tuple(
            f"{1e3 * (one.when - killed):7.0f} ms  {one.device}: {one.action}: {one.outcome}"
            + (f" ({one.detail})" if one.detail else "")
            for one in record.steps
        ),
        user=_user(),
    )
    record_drill(done)
    return done


def _only_by_hand(rig: Rig, record: GuardRecord) -> bool:
    """Whether a guard, who has no operator to ask, could verify everything else."""
    failed = {one.device for one in record.steps if one.outcome == Outcome.FAILED.value}
    return bool(record.steps) and failed <= OwnSessions(devices(rig)).by_hand


def _free(lock: RigLock) -> bool:
    try:
        lock.acquire()
    except RigError:
        return False
    lock.release()
    return True


def _last_output(record: GuardRecord) -> float:
    """When the last output had answered that it is off, s of ``time.monotonic``."""
    outputs = (
        one.when
        for one in record.steps
        if one.action.startswith(("off", "open")) and not one.action.endswith(NO_OUTPUT)
    )
    return max(outputs, default=record.began)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have a user without a name
        return ""
