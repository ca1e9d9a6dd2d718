"""Runs of pytest inside the test, with a fake rig: the plugin is loaded by its entry point, as for a user."""

from collections.abc import Callable
from pathlib import Path

import pytest

# A run in this process forgets what it was the first to import: numpy and its users must not be among that.
import bmshil.evidence
import bmshil.rig  # noqa: F401 - see above

FAKE = '''
"""A rig whose health and baseline each test chooses."""

import pytest

from bmshil.errors import Blocked
from bmshil.journal import Journal
from bmshil.judge import Health, Judge, Measurement, Question, conclude
from bmshil.timeline import SimulatedTimeline
from pytest_bmshil.outcomes import attach


class FakeTrial:
    def __init__(self):
        self.judge = Judge(Journal(SimulatedTimeline()), {})
        self.sick = []
        self.on_teardown = None

    def holds(self, truth, question=Question.CONFORMITY):
        found = Measurement("lamp", 0.0, 1.0, "observed", bool(truth))
        self.judge.fact(found, True, question=question, statement="The lamp is on")

    def unsafe(self):
        self.holds(False, Question.SAFETY)

    def conclude(self, error):
        return conclude(self.judge.judgements, Health(tuple(self.sick)), error)

    def record(self):
        import msgspec

        plain = [{**msgspec.to_builtins(one), "unit": ""} for one in self.judge.judgements]
        health = {"problems": list(self.sick)}
        return {"judgements": plain, "health": health, "start": 1.0, "end": 2.0}


@pytest.fixture
def trial(request):
    fake = FakeTrial()
    attach(request.node, fake)
    yield fake
    if fake.on_teardown is not None:
        raise fake.on_teardown


@pytest.fixture
def stuck_trial(request, trial):
    raise Blocked("reset needed: no keep-alive")
'''

HEAD = """
import os
import pytest
from bmshil.errors import Blocked, DutFailed, Inconclusive, InputError, InstrumentError
from pytest_bmshil import requirement

ONE = requirement("AGG-01", "The bank is charged to the lowest CVL", scenarios=["S74", "S65"])
TWO = requirement("LIM-04", "A CCL of 0 A stops the charge", subject="bank")
"""


@pytest.fixture
def rehearse(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.RunResult]:
    """Run tests: ``rehearse(source, "-x")`` in this process, ``rehearse(source, "-n2", apart=True)`` not."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeconftest(FAKE)
    # Warnings are errors, as in this project.
    pytester.makeini("[pytest]\nfilterwarnings = error\n")

    def run(source: str, *options: str, apart: bool = False) -> pytest.RunResult:
        pytester.makepyfile(test_rehearsed=HEAD + source)
        start = pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess
        # hypothesis would be imported anew by each run, and has no part in this.
        return start("-p", "no:randomly", "-p", "no:hypothesispytest", *options)

    return run


@pytest.fixture
def place(pytester: pytest.Pytester) -> Path:
    """Where the rehearsal runs."""
    return pytester.path
