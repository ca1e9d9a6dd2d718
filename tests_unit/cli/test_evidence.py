"""From a qualification to evidence that others verify, judge again, annotate and sign."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.cli import main

if TYPE_CHECKING:
    from pathlib import Path

TESTS = """
from bmshil.judge import Question
from pytest_bmshil import requirement

@requirement("LIM-01", "The voltage stays where it may be", needs=["dc"])
def test_voltage(bench):
    bench.judge.at_most(bench.voltage(1.0), 40.0, question=Question.SAFETY, statement="It stays low")
    bench.judge.characterise(bench.ask("soc"), statement="The SOC that it shows")
    bench.judge.at_most(bench.bus.keepalive_gap(2.0), 3.0, statement="It is alive")
"""


class Lab:
    """A qualification of the twin by one small test that fails."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._folder = folder
        (folder / "test_volts.py").write_text(TESTS, encoding="utf-8")

    def call(self, *arguments: str) -> tuple[int, str, str]:
        """Run one command; returns exit code, output and errors."""
        code = main(list(arguments))
        return code, *self._capsys.readouterr()

    def qualify(self, *options: str) -> tuple[int, str, str]:
        """Run the test."""
        return self.call(
            "qualify", "--tests", str(self._folder), "--runs", str(self._folder / "runs"), *options
        )

    @property
    def run(self) -> Path:
        """The only run."""
        (path,) = (self._folder / "runs").iterdir()
        return path


@pytest.fixture
def lab(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lab:
    return Lab(tmp_path, capsys)


def test_a_run_is_evidence_from_its_end_on(lab: Lab, tmp_path: Path) -> None:
    code, output, _ = lab.qualify("--operator", "Ann", "--ambient", "23 degC, 45 %")
    run = str(lab.run)
    manifest: dict[str, Any] = json.loads((lab.run / "manifest.json").read_text(encoding="utf-8"))
    head = manifest["head"]
    assert code == 1
    assert f"class: engineering\nevidence head: {head}\n" in output
    assert f"<code>{head}</code>" in (lab.run / "report.html").read_text(encoding="utf-8")
    facts = manifest["facts"]["facts"]
    assert (facts["operator"], facts["ambient"]) == ("Ann", "23 degC, 45 %")
    assert sorted(path.name for path in (lab.run / "inputs").iterdir()) == [
        "acceptance.yaml",
        "profile-pylon_parallel.yaml",
        "rig-twin.yaml",
    ]

    code, output, _ = lab.call("verify", run, "--head", head)
    assert code == 0
    assert output.splitlines() == [
        f"{len(manifest['files'])} files are as they were sealed; head {head}",
        "register: no remarks, no signatures",
        "that head is the newest here; only a newer one could show that something later was taken away",
    ]
    code, output, _ = lab.call("rejudge", run, "--json")
    found = json.loads(output)
    assert (code, found["agrees"], found["verdict_now"]) == (0, True, "fail")
    counts = found["counts"]
    assert (counts["samples"], counts["frames"], counts["dialogue"], counts["recorded"]) == (1, 1, 1, 0)
    assert lab.call("rejudge", run)[1].endswith("was fail, is fail\n")

    code, output, _ = lab.call("annotate", run, "LIM-01", "known", "--as", "accepted", "--by", "Ann")
    told, newer = output.splitlines()
    assert (code, told) == (0, "LIM-01: accepted by Ann; its verdict stays fail")
    assert newer == f"head of the register: {lab.call('sign', run)[1]}".strip()
    assert newer[-64:] != head
    (tmp_path / "head.asc").write_text("signed", encoding="ascii")
    assert lab.call("sign", run, "--signature", str(tmp_path / "head.asc"))[0] == 0
    code, output, _ = lab.call("verify", run)
    assert code == 0
    assert f"echo {newer[-64:]} > head.txt; gpg --verify" in output
    assert "register: 1 remark, 1 signature; its head " in output
    assert "that head is older than 2 of 2 entries" in lab.call("verify", run, "--head", head)[1]
    code, output, _ = lab.call("report", run)
    assert code == 1, "a remark changes no verdict"
    assert "signature for this head: signature.asc\nLIM-01 accepted by Ann, " in output
    assert "accepted by Ann" in (lab.run / "report.html").read_text(encoding="utf-8")

    code, _, errors = lab.call("annotate", run, "LIM-77", "known", "--as", "ignored", "--by", "Ann")
    assert code == 2
    assert "has no requirement 'LIM-77', only LIM-01" in errors
    forged(lab, run)
    (lab.run / "README.md").write_bytes(b"")
    code, output, _ = lab.call("rejudge", run)
    assert (code, "evidence: README.md: changed: 0 bytes" in output, "\nagrees: " in output) == (
        1,
        True,
        True,
    )
    (lab.run / "trace.blf").write_bytes(b"LOGG")
    code, output, _ = lab.call("verify", run)
    assert code == 1
    assert "\ntrace.blf: changed: 4 bytes instead of " in output
    output = lab.call("rejudge", run)[1]
    assert output.startswith("run: recipe of 'trace.blf': was none that can be read (error), is ")
    assert lab.call("seal", run)[0] == 2


def forged(lab: Lab, run: str) -> None:
    """A summary that somebody has whitened alone makes no page that looks like the genuine one."""
    summary = lab.run / "summary.json"
    genuine = summary.read_bytes()
    plain = json.loads(genuine)
    plain["requirements"][0]["verdict"] = plain["verdict"] = "pass"
    plain["exit_code"] = 0
    summary.write_text(json.dumps(plain), encoding="utf-8")
    before = (lab.run / "report.sha256").read_bytes()
    code, output, _ = lab.call("report", run)
    assert code == 1
    assert "\nnot what was sealed: summary.json: changed: " in output
    page = (lab.run / "report.html").read_text(encoding="utf-8")
    assert "the evidence is not what was sealed.</strong> summary.json: changed: " in page
    assert (lab.run / "report.sha256").read_bytes() == before, "no seal for such a page"
    for words in (
        ("compare", run, run),
        ("passport", run),
        ("matrix", run, "--out", str(lab.run.parents[1] / "m")),
    ):
        code, output, errors = lab.call(*words)
        assert (code, output, errors.count("\n")) == (2, "", 1)
        assert "is not what was sealed: summary.json: changed: " in errors
        output = lab.call(*words, "--force")[1]
        assert "is not what was sealed: summary.json: changed: " in output
    summary.write_bytes(genuine)
    assert lab.call("report", run)[0] == 1, "the device has failed"
    assert lab.call("verify", run)[0] == 0


def test_a_qualification_lists_everything_that_it_lacks_before_anything_is_on(
    lab: Lab, tmp_path: Path
) -> None:
    code, _, errors = lab.qualify("--class", "qualification", "--operator", "Ann")
    assert code == 2
    *lacks, last = errors.splitlines()
    assert [one.removeprefix("bmshil qualify: class qualification: ").partition(":")[0] for one in lacks] == [
        "the device is software",
        "no ambient",
        "no instruments.meter.calibration.due",
        "no instruments.meter.calibration.certificate",
        "no instruments.meter.calibration.uncertainty.V",
        "no instruments.meter.calibration.uncertainty.A",
    ]
    assert last.endswith("6 reasons against class qualification; nothing was tested")
    assert not (tmp_path / "runs").exists()
