"""Switching the faults of one node on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from bmshil.errors import CodecError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bmshil.bms.faults.effect import Effect
    from bmshil.bms.faults.fault import Fault
    from bmshil.bms.transmitter import Transmitter
    from bmshil.dialects import Dialect, IdMap, Report
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline, Timer


class FaultHandle:
    """A fault that was switched on. As a context manager it switches off at the end of the block.

    Attributes:
        fault: which one.
    """

    def __init__(self, fault: Fault, switch_off: Callable[[FaultHandle], None]) -> None:
        self.fault = fault
        self._switch_off = switch_off
        self._on = True

    @property
    def is_on(self) -> bool:
        """Whether the fault is still on."""
        return self._on

    def off(self) -> None:
        """Switch the fault off; harmless when it is."""
        if self._on:
            self._on = False
            self._switch_off(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.off()


class NodeFaults:
    """The faults of one node. Each switching is an event ``fault`` in the journal.

    Args:
        transmitter: where the faults apply.
        report: gives what the node would say now, without faults.
        journal: where switching is written.
    """

    def __init__(self, transmitter: Transmitter, report: Callable[[], Report], journal: Journal) -> None:
        self._transmitter = transmitter
        self._report = report
        self._journal = journal
        self._on: list[tuple[FaultHandle, Effect]] = []
        self._timers: dict[FaultHandle, Timer] = {}

    @property
    def number(self) -> int:
        """Number of the pack, 1..n."""
        return self._transmitter.number

    @property
    def timeline(self) -> Timeline:
        """The time."""
        return self._transmitter.timeline

    @property
    def dialect(self) -> Dialect:
        """How the node's reports become bytes."""
        return self._transmitter.dialect

    @property
    def ids(self) -> IdMap:
        """Identifiers of the whole bank."""
        return self._transmitter.ids

    @property
    def active(self) -> tuple[Fault, ...]:
        """The faults that are on, in the order in which they were switched on."""
        return tuple(handle.fault for handle, _ in self._on)

    def period(self, base_id: int) -> float:
        """Nominal period of a message, s."""
        return self._transmitter.slots[base_id].period

    def last_payload(self, base_id: int) -> bytes | None:
        """Return what was encoded last for a message, None when nothing was."""
        return self._transmitter.slots[base_id].payload

    def check(self, fault: Fault) -> None:
        """Refuse a fault that this node cannot have.

        Raises:
            InputError: one line that says why.
        """
        text = f"{self._transmitter.name}.{fault}"
        try:
            fault.check(self)
        except InputError as error:
            raise InputError(f"{text}: {error}") from error
        self._try(text, fault.begin(self))

    def check_report(self, what: str) -> None:
        """Refuse values that the dialect cannot carry.

        Args:
            what: was set, for the message.

        Raises:
            InputError: with the value and the range.
        """
        self._try(f"{self._transmitter.name}.{what}")

    def on(self, fault: Fault) -> FaultHandle:
        """Switch a fault on, from the next message on.

        Raises:
            InputError: this node cannot have it.
        """
        return self.timeline.call(lambda: self._switch_on(fault))

    def clear(self) -> None:
        """Switch all faults off."""
        for handle, _ in tuple(self._on):
            handle.off()

    def _switch_on(self, fault: Fault) -> FaultHandle:
        self.check(fault)
        effect = fault.begin(self)
        handle = FaultHandle(fault, lambda one: self.timeline.call(lambda: self._switch_off(one)))
        self._on.append((handle, effect))
        if effect.lasts is not None:
            self._timers[handle] = self.timeline.after(effect.lasts, handle.off)
        self._switched(fault, on=True)
        return handle

    def _switch_off(self, handle: FaultHandle) -> None:
        self._on = [pair for pair in self._on if pair[0] is not handle]
        timer = self._timers.pop(handle, None)
        if timer is not None:
            timer.cancel()
        self._switched(handle.fault, on=False)

    def _switched(self, fault: Fault, *, on: bool) -> None:
        self._transmitter.effects = _ordered([effect for _, effect in self._on])
        self._transmitter.follow_periods()
        name = self._transmitter.name
        self._journal.event("fault", name, text=f"{name}.{fault}", on=on)

    def _try(self, what: str, *extra: Effect) -> None:
        """Encode every message once: a value out of range is refused here, not in the middle of a run."""
        effects = _ordered([*(effect for _, effect in self._on), *extra])
        report = self._report()
        for message in self.dialect.messages:
            try:
                said = self._transmitter.deviating_report(message.id, report, effects)
                self.dialect.encode(message.id, said)
            except CodecError as error:
                raise InputError(f"{what}: {error}") from error


def _ordered(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    return tuple(sorted(effects, key=lambda effect: effect.stage))
