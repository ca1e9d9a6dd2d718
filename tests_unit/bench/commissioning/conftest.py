"""A site that is played from a script, and batteries as they are heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench.commissioning.speakers import Speaker, Speakers
from bmshil.errors import InstrumentError

if TYPE_CHECKING:
    from bmshil.bench.commissioning.ear import Identifier

Heard = Callable[..., Speakers]

GOOD = {
    "soc": 0.6,
    "ccl": 37.0,
    "dcl": 37.0,
    "cvl": 53.2,
    "voltage": 50.0,
    "current": 0.0,
    "temperature": 25.0,
    "modules": 1,
}


@pytest.fixture
def speakers() -> Heard:
    """``speakers(1, 2, soc={2: 0.5}, ccl=40.0)``: batteries that send 0x351 + 0x100 for each."""

    def make(*numbers: int, rate: float = 1.0, changing: tuple[str, ...] = (), **values: Any) -> Speakers:
        each = {}
        identifiers: set[Identifier] = set()
        for number in numbers:
            report: dict[str, Any] = dict(GOOD)
            for name, value in values.items():
                given = value.get(number, report[name]) if isinstance(value, dict) else value
                report[name] = given
            each[number] = Speaker(number, report, frozenset(changing), rate, 1.0)  # type: ignore[arg-type]  # by name
            identifiers.add((0x251 + 0x100 * number, False))
        return Speakers("pylontech-lv-1.2", "+0x100", each, frozenset(identifiers))

    return make


class Script:
    """A site whose hands and eyes are a list of what they know.

    Args:
        knows: answers by method; what is missing nobody can do or tell.
    """

    name = "script"

    def __init__(self, **knows: Any) -> None:
        self.knows = knows
        self.done: list[Any] = []
        self.blocked = knows.get("blocked", "")
        self.errors = 0
        self.heard: dict[Any, Any] = {}

    @property
    def ear(self) -> Script:
        return self

    def forget(self) -> None:
        """As an ear."""

    def run(self, seconds: float) -> None:
        self.done.append(seconds)

    def count(self) -> int:
        return int(self._told("count"))

    def only(self, number: int) -> None:
        self._told("hands")
        self.done.append(f"only {number}")

    def everyone(self) -> None:
        self._told("hands")
        self.done.append("everyone")

    def resistance(self) -> float:
        return float(self._told("ohm"))

    def ambient(self) -> float:
        return float(self._told("degc"))

    def stir(self) -> None:
        self._told("hands")
        self.done.append("stir")

    def calm(self) -> None:
        self.done.append("calm")

    def shown(self, packs: int) -> bool:
        self.done.append(f"shown {packs}")
        return bool(self._told("shown"))

    def switches(self) -> dict[str, str]:
        return dict(self.knows.get("switches", {}))

    def _told(self, what: str) -> Any:
        if what not in self.knows:
            raise InstrumentError(f"nobody is there for {what}")
        return self.knows[what]


@pytest.fixture
def script() -> type[Script]:
    return Script
