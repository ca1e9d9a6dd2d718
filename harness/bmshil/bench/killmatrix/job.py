"""One run of the kill matrix: which inverter, on which twin, asked what; and what came of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bmshil.inverter import Violates
from bmshil.judge import Verdict  # noqa: TC001 - msgspec reads the type at run time


class Scope(StrEnum):
    """How much a run asks."""

    EVERY = "every"
    """Every parameter set of every test of a requirement that binds the device."""
    DRAWN = "drawn"
    """A good inverter: a quarter of the tests with one parameter set each, drawn with the seed. A bad one:
    half of them likewise, and of what must fail all parameter sets until it has failed."""
    LISTED = "listed"
    """Only what must fail, all parameter sets until it has failed."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One run.

    Attributes:
        profile: of the inverter.
        rig: name of the twin.
        scope: how much is asked.
        mutation: makes it a bad one; None for the profile as it is.
        seed: draws noise, phases, order and parameter sets; None for those of the rig file.
        violates: what must fail: of the mutation, or of a field profile.
        unsafe: requirements that the profile fails on safety though it does what it declares.
        without: beginnings of the requirements that are left out, because other runs ask them.
    """

    profile: str
    rig: str
    scope: Scope
    mutation: str | None = None
    seed: int | None = None
    violates: Violates = Violates()
    unsafe: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing may fail but what is known to be unsafe."""
        return not self.violates.requirements

    def counted(self, name: str, outcome: Outcome) -> tuple[str, ...]:
        """Questions that a requirement has failed by, without what the profile fails as it is."""
        known = name in self.unsafe
        return tuple(question for question in outcome.failed if not (known and question == "safety"))

    @property
    def device(self) -> str:
        """Profile and mutation, for people."""
        return self.profile if self.mutation is None else f"{self.profile} + {self.mutation}"

    @property
    def command(self) -> str:
        """What repeats it by hand; the parameter sets are all there then."""
        words = ["bmshil qualify", self.rig, f"--dut {self.profile}"]
        words += [] if self.mutation is None else [f"--mutate {self.mutation}"]
        words += [] if self.seed is None else [f"--seed {self.seed}"]
        return " ".join(words)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has found about one requirement: the worst of its tests."""

    verdict: Verdict
    conformity: Verdict | None = None
    safety: Verdict | None = None
    reason: str = ""

    @property
    def failed(self) -> tuple[str, ...]:
        """Questions that it has failed by."""
        answers = (("conformity", self.conformity), ("safety", self.safety))
        return tuple(question for question, answer in answers if answer == "fail")


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is over.

    Attributes:
        job: what was to be done.
        outcomes: by requirement, of those that were asked.
        tests: how many tests were run, those that were skipped left out.
        cpu: processor time, s.
        trouble: why it could not be run to its end; empty when it was.
    """

    job: Job
    outcomes: dict[str, Outcome] = {}
    tests: int = 0
    cpu: float = 0.0
    trouble: str = ""
