"""One test on the bench: from its baseline to its conclusion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from bmshil.bench import baseline
from bmshil.bench.fitness.levels import START_SOC
from bmshil.bench.reactions.source import look_for_dead_source
from bmshil.errors import RigError
from bmshil.judge import Conclusion, Health, Question, Verdict, conclude, ended_by, rig_health
from bmshil.judge.conclusion import UNIVERSAL
from bmshil.judge.health import PROBES
from bmshil.ports.capability import Capability

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench
    from bmshil.judge import Judgement, Requirement

AFTER = 3.5
"""For so long a test is watched beyond its end, s: what begins in its last moments shows only then."""

PROOF = 10.0
"""Longest time in which an instrument must show that it still measures, s."""

NOTED = "noted"
"""The rule of a value that is only characterised."""


class Trial:
    """What a test runner needs: begin, conclude, record, end. Tests themselves hold the bench.

    Args:
        bench: the bench.
        name: of the test.
        requirement: what it tests; None for a test without verdict.
    """

    def __init__(self, bench: Bench, name: str, requirement: Requirement | None) -> None:
        self._bench = bench
        self._name = name
        self._requirement = requirement
        self._started = bench.seconds
        self._health = Health()

    def begin(self) -> None:
        """Bring the bench to its baseline and start a clean slate.

        A test about the cable begins with everything on it silent and without power.

        Raises:
            Blocked: the device does not come back to its baseline.
            RigError: the rig failed, or its cable is wrong; everything is off then. Or it is broken since an
                earlier test: then nothing is touched.
        """
        bench = self._bench
        requirement = self._requirement
        wiring = requirement is not None and requirement.wiring
        if not (wiring and bench.state.cause == bench.wire.trouble):
            bench.state.require_sound()
        bench.judge.begin(requirement.id if requirement else "")
        bench.bus.forget()
        bench.control.watch.restart()
        bench.journal.event(
            "test", self._name, phase="begin", requirement=requirement.id if requirement else ""
        )
        try:
            if wiring:
                bench.wire.hush()
            else:
                bench.wire.wake()
                baseline.restore(
                    bench,
                    soc=START_SOC,
                    silent_device=requirement is not None and requirement.silent_device,
                )
        except RigError as error:
            bench.switch_off(str(error))
            raise
        if requirement is not None and "hazard" in requirement.needs:
            bench.hazard.begin(f"{requirement.id} could harm the device")
        bench.control.tell_limit_again()
        bench.power.asked = None
        self._started = bench.seconds

    def conclude(self, error: BaseException | None) -> Conclusion:
        """Draw the conclusion of the test that has just ended, the universal check included.

        Args:
            error: what ended the test, or None. After trouble with the rig everything is switched off.
        """
        bench = self._bench
        requirement = self._requirement
        disturbed = requirement is not None and requirement.disturbs
        alone = requirement is not None and (requirement.alone or requirement.wiring)
        against = any(one.verdict is Verdict.FAIL for one in bench.judge.judgements)
        if requirement is not None and bench.energised and (error is None or against):
            error = self._watch_on() or error
        if isinstance(error, RigError):
            bench.switch_off(str(error))
        else:
            self._look_for_trips()
        if bench.has_disturber:
            bench.disturber.account(self._started)
        end = bench.seconds
        self._health = rig_health(bench.journal, self._started, end, disturbed=disturbed, alone=alone)
        # Who only measures what nobody has specified shall neither pass nor fail by the bus either.
        judged = any(one.rule != NOTED for one in bench.judge.judgements)
        if judged and requirement is not None and not requirement.disturbs:
            if bench.rig.over_rs485:
                self._judge_line()
            else:
                self._judge_bus()
        # With this, and with what is in the journal before it, anybody can draw the conclusion again.
        bench.journal.event(
            "conclusion",
            self._name,
            start=self._started,
            end=end,
            disturbed=disturbed,
            alone=alone,
            ended_by=ended_by(error),
        )
        return conclude(bench.judge.judgements, self._health, error)

    def record(self) -> dict[str, Any]:
        """Judgements, health and times of the test, as plain JSON values."""
        bench = self._bench
        return {
            "judgements": [_plain(one) for one in bench.judge.judgements],
            "health": msgspec.to_builtins(self._health),
            "start": self._started,
            "end": bench.seconds,
        }

    def end(self) -> None:
        """Take away stimuli, faults and limits, and make what is recorded readable from disk.

        Raises:
            RigError: the rig failed; everything is off then.
        """
        bench = self._bench
        bench.journal.event("test", self._name, phase="end")
        try:
            if bench.energised:
                baseline.calm(bench)
        except RigError as error:
            bench.switch_off(str(error))
            raise
        finally:
            bench.hazard.end()
            bench.journal.flush()

    def _watch_on(self) -> RigError | None:
        """Let the rig show that the last values were true: a lost frame, a late slot, a stuck reading.

        Returns:
            What went wrong with it meanwhile.
        """
        bench = self._bench
        bench.control.readings.prove()
        try:
            bench.run(AFTER)
            bench.until(lambda: bench.control.readings.proven, PROOF)
            if bench.judge.judgements:
                look_for_dead_source(bench)
        except RigError as error:
            return error
        return None

    def _look_for_trips(self) -> None:
        """Find a protection that has acted since it was asked last: the record of it counts as trouble."""
        try:
            self._bench.trips.look()
        except RigError as error:
            self._bench.switch_off(str(error))

    def _judge_line(self) -> None:
        """The universal check where the device asks over RS485: its questions arrive whole."""
        garbled = self._health.garbled
        self._bench.judge.fact(
            self._bench.observe(
                "line", f"{garbled} damaged questions" if garbled else "healthy", self._started
            ),
            "healthy",
            question=Question.CONFORMITY,
            statement="No damaged question of the device on the line",
            citation=UNIVERSAL,
        )

    def _judge_bus(self) -> None:
        """The universal check: a healthy bus after every test."""
        bench = self._bench
        observed = any(
            Capability.ERROR_FRAMES in port.capabilities
            for role, port in bench.ports.items()
            if role != PROBES
        )
        strays = ", ".join(self._health.stray_frames)
        sick = [f"stray frames {strays}"] if strays else []
        if self._health.error_frames:
            sick.append(f"{self._health.error_frames} error frames")
        sick += [f"{name} {state}" for name, state in sorted(self._health.controllers.items())]
        bench.judge.fact(
            bench.observe("bus", "; ".join(sick) or "healthy", self._started),
            "healthy",
            question=Question.CONFORMITY,
            statement="No error frames, no error states and no unknown identifiers on the bus"
            if observed
            else "No unknown identifiers on the bus; no adapter here reports error frames",
            citation=UNIVERSAL,
        )


def _plain(judgement: Judgement) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(judgement)
    return {**plain, "unit": judgement.measurement.unit}
