"""Faults of values: a field that says something else, one in the wrong scale, two that changed places."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from bmshil.bms.faults.effect import Stage
from bmshil.bms.faults.fault import Fault, MessageFault
from bmshil.bms.faults.fields import NUMBERS, TYPES, Value, fitting, read_field, write_field
from bmshil.bms.faults.text import write_number
from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.bms.faults.text import Options
    from bmshil.dialects import Report


@dataclass(frozen=True, init=False)
class Override(Fault):
    """Fields of the report say something else: ``Override(cvl=55.2, soc=0.0)``.

    Attributes:
        values: name and value of each field, in the order of the report.

    Raises:
        InputError: no field, an unknown one, or a value of another type.
    """

    values: tuple[tuple[str, Value], ...]
    kind: ClassVar[str] = "override"
    help: ClassVar[str] = "fields of the report say something else: override cvl=55.2 soc=0%"
    stage: ClassVar[Stage] = Stage.OVERRIDE

    def __init__(self, **values: Value) -> None:
        if not values:
            raise InputError(f"give at least one field of the report: {', '.join(TYPES)}")
        checked = {name: fitting(name, value) for name, value in values.items()}
        for name, value in checked.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise InputError(f"{name}={value} is no number")
        ordered = tuple((name, checked[name]) for name in TYPES if name in checked)
        object.__setattr__(self, "values", ordered)

    def report(self, base_id: int | None, report: Report) -> Report:  # noqa: ARG002 - all messages
        """Replace the fields."""
        changes: dict[str, Any] = dict(self.values)
        return replace(report, **changes)

    def options(self) -> dict[str, str]:
        """Return the fields."""
        return {name: write_field(value) for name, value in self.values}

    @classmethod
    def read(cls, options: Options) -> Self:
        """Take every option as a field."""
        return cls(**{name: read_field(name, text) for name, text in options.rest().items()})


@dataclass(frozen=True)
class Scale(MessageFault):
    """One field is sent in the wrong scale, in all messages or in chosen ones.

    Factor 0.1 on the voltage sends 530 where 5300 is meant, as field reports tell (JK-BMSToPylontechCAN 5).

    Attributes:
        field: a number of the report.
        factor: that it is multiplied with.

    Raises:
        InputError: the field is no number of the report, or the factor is not finite.
    """

    field: str = "voltage"
    factor: float = 0.1
    kind: ClassVar[str] = "scale"
    help: ClassVar[str] = "a field is sent in the wrong scale: scale field=voltage factor=0.1 ids=0x356"
    stage: ClassVar[Stage] = Stage.SCALE

    def __post_init__(self) -> None:
        """Refuse what cannot be multiplied."""
        if self.field not in NUMBERS:
            raise InputError(f"field={self.field} cannot be scaled, give one of {', '.join(NUMBERS)}")
        if not math.isfinite(self.factor):
            raise InputError(f"factor={self.factor} is no number")

    def report(self, base_id: int | None, report: Report) -> Report:
        """Multiply the field."""
        if not self.hits(base_id):
            return report
        value = getattr(report, self.field) * self.factor
        changes: dict[str, Any] = {self.field: round(value) if TYPES[self.field] is int else value}
        return replace(report, **changes)

    def options(self) -> dict[str, str]:
        """Return field, factor and identifiers."""
        return {"field": self.field, "factor": write_number(self.factor), **super().options()}

    @classmethod
    def read(cls, options: Options) -> Self:
        """Read field, factor and identifiers."""
        field = options.take("field")
        if field is None:
            raise InputError(f"field= is missing, give one of {', '.join(NUMBERS)}")
        return cls(field=field, factor=options.number("factor"), ids=options.ids())


@dataclass(frozen=True)
class Swap(MessageFault):
    """Two fields have changed places, as CCL and DCL in a message set that is read from another document.

    Attributes:
        fields: two numbers of the report.

    Raises:
        InputError: not two different numbers of the report.
    """

    fields: tuple[str, str] = ("ccl", "dcl")
    kind: ClassVar[str] = "swap"
    help: ClassVar[str] = "two fields have changed places: swap fields=ccl,dcl ids=0x351"
    stage: ClassVar[Stage] = Stage.SCALE

    def __post_init__(self) -> None:
        """Refuse what cannot change places."""
        kinds = {TYPES.get(name) for name in self.fields}
        if len({*self.fields}) != 2 or not {*self.fields} <= {*NUMBERS} or len(kinds) != 1:
            raise InputError(
                f"fields={','.join(self.fields)}: give two different ones of a kind: {', '.join(NUMBERS)}"
            )

    def report(self, base_id: int | None, report: Report) -> Report:
        """Exchange the fields."""
        if not self.hits(base_id):
            return report
        first, second = self.fields
        changes: dict[str, Any] = {first: getattr(report, second), second: getattr(report, first)}
        return replace(report, **changes)

    def options(self) -> dict[str, str]:
        """Return fields and identifiers."""
        return {"fields": ",".join(self.fields), **super().options()}

    @classmethod
    def read(cls, options: Options) -> Self:
        """Read fields and identifiers."""
        first, _, second = (options.take("fields") or "").partition(",")
        return cls(fields=(first, second), ids=options.ids())
