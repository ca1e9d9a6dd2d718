"""A fault with a pack and a time, as text: ``pack2.override cvl=55.2 @10s for 20s``."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.bms.faults.payloads import ByteOrder, Dlc, Freeze, Raw
from bmshil.bms.faults.reboot import Reboot
from bmshil.bms.faults.sending import Duplicate, Period, Silence
from bmshil.bms.faults.text import Options, read_seconds, write_number
from bmshil.bms.faults.values import Override, Scale, Swap
from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.bms.faults.fault import Fault

KINDS: dict[str, type[Fault]] = {
    kind.kind: kind
    for kind in (Silence, Freeze, Override, Scale, Swap, ByteOrder, Raw, Dlc, Period, Duplicate, Reboot)
}
"""All kinds of fault, by their word."""

_HEAD = re.compile(r"pack([0-9]+)\.(\S+)")


@dataclass(frozen=True)
class FaultPlan:
    """Which fault happens to which pack, and when. ``str(plan)`` parses to an equal plan.

    Attributes:
        pack: number, 1..n.
        fault: what happens.
        start: s after it was scheduled.
        duration: s until it is switched off again, None when it stays.
    """

    pack: int
    fault: Fault
    start: float = 0.0
    duration: float | None = None

    def __str__(self) -> str:
        """Return the text of the plan."""
        start = f" @{write_number(self.start)}s" if self.start else ""
        duration = "" if self.duration is None else f" for {write_number(self.duration)}s"
        return f"pack{self.pack}.{self.fault}{start}{duration}"


def parse_fault(text: str, packs: int) -> FaultPlan:
    """Read a fault as it is written on the command line.

    Args:
        text: ``pack<n>.<kind> [key=value ...] [@<start>] [for <duration>]``, times such as 10s, 500ms, 2min.
        packs: number of packs in the bank.

    Raises:
        InputError: one line that says what is wrong and what is known.
    """
    try:
        return _parse(text, packs)
    except InputError as error:
        raise InputError(f"fault {text!r}: {error}") from error


def _parse(text: str, packs: int) -> FaultPlan:
    head, words = split_fault(text, _HEAD, "pack<n>.<kind>, for example pack2.override cvl=55.2 @10s")
    pack, kind = int(head[1]), head[2]
    if not 1 <= pack <= packs:
        raise InputError(f"no pack {pack}, the bank has packs 1 to {packs}")
    if kind not in KINDS:
        raise InputError(f"no fault {kind!r}, known are {', '.join(KINDS)}")
    values, start, duration = sort_words(words)
    options = Options(values)
    fault = KINDS[kind].read(options)
    options.finish()
    return FaultPlan(pack, fault, start, duration)


def split_fault(text: str, head: re.Pattern[str], shape: str) -> tuple[re.Match[str], list[str]]:
    """Take a fault apart into its first word, which says whose what, and the others.

    Args:
        text: as it is written on the command line.
        head: what the first word looks like.
        shape: the same for people, with an example.

    Raises:
        InputError: it looks otherwise, or its quotes do not match.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise InputError(f"the quotes do not match ({error})") from error
    found = head.fullmatch(words[0]) if words else None
    if found is None:
        raise InputError(f"write {shape}")
    return found, words[1:]


def sort_words(words: list[str]) -> tuple[dict[str, str], float, float | None]:
    """Tell options from times: ``key=value``, ``@10s`` and ``for 20s``, in any order.

    Returns:
        Options by key, start in s (0 when left out), duration in s (None when left out).

    Raises:
        InputError: a word is none of these, or comes twice.
    """
    values: dict[str, str] = {}
    start: float | None = None
    duration: float | None = None
    rest = iter(words)
    for word in rest:
        if word.startswith("@"):
            if start is not None:
                raise InputError(f"a second start, {word!r}: give one")
            start = read_seconds(word[1:])
        elif word == "for":
            if duration is not None:
                raise InputError("a second duration: give one")
            duration = read_seconds(next(rest, ""))
        else:
            key, equals, value = word.partition("=")
            if not equals or not key:
                raise InputError(f"cannot read {word!r}, write key=value, @10s or for 20s")
            if key in values:
                raise InputError(f"{key}= is given twice")
            values[key] = value
    return values, start or 0.0, duration
