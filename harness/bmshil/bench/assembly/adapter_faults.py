"""What goes wrong with an adapter of the twin, and when, as text: ``emulator.unplug @10s for 2s``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.bms.faults.plan import sort_words, split_fault
from bmshil.bms.faults.text import Options
from bmshil.errors import InputError
from bmshil.twin.canbus.plug import Plug

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bmshil.twin.adapters import SlcanAdapter

OPTIONS = {
    "unplug": None, "stall": None, "drop": "share", "garble": "share", "flood": "rate", "clock": "step",
}  # fmt: skip
"""What can happen to an adapter, with the one option that it takes: a share 0..1, frames/s, or s."""

INSIDE = ("unplug", "drop", "clock")
"""What can happen between a process and the adapters of a twin inside it."""

BOTH = ("unplug", "drop")
"""What can happen to the adapters of either kind of twin."""

MOST_STEP = 60.0
"""Furthest jump of an adapter's clock, s."""

MOST_FLOOD = 20_000.0
"""Frames/s: more than any adapter hands over."""

_HEAD = re.compile(r"([a-z]+)\.(\S+)")


@dataclass(frozen=True)
class AdapterFault:
    """One thing that happens to one adapter.

    Attributes:
        role: whose adapter: emulator, witness, disturber.
        kind: unplug, stall, drop, garble, flood or clock.
        amount: share 0..1 of drop and garble, frames/s of flood, s of clock.
        start: s after the rig is served.
        duration: s until it is well again; None when it stays.
    """

    role: str
    kind: str
    amount: float = 0.0
    start: float = 0.0
    duration: float | None = None

    @property
    def name(self) -> str:
        """Whose what, for people."""
        return f"{self.role}.{self.kind}"

    def begin(self, adapter: SlcanAdapter | Plug) -> None:
        """Let it happen."""
        self._actions(adapter)[0]()

    def end(self, adapter: SlcanAdapter | Plug) -> None:
        """Make it well again."""
        self._actions(adapter)[1]()

    def _actions(self, adapter: SlcanAdapter | Plug) -> tuple[Callable[[], object], Callable[[], object]]:
        if self.kind == "unplug":
            return adapter.unplug, adapter.replug
        if self.kind == "stall" and not isinstance(adapter, Plug):
            return lambda: adapter.stall(True), lambda: adapter.stall(False)
        change: Callable[[float], object] = getattr(adapter, self.kind)
        return lambda: change(self.amount), lambda: change(0.0)


def parse_adapter_fault(text: str, roles: Collection[str]) -> AdapterFault:
    """Read a fault as it is written on the command line.

    Args:
        text: ``<role>.<kind> [share=0.1 | rate=500 | step=-0.5] [@<start>] [for <duration>]``, times such as
            10s, 500ms.
        roles: of the adapters that there are.

    Raises:
        InputError: one line that says what is wrong and what is known.
    """
    try:
        return _parse(text, roles)
    except InputError as error:
        raise InputError(f"fault {text!r}: {error}") from error


def _parse(text: str, roles: Collection[str]) -> AdapterFault:
    head, words = split_fault(text, _HEAD, "<role>.<fault>, for example emulator.unplug @10s for 2s")
    role, kind = head[1], head[2]
    if role not in roles:
        raise InputError(f"no adapter {role!r}, the rig has {', '.join(roles)}")
    if kind not in OPTIONS:
        raise InputError(f"no fault {kind!r}, known are {', '.join(OPTIONS)}")
    values, start, duration = sort_words(words)
    options = Options(values)
    wanted = OPTIONS[kind]
    amount = 0.0 if wanted is None else options.number(wanted)
    options.finish()
    if wanted == "step" and not 0.0 < abs(amount) <= MOST_STEP:
        raise InputError(f"step={amount:g}: write a time of up to {MOST_STEP:g} s, forward or back")
    most = MOST_FLOOD if wanted == "rate" else 1.0
    if wanted not in (None, "step") and not 0.0 < amount <= most:
        raise InputError(f"{wanted}={amount:g}: write a number above 0 and up to {most:g}")
    return AdapterFault(role, kind, amount, start, duration)
