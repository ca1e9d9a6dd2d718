"""A fault as a thing to write down: a kind and its options, equal when they are equal."""

from __future__ import annotations

import shlex
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from bmshil.bms.faults.effect import Effect
from bmshil.bms.faults.text import write_ids
from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.bms.faults.effect import Subject
    from bmshil.bms.faults.text import Options


class Fault(Effect, ABC):
    """One switchable deviation of a node. ``str(fault)`` is its text: ``override cvl=55.2``.

    Attributes:
        kind: the word by which it is known.
        help: what it does, in one line.
    """

    kind: ClassVar[str]
    help: ClassVar[str]

    @abstractmethod
    def options(self) -> dict[str, str]:
        """Return the options as text; reading them back gives the same fault."""

    @classmethod
    @abstractmethod
    def read(cls, options: Options) -> Self:
        """Make the fault from options that a person wrote.

        Raises:
            InputError: an option that cannot be used.
        """

    def check(self, subject: Subject) -> None:
        """Refuse a node that this fault does not fit.

        Raises:
            InputError: for example an identifier that the node's dialect does not send.
        """

    def begin(self, subject: Subject) -> Effect:  # noqa: ARG002 - a hook
        """Return what the fault does from now on; a fault that needs no memory is its own effect."""
        return self

    def __str__(self) -> str:
        """Return the text that parses to an equal fault."""
        return " ".join(
            [self.kind, *(shlex.quote(f"{key}={value}") for key, value in self.options().items())]
        )


@dataclass(frozen=True)
class MessageFault(Fault):
    """A fault of all messages of a node, or of chosen ones.

    Attributes:
        ids: base identifiers, as the dialect names them (0x351 for every pack); empty means all.
    """

    ids: tuple[int, ...] = ()

    def hits(self, base_id: int | None) -> bool:
        """Whether this message is meant; without a base identifier, whether any is."""
        return not self.ids or base_id is None or base_id in self.ids

    def check(self, subject: Subject) -> None:
        """Refuse identifiers that the node does not send."""
        known = [message.id for message in subject.dialect.messages]
        for base_id in self.ids:
            if base_id not in known:
                raise InputError(
                    f"no message {write_ids((base_id,))} in {subject.dialect.name}, "
                    f"give base identifiers of {write_ids(tuple(known))}"
                )

    def options(self) -> dict[str, str]:
        """Return the identifiers, unless all are meant."""
        return {"ids": write_ids(self.ids)} if self.ids else {}
