"""What comes out when a run is judged again."""

from __future__ import annotations

from enum import StrEnum

import msgspec

NOT_SEALED = "the evidence is not sealed"
"""What is said of a run that is still open."""


class Kind(StrEnum):
    """What a difference lies in."""

    VALUE = "value"
    """The same recipe gives another value: the evidence or the measuring has changed."""
    UNCERTAINTY = "uncertainty"
    """The value is known better or worse than the run says."""
    RULE = "rule"
    """The same value gets another verdict: the rules are others than those of the run."""
    HEALTH = "health"
    """The rig's health over the test is seen otherwise."""
    RECIPE = "recipe"
    """The summary tells another recipe than the journal, or the journal none."""
    CIRCUMSTANCE = "circumstance"
    """The journal contradicts what ended the test, or what its bus was excused for."""
    RUNNER = "runner"
    """The test runner's own results, beside the summary, tell another verdict or reason."""
    CONCLUSION = "conclusion"
    """Judgements and health are as they were, but what follows from them is not."""


class Difference(msgspec.Struct, frozen=True):
    """One thing that comes out otherwise.

    Attributes:
        where: requirement, and the test, or "run".
        kind: what it lies in.
        then: what the run has.
        now: what comes out.
        what: of which statement or figure.
    """

    where: str
    kind: Kind
    then: str
    now: str
    what: str = ""

    def __str__(self) -> str:
        """In one line."""
        of = f" of {self.what!r}" if self.what else ""
        return f"{self.where}: {self.kind}{of}: was {self.then}, is {self.now}"


class Counts(msgspec.Struct):
    """What the answer rests on.

    Attributes:
        samples: judgements of which the value was measured again from samples.
        frames: of which it was drawn again from CAN frames.
        events: of which it was drawn again from the timeline: the health of bus and line, error counters.
        dialogue: of which it was read again in the dialogue with the device.
        recorded: of which the value is a word, a fact or a figure that the run has recorded; the rule was
            applied again, the value was not found again.
        unjudged: measurements that were taken again though nothing was judged by them alone.
        drawn: tests whose conclusion was drawn again.
        kept: tests whose verdict is a recorded reason: skipped, or blocked before anything was judged.
        known: judgements whose uncertainty was worked out again.
        believed: judgements whose uncertainty is as recorded.
        endings: tests that something ended early, as recorded: no event in the journal shows it.
        excused: tests in which trouble of the bus was excused, or was not, as recorded, and it matters.
        confirmed: tests of which the runner's own results tell the same verdict and reason.
    """

    samples: int = 0
    frames: int = 0
    events: int = 0
    dialogue: int = 0
    recorded: int = 0
    unjudged: int = 0
    drawn: int = 0
    kept: int = 0
    known: int = 0
    believed: int = 0
    endings: int = 0
    excused: int = 0
    confirmed: int = 0

    def __str__(self) -> str:
        """In two lines: what was found again, and what was taken as recorded."""
        again = self.samples + self.frames + self.events + self.dialogue
        return (
            f"{again} of {again + self.recorded} judgements rest on values that were found again "
            f"({self.samples} in samples, {self.frames} in frames, {self.events} in events, "
            f"{self.dialogue} in the dialogue), {self.recorded} on a recorded observation; "
            f"{self.drawn} conclusions were drawn again, {self.kept} tests rest on a recorded reason.\n"
            f"Uncertainties: {self.known} worked out again, {self.believed} as recorded. As recorded, too: "
            f"early ends of tests: {self.endings}; excuses of the bus that matter: {self.excused}. "
            f"Tests that the runner's own results confirm: {self.confirmed}"
        )


class Rejudged(msgspec.Struct, frozen=True):
    """A run, judged again.

    Attributes:
        run: its name.
        rules_then: version of the rules that the run was judged by; empty where nobody has said.
        rules_now: version of those that were applied now.
        verdict_then: of the run.
        verdict_now: what comes out now.
        counts: what the answer rests on.
        differences: in the order of the run; empty when everything agrees.
        doubts: what was taken as recorded and decides a verdict, a line each.
        changed: what `bmshil verify` has to say of the evidence; empty when it is as it was sealed.
    """

    run: str
    rules_then: str
    rules_now: str
    verdict_then: str
    verdict_now: str
    counts: Counts
    differences: tuple[Difference, ...]
    changed: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether every verdict comes out as it was."""
        return not self.differences

    @property
    def holds(self) -> bool:
        """Whether it agrees, and on evidence that is not known to have changed: some was never sealed."""
        return self.agrees and self.changed in ((), (NOT_SEALED,))
