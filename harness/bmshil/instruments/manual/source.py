"""A grid connection or PV field that a person switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.instruments.manual.by_hand import ByHand

if TYPE_CHECKING:
    from typing import Any


class ManualSource(ByHand):
    """Power source role by hand: a breaker, a plug. What nobody has moved yet is looked at."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as ByHand
        super().__init__(*args, **options)
        self._known: bool | None = None

    def output(self, on: bool) -> None:
        """Have it switched.

        Raises:
            InstrumentError: nobody is there, or it was refused.
        """
        self._known = None
        self._operator.ask(f"switch it {'on' if on else 'off'}")
        self._known = on

    def is_on(self) -> bool:
        """Whether it was switched on last; somebody looks where nobody has switched it yet.

        Raises:
            InstrumentError: nobody is there, or neither yes nor no.
        """
        if self._known is None:
            self._known = self._operator.says_yes("it is on")
        return self._known

    def off(self) -> None:
        """Have it switched off; nobody's word means that it may be on.

        Raises:
            InstrumentError: nobody is there, or it was refused.
        """
        self.output(False)
