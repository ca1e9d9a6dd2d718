"""Each verdict as an outcome of pytest: words, exit codes, and what a user of pytest relies on."""

from collections.abc import Callable

import pytest

Rehearse = Callable[..., pytest.RunResult]

EVERY_VERDICT = """
@ONE
def test_passes(trial):
    trial.holds(True)

@ONE
def test_fails(trial):
    trial.holds(False)

@ONE
def test_is_inconclusive(trial):
    raise Inconclusive("the wrong answer is too near")

@ONE
def test_is_inconclusive_by_health(trial):
    trial.holds(True)
    trial.sick.append("an instrument failed")

@ONE
def test_is_blocked(trial):
    raise Blocked("stimulus not binding")

@ONE
def test_is_blocked_by_the_rig(trial):
    raise InstrumentError("meter: timeout")

@ONE
def test_is_blocked_in_setup(stuck_trial):
    stuck_trial.holds(True)

@ONE
def test_is_an_error(trial):
    trial.holds(True)
    assert 1 == 2

@ONE
def test_judges_nothing(trial):
    pass

@ONE
def test_holds_no_bench():
    pass

@ONE
def test_is_skipped(trial):
    pytest.skip("not declared: one battery")

def test_without_requirement():
    pass
"""


def test_every_verdict_has_its_word(rehearse: Rehearse) -> None:
    result = rehearse(EVERY_VERDICT, "-v")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "*::test_passes PASSED*",
            "*::test_fails FAILED*",
            "*::test_is_inconclusive INCONCLUSIVE*",
            "*::test_is_inconclusive_by_health INCONCLUSIVE*",
            "*::test_is_blocked BLOCKED*",
            "*::test_is_blocked_by_the_rig BLOCKED*",
            "*::test_is_blocked_in_setup BLOCKED*",
            "*::test_is_an_error ERROR*",
            "*::test_judges_nothing ERROR*",
            "*::test_holds_no_bench ERROR*",
            "*::test_is_skipped SKIPPED*",
            "*::test_without_requirement PASSED*",
            "*= unsettled verdicts =*",
            "INCONCLUSIVE *::test_is_inconclusive - the wrong answer is too near",
            "INCONCLUSIVE *::test_is_inconclusive_by_health - an instrument failed",
            "BLOCKED *::test_is_blocked - stimulus not binding",
            "BLOCKED *::test_is_blocked_by_the_rig - meter: timeout",
            "BLOCKED *::test_is_blocked_in_setup - reset needed: no keep-alive",
            "ERROR *::test_is_an_error - defect of the harness: AssertionError: assert 1 == 2",
            "ERROR *::test_judges_nothing - defect of the harness: the test judged nothing",
            "ERROR *::test_holds_no_bench - defect of the harness: the test judged nothing",
        ]
    )
    result.stdout.fnmatch_lines(["*1 failed, 2 passed, 1 skipped, 3 errors, 2 inconclusive, 3 blocked*"])
    assert "test_is_blocked_in_setup PASSED" not in result.stdout.str()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("trial.holds(True)", 0),
        ("pytest.skip('not declared')", 0),
        ("trial.holds(False)", 1),
        ("raise Blocked('reset needed')", 1),
        ("raise Inconclusive('no sample')", 1),
        ("pass", 1),
    ],
)
def test_whatever_is_not_settled_is_no_success_of_pytest(rehearse: Rehearse, body: str, code: int) -> None:
    assert rehearse(f"@ONE\ndef test_one(trial):\n    {body}\n").ret == code


def test_a_defect_shows_its_traceback(rehearse: Rehearse) -> None:
    result = rehearse("@ONE\ndef test_one(trial):\n    trial.holds(True)\n    nobody_knows_me\n")
    result.stdout.fnmatch_lines(["*ERROR at call of test_one*", "*nobody_knows_me", "E *NameError*"])


@pytest.mark.parametrize(
    ("body", "word", "reason"),
    [
        ("trial.holds(False)\n    assert False", "FAILED", "The lamp is on: lamp is false, not true; then"),
        ("trial.holds(False)\n    pytest.skip('enough')", "FAILED", "skipped after something was judged"),
        ("trial.holds(True)\n    pytest.skip('enough')", "ERROR", "skipped after something was judged"),
        (
            "trial.holds(True)\n    pytest.fail('I say so')",
            "ERROR",
            "defect of the harness: Failed: I say so",
        ),
        ("trial.holds(True)\n    pytest.xfail('known')", "ERROR", "defect of the harness: XFailed: known"),
        ("trial.holds(True)\n    raise DutFailed('bad')", "ERROR", "defect of the harness: bad"),
        ("trial.holds(True)\n    raise SystemExit(0)", "ERROR", "defect of the harness: SystemExit: 0"),
        ("trial.unsafe()\n    raise InstrumentError('gone')", "BLOCKED", "gone; unsafe observed: The lamp"),
        ("trial.unsafe()\n    trial.sick.append('late')", "INCONCLUSIVE", "late; unsafe observed: The lamp"),
    ],
)
def test_how_a_test_ends_decides_nothing_for_or_against_the_device(
    rehearse: Rehearse, body: str, word: str, reason: str
) -> None:
    result = rehearse(f"@ONE\ndef test_one(trial):\n    {body}\n", "-v")
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"*::test_one {word}*"])
    assert reason in " ".join(result.stdout.str().split())


def test_a_skip_keeps_its_reason_and_an_interrupt_stays_one(rehearse: Rehearse) -> None:
    result = rehearse("@ONE\ndef test_one(trial):\n    pytest.skip('not declared: x')\n", "-rs")
    result.stdout.fnmatch_lines(["SKIPPED*not declared: x"])
    result = rehearse(
        "@ONE\ndef test_one(trial):\n    trial.holds(False)\n    raise KeyboardInterrupt\n", apart=True
    )
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_a_bench_taken_in_the_body_counts_too(rehearse: Rehearse) -> None:
    result = rehearse(
        "@ONE\ndef test_one(request):\n    request.getfixturevalue('trial').holds(False)\n", "-v"
    )
    result.stdout.fnmatch_lines(["*::test_one FAILED*"])


def test_trouble_in_teardown_is_told_beside_the_verdict(rehearse: Rehearse) -> None:
    result = rehearse(
        """
@ONE
def test_one(trial):
    trial.holds(True)
    trial.on_teardown = InstrumentError("load: timeout")
""",
        "-v",
    )
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*::test_one PASSED*", "*::test_one BLOCKED*", "BLOCKED *::test_one - load: timeout"]
    )


ONE_BAD = """
@ONE
def test_first(trial):
    {body}

@ONE
def test_second(trial):
    trial.holds(True)
"""


@pytest.mark.parametrize(
    "body", ["raise Inconclusive('no sample')", "raise Blocked('reset needed')", "pass", "trial.holds(False)"]
)
def test_stopping_and_repeating_what_failed_includes_the_unsettled(rehearse: Rehearse, body: str) -> None:
    source = ONE_BAD.format(body=body)
    stopped = rehearse(source, "-x", "-v")
    assert "test_second" not in stopped.stdout.str()
    rehearse(source)
    again = rehearse(source, "--lf", "-v")
    assert "test_first" in again.stdout.str()
    assert "test_second" not in again.stdout.str()


def test_the_bare_mark_is_refused(rehearse: Rehearse) -> None:
    result = rehearse("@pytest.mark.requirement('AGG-01')\ndef test_one():\n    pass\n")
    assert result.ret != 0
    result.stderr.fnmatch_lines(["*test_one: use pytest_bmshil.requirement(...), not the bare mark"])
