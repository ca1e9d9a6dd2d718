import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bmshil.evidence import DutRecord, RigRecord, Summary, TestResult
from bmshil.judge import Conclusion, Verdict
from bmshil.report import screen, table

STARTED = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)


def summary(*, mutation: str | None = None) -> Summary:
    return Summary(
        run="r",
        started=STARTED,
        rig=RigRecord(name="twin"),
        dut=DutRecord(profile="pylon_parallel", title="Hybrid inverter", mutation=mutation),
    )


def add(run: Summary, requirement: str, title: str, verdict: str, reason: str = "") -> None:
    word = Verdict(verdict)
    asked = None if word is Verdict.SKIPPED else word
    run.add(requirement, title, "dut", TestResult.of("t", Conclusion(word, asked, None, reason)))


def test_the_screen_shows_each_requirement_the_totals_and_the_report() -> None:
    run = summary(mutation="averages_cvl")
    add(run, "AGG-01", "The lowest CVL wins", "fail", "55.73 V instead of 55.2")
    add(run, "AGG-03", "SOC is weighted", "skipped", "not observable")
    add(run, "CFG-01", "The keep-alive arrives", "pass", "seen")
    run.close(STARTED)
    assert screen(run, Path("runs/r/report.html"), width=100) == (
        "Hybrid inverter, mutated: averages_cvl, on rig twin\n"
        "\n"
        "id      verdict  conformity  safety  requirement\n"
        "AGG-01  fail     fail        -       The lowest CVL wins\n"
        "AGG-03  skipped  -           -       SOC is weighted\n"
        "CFG-01  pass     pass        -       The keep-alive arrives\n"
        "\n"
        "AGG-01 fail: 55.73 V instead of 55.2\n"
        "AGG-03 skipped: not observable\n"
        "\n"
        "FAIL: 1 pass, 1 fail, 1 skipped\n"
        "report: runs/r/report.html\n"
    )


def test_the_screen_repeats_what_somebody_has_allowed() -> None:
    run = summary()
    run.rig = RigRecord(name="lab", waivers=["adapter emulator is not isolated; waived: J. Doe"])
    run.close(STARTED)
    assert screen(run, None).splitlines()[:2] == [
        "Hybrid inverter, on rig lab",
        "adapter emulator is not isolated; waived: J. Doe",
    ]


def test_many_requirements_still_fit_one_screen() -> None:
    run = summary()
    for number in range(60):
        add(run, f"LIM-{number:02}", "A rather long title of a requirement " * 4, "pass")
    add(run, "NM1-01", "One pack is silent", "blocked", "no sun " * 100)
    run.close(STARTED)
    lines = screen(run, Path("r.html"), width=80).splitlines()
    assert len(lines) <= 24
    assert all(len(line) <= 80 for line in lines)
    text = "\n".join(lines)
    assert "NM1-01  blocked" in text
    assert "LIM-59" in text
    assert "BLOCKED: 60 pass, 1 blocked" in text


def test_many_that_are_skipped_share_a_line_for_each_reason() -> None:
    run = summary()
    for number in range(1, 25):
        add(run, f"LIM-{number:02d}", "A limit", "pass", "seen")
    for name in ("MAS-02", "MAS-01"):
        add(run, name, "A master", "skipped", "not observable: no master")
    add(run, "HBT-05", "By voltage", "skipped", "not declared: by voltage")
    run.close(STARTED)
    shown = screen(run, None, width=100)
    assert "\nskipped, not observable: no master: MAS-01, MAS-02\n" in shown
    assert "\nskipped, not declared: by voltage: HBT-05\n" in shown
    assert "conformity" not in shown


def test_a_run_that_did_not_finish_says_so() -> None:
    run = summary()
    add(run, "CFG-01", "The keep-alive arrives", "pass")
    run.close(STARTED, interrupted=True)
    text = screen(run, None, width=100)
    assert "INCONCLUSIVE: 1 pass; the run did not come to its end" in text
    assert text.endswith("report: none\n")


def test_a_run_in_which_nothing_ran_has_a_screen() -> None:
    run = summary()
    run.close(STARTED)
    assert "ERROR: nothing ran" in screen(run, None, width=100)


def test_a_table_aligns_numbers_right_and_words_left() -> None:
    rows = [
        {"pack": 1, "limit": "CVL", "value": 55.2, "on": True},
        {"pack": 12, "limit": "discharge", "value": 155.0, "on": False},
        {"pack": 3, "limit": None},
    ]
    assert table(rows, width=80) == (
        "pack  limit      value  on\n   1  CVL         55.2  yes\n  12  discharge    155  no\n   3\n"
    )


def test_a_table_without_rows_is_empty() -> None:
    assert table([]) == ""


def test_square_brackets_are_text() -> None:
    assert "test_lowest[red]" in table([{"test": "test_lowest[red]"}], width=80)


def test_colours_are_used_on_request_only() -> None:
    rows = [{"verdict": Verdict.FAIL}]
    assert "\x1b[" not in table(rows, width=80)
    assert "\x1b[1;31mfail" in table(rows, width=80, colour=True)


def test_a_command_that_draws_no_page_does_not_pay_for_it() -> None:
    code = (
        "import sys, bmshil.report, bmshil.evidence;"
        "print([m for m in ('matplotlib', 'jinja2', 'can', 'rich') if m in sys.modules])"
    )
    shown = subprocess.run(  # noqa: S603 - own text
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert shown.stdout == "[]\n"
