"""What all equipment without remote control has in common: a person stands in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from bmshil.errors import InstrumentError
from bmshil.instruments.described import Described
from bmshil.instruments.operator import Operator

if TYPE_CHECKING:
    from typing import Self

    from bmshil.journal import Journal


class ByHand(Described):
    """An instrument that an operator sets, reads and switches, and says so.

    Nothing but the operator's word confirms anything, so it is refused on simulated time, and where the
    control loop would ask several times a second. Where nobody is there, nothing counts as done: an off that
    nobody confirms is reported as not confirmed.

    Args:
        name: what people call it.
        operator: who stands in front of it.
        journal: where what happens is written.
    """

    maker = "any"
    models = "without remote control"
    verified = "no commands"
    by_hand: ClassVar[bool] = True
    """Nobody can follow a control loop with it."""
    options: ClassVar[frozenset[str]] = frozenset({"patience"})

    def __init__(self, name: str, operator: Operator, *, journal: Journal | None = None) -> None:
        self.name = name
        self.journal = journal
        self._operator = operator

    @classmethod
    def connect(cls, name: str, resource: str, *, journal: Journal | None = None, **options: Any) -> Self:  # noqa: ARG003, ANN401 - there is nothing to open; whatever a rig file holds
        """Make sure that somebody is there.

        Args:
            name: what people call it.
            resource: means nothing here; rig files write "manual".
            journal: where prompts and answers are written.
            options: ``patience``: how long an answer may take, s; and those of this driver.

        Raises:
            InstrumentError: nobody is there.
            InputError: an option that this driver does not know.
        """
        cls.check_options(name, options)
        asking = {"patience": options.pop("patience")} if "patience" in options else {}
        operator = Operator(journal, name=name, **asking)
        instrument = cls(name, operator, journal=journal, **options)
        operator.check_present()
        return instrument

    @property
    def identity(self) -> str:
        """What it is: what its operator says."""
        return f"{self.name}, set and read by hand"

    def disconnect(self) -> None:
        """Nothing to let go of."""

    def error(self, command: str, cause: str) -> InstrumentError:
        """Write down what went wrong, and return the exception to raise."""
        if self.journal is not None:
            self.journal.event("instrument_error", self.name, cause=cause, command=command)
        return InstrumentError(f"{self.name}, {command!r}: {cause}")

    def _number(self, what: str, unit: str) -> float:
        value = self._operator.read(what, unit)
        if value is None:
            raise self.error(what, "has no reading")
        return value

    def _switch(self, what: str, on: bool) -> None:
        self._operator.ask(f"switch {what} {'on' if on else 'off'}")
