"""The order in which the packs of a bank speak, and the time that each has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.phases import plan_phases
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.settings import NodeSettings
    from bmshil.dialects import Dialect


class SendOrder:
    """Who speaks after whom.

    Args:
        packs: how many.
        dialect: gives the messages.
        settings: spacing and stagger.
        period: of a node, s.
        alone: whether one pack speaks for all, under the base identifiers.
        beside: how many packs send messages of their own beside those of the bank.

    Attributes:
        numbers: of the packs in the order in which they speak.
        turn: time that one set takes, s.

    Raises:
        InputError: the staggered sets do not fit into one period.
    """

    def __init__(
        self,
        packs: int,
        dialect: Dialect,
        settings: NodeSettings,
        period: float,
        *,
        alone: bool,
        beside: int,
    ) -> None:
        self.numbers = tuple(range(1, packs + 1))
        self.turn = 0.0
        self._settings = settings
        self._period = period
        self._alone = alone
        self._set = len(dialect.messages)
        own = len(dialect.pack_messages)
        self._messages = self._set + (own * beside if alone else own if beside else 0)
        self.plan()

    def change(self, order: Sequence[int]) -> None:
        """Take another order.

        Raises:
            InputError: it does not name each pack once.
        """
        packs = len(self.numbers)
        if sorted(order) != list(range(1, packs + 1)):
            raise InputError(f"a send order names each of the packs 1 to {packs} once, not {tuple(order)}")
        self.numbers = tuple(order)

    def plan(self) -> tuple[dict[int, float], float]:
        """Return the phase of each pack and the spacing of their messages, s."""
        phases, spacing = plan_phases(
            (1,) if self._alone else self.numbers,
            messages=self._messages,
            period=self._period,
            spacing=self._settings.spacing,
            stagger=self._settings.stagger,
            phase=self._settings.phase,
        )
        self.turn = self._set * spacing
        # Where one speaks for all, they decide together.
        return (dict.fromkeys(self.numbers, phases[1]) if self._alone else phases), spacing
