"""How time passes on a bench, and how what it is made of is switched."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from bmshil.bench.inventory import Inventory
from bmshil.bench.safeguards.hazard import Hazard
from bmshil.bench.safeguards.trips import TripWatch
from bmshil.errors import InstrumentError, RigError
from bmshil.instruments.operator import PATIENCE, Operator
from bmshil.judge import Judge
from bmshil.rig import RigState, StateMachine
from bmshil.safety import switch_off

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bmshil.bench.inventory import Parts
    from bmshil.rig import RigLock
    from bmshil.safety import OffReport

OPERATOR_PATIENCE = 2 * PATIENCE + 30.0
"""How long an operator may take for two questions, s."""


class Core(Inventory):
    """The parts of a bench, and what goes on with them: time passes, and outputs are switched.

    Attributes:
        judge: draws judgements.
        hazard: whether stimuli that could harm the device are allowed, and with which current.
        state: what may be done with the rig; a broken one stays broken until somebody opens it anew.
        booted: when the device has had the time that it declares for booting, s.
        trips: asks whether a protection has acted, as long as the rig is energised.
        lock: holds the rig; None for a twin inside this process.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.lock: RigLock | None = None
        self.state = StateMachine(parts.rig.name, self._tell_state)
        self.booted = 0.0
        self.hazard = Hazard(self, parts.gate)
        accuracy = parts.profile.declares.accuracy
        self.judge = Judge(
            parts.journal, {"V": accuracy.voltage, "A": accuracy.current}, parts.acceptance.decision_rule
        )
        self.trips = TripWatch(parts.timeline, parts.journal, parts.equipment)

    @property
    def energised(self) -> bool:
        """Whether the bank's terminals are connected to the device."""
        return self.state.state is RigState.ENERGISED

    # Time

    @property
    def seconds(self) -> float:
        """Time of the timeline, s."""
        return self.timeline.seconds

    def run(self, seconds: float) -> None:
        """Let ``seconds`` pass; a rig in trouble is switched off before the trouble is raised."""
        with self._guarded():
            self.timeline.run(seconds)

    def until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Let time pass until ``condition`` holds, at most ``timeout`` seconds; say whether it does."""
        with self._guarded():
            return self.timeline.until(condition, timeout)

    def settle(self) -> None:
        """Wait as long as the device may take to follow a new limit: one period, its tick and its lag."""
        self.run(self.following)

    @property
    def followed_at_the_latest(self) -> float:
        """As :attr:`following`, but never longer than the acceptance file allows, whatever is declared, s."""
        return min(self.following, self.declares.period.nominal + self.acceptance.follow)

    def settle_generously(self) -> None:
        """Wait three times as long: where a test does not ask how fast, a slow device shall not fail it."""
        self.run(3 * self.following)

    @property
    def following(self) -> float:
        """Longest time from a new limit to its effect, s: a period of the bank, the device's tick and lag."""
        return self.declares.period.nominal + self.declares.tick + self.declares.follow_lag

    # Switching

    def switch(self, role: str, on: bool) -> None:
        """Close or open one relay, or switch the source in its place."""
        source = self._equipment.source(role)
        if source is not None:
            self.patiently(source, lambda: None if source.is_on() == on else source.output(on))
            return
        if self.relays.closed(role) == on:
            return
        if on:
            self.relays.close(role)
        else:
            self.relays.open(role)

    def patiently(self, device: object, work: Callable[[], object]) -> None:
        """Do something with a device. For an operator time goes on meanwhile, and everything is watched.

        Args:
            device: what is switched.
            work: switches it.

        Raises:
            InstrumentError: refused; or nobody is there, or nobody answers.
        """
        if getattr(device, "by_hand", False):
            self._beside(work)
        else:
            work()

    def ask_operator(self, what: str) -> None:
        """Ask the operator to do something, and wait until it is done.

        Args:
            what: in the imperative.

        Raises:
            InstrumentError: refused; or nobody is there, or nobody answers.
        """
        operator = Operator(self.journal, name="bench")
        self._beside(lambda: operator.ask(what))

    def _beside(self, work: Callable[[], object]) -> None:
        answers: list[InstrumentError | None] = []

        def asked() -> InstrumentError | None:
            try:
                work()
            except InstrumentError as error:
                return error
            return None

        self.timeline.offload("operator", asked, answers.append)
        if not self.until(lambda: bool(answers), OPERATOR_PATIENCE):
            raise InstrumentError(f"rig {self.rig.name}: nobody answers at the terminal")
        if answers[0] is not None:
            raise answers[0]

    def stimulus(self, text: str) -> None:
        """Write down what is done to the device, for plots and readers."""
        self.journal.event("stimulus", "bench", text=text)

    def switch_off(self, because: str = "") -> OffReport:
        """Switch everything off in order and verify it; may be called at any time, and twice.

        A rig that is not confirmed off is broken.

        Args:
            because: what went wrong before, in a sentence.
        """
        self.control.stop()
        self.trips.stop()
        with suppress(OSError):  # a full disk keeps nothing on
            # Until it is on again nobody can blame it for what the bus lacks.
            self.journal.event("device", "bench", on=False)
        with self.safeguards.switching_off():
            report = switch_off(self._equipment, wait=self.timeline.until, apart=not self.timeline.simulated)
            self.safeguards.after_off(report)
        with suppress(OSError):  # likewise
            self.journal.event("off", "bench", clean=report.clean, text=str(report))
        if report.clean:
            self.state.rest()
        else:
            self.state.breaks("; ".join(filter(None, (because, str(report)))))
        return report

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (RigError, OSError) as error:  # what cannot be written down is not gone on with either
            self.switch_off(str(error))
            raise

    def _tell_state(self, state: RigState, cause: str) -> None:
        self.journal.event("rig_state", "bench", state=str(state), cause=cause)
