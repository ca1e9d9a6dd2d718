"""One line of a preflight."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    """It can be tested all the same; somebody should know."""
    FAILED = "failed"
    """Nothing is to be tested like this."""
    NOT_CHECKED = "not checked"
    """There is nothing to look at, or something else has to be mended first; the text says which."""


@dataclass(frozen=True)
class Check:
    """One line of a preflight.

    Attributes:
        name: what was looked at.
        result: how it ended.
        found: what was found; of a failure its cause, of what was not checked the reason.
        remedy: what to do; empty where there is nothing to do.
    """

    name: str
    result: Result
    found: str
    remedy: str = ""

    @classmethod
    def ok(cls, name: str, found: str) -> Check:
        """It is as it should be."""
        return cls(name, Result.OK, found)

    @classmethod
    def warning(cls, name: str, found: str, remedy: str = "") -> Check:
        """Worth a thought."""
        return cls(name, Result.WARNING, found, remedy)

    @classmethod
    def failed(cls, name: str, cause: str, remedy: str) -> Check:
        """Not fit."""
        return cls(name, Result.FAILED, " ".join(cause.split()), remedy)

    @classmethod
    def skipped(cls, name: str, reason: str) -> Check:
        """Nobody has looked."""
        return cls(name, Result.NOT_CHECKED, reason)
