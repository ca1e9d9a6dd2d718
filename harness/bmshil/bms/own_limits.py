"""Limits that somebody sets, so that a node takes them for its own decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bmshil.bms.faults.switchboard import NodeFaults
    from bmshil.bms.management import Management
    from bmshil.journal import Journal


class OwnLimits:
    """Takes limits over, if the dialect can carry them.

    Args:
        management: decides by them.
        faults: of the node; knows what it would say with them.
        journal: where each change is written.
    """

    def __init__(self, management: Management, faults: NodeFaults, journal: Journal) -> None:
        self._management = management
        self._faults = faults
        self._journal = journal

    def choose(self, limits: dict[str, float], source: str, *, quiet: bool) -> bool:
        """Take over limits by name, on the timeline; say whether anything changed.

        Args:
            limits: all that are chosen, V and A.
            source: name of the node in the journal.
            quiet: write nothing there.

        Raises:
            InputError: a value that the dialect cannot carry; all stays as it was.
        """
        management = self._management
        if limits == management.chosen:
            return False
        before, management.chosen = management.chosen, limits
        try:
            self._faults.check_report(
                " ".join(["limit", *(f"{name}={value:g}" for name, value in limits.items())])
            )
        except Exception:
            management.chosen = before
            raise
        if not quiet:
            changed = {name: value for name, value in limits.items() if before.get(name) != value}
            data: dict[str, Any] = changed or {"decided_by": "node"}
            self._journal.event("limit", source, **data)
        return True
