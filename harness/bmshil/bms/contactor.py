"""The contactor of one pack: what keeps it open, and what it takes to close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.latch import RITUAL, Latch

if TYPE_CHECKING:
    from bmshil.battery import Bank, Pack
    from bmshil.bms.matching import Matching
    from bmshil.journal import Journal


class Contactor:
    """Joins a pack to the busbar, and says why it does not.

    It stays open after ``keep_open``, while its over-current protection is latched, and as long as the pack
    does not match the bank. In the last case ``retry`` closes it once it does.

    Args:
        pack: whose contactor it is.
        journal: where switching and refusals are written.
        bank: what the pack would join; None where nobody knows, and then everything matches.

    Attributes:
        matching: how well a pack must fit; None asks for nothing.
        latch: of the over-current protection.
        gone: told to stay open.
        refused: why the pack does not match; empty when it does, or was not asked to close.
    """

    def __init__(self, pack: Pack, journal: Journal, bank: Bank | None, matching: Matching | None) -> None:
        self.matching = matching
        self.latch = Latch()
        self.gone = False
        self.refused = ""
        self._pack = pack
        self._bank = bank
        self._journal = journal
        self._name = f"pack{pack.number}"

    @property
    def why_open(self) -> str:
        """What keeps it open, in words; empty when nothing does."""
        if self.latch.latched:
            return f"{self.latch.cause}, latched: {RITUAL}"
        return "told to" if self.gone else self.refused

    def keep_open(self) -> None:
        """Open, and stay open until ``close``."""
        self.gone = True
        self.refused = ""
        self.open("told to")

    def open(self, cause: str) -> None:
        """Open now."""
        self._switch(closed=False, cause=cause)

    def close(self, cause: str, *, force: bool = False) -> bool:
        """Close, unless something keeps it open; say whether it is closed.

        Args:
            cause: for the journal.
            force: whether the pack matches is not asked, as when somebody joins it by hand.
        """
        if self._pack.connected:
            return True
        if self.gone or self.latch.latched:
            return False
        refused = "" if force else self._refusal()
        if refused:
            if not self.refused:
                self._journal.event("contactor_refused", self._name, cause=refused)
            self.refused = refused
            return False
        self.refused = ""
        self._switch(closed=True, cause=cause)
        return True

    def retry(self) -> None:
        """Close if it waits for nothing but a match."""
        if self.refused:
            self.close("matches the bank")

    def reset(self) -> None:
        """Forget what keeps it open; the contactor itself is left alone."""
        self.gone = False
        self.refused = ""
        self.latch.reset()

    def _refusal(self) -> str:
        if self._bank is None or self.matching is None:
            return ""
        return self.matching.refusal(self._pack, self._bank) or ""

    def _switch(self, *, closed: bool, cause: str) -> None:
        if self._pack.connected is not closed:
            self._pack.connected = closed
            self._journal.event("contactor", self._name, closed=closed, cause=cause)
