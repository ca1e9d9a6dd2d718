"""What passes on the bus, in words."""

from __future__ import annotations

from typing import Any


def bus_lines(values: dict[str, Any]) -> list[str]:
    """A snapshot of the bus as two lines: the inverter, and what was moved."""
    frames = values["frames"]
    heard = ", ".join(f"{name} x{count}" for name, count in values["heard"].items())
    received = f"{frames['received']} received" + (f" ({heard})" if heard else "")
    passed = f"{values['time']:.1f} s: {sent_words(frames)}, {received}"
    return [f"inverter: {keepalive_words(values)}", f"{passed}, {values['bus_errors']} bus errors"]


def keepalive_words(values: dict[str, Any]) -> str:
    """Whether the inverter lives, in words."""
    keepalive = values["keepalive"]
    if keepalive["age"] is None:
        return f"no keep-alive {keepalive['id']} yet"
    return f"keep-alive {keepalive['id']} {keepalive['age']:.1f} s ago"


def sent_words(frames: dict[str, Any]) -> str:
    """What became of the frames that were sent; ``skipped`` where it is known, trouble where there is any."""
    parts = [f"{frames['sent']} frames sent"]
    parts += [
        f"{frames[name]} {name}" for name in ("confirmed", "skipped", "lost") if frames.get(name) is not None
    ]
    if frames.get("stale"):
        parts.append(f"{frames['stale']} dropped before they were old")
    if frames.get("acknowledged") is False:
        parts.append("nobody acknowledges")
    return ", ".join(parts)
