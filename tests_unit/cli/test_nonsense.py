"""Whatever a command cannot use is answered with one short line that says what to do, and exit code 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.cli import main
from bmshil.cli.brief import one_line
from bmshil.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

SHORT = 230
"""Characters of a line that a terminal shows on two lines."""

PARSERS_WORDS = ("usage:", "Errno", "codec", "Traceback", "JSON is malformed", "invalid choice")


@pytest.fixture(autouse=True)
def nonsense(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder with a file and a folder of each useless kind."""
    (tmp_path / "empty.yaml").touch()
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)))
    (tmp_path / "binary.json").write_bytes(bytes(range(256)))
    (tmp_path / "broken.yaml").write_text("name: [\n")
    (tmp_path / "list.yaml").write_text("- a\n")
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "summary.json").write_text("{")
    monkeypatch.chdir(tmp_path)


CASES = [
    # The line itself.
    ("qualfy twin", "bmshil: there is no command 'qualfy', did you mean qualify? See `bmshil --help`"),
    ("--colour", "bmshil: there is no option --colour; see `bmshil --help`"),
    ("compare", "bmshil compare: A, B missing; see `bmshil compare --help`"),
    ("plan twin twin2", "bmshil plan: one word too many: 'twin2'; see `bmshil plan --help`"),
    (
        "matrix a --ouut b --out c",
        "there is no option --ouut, did you mean --out? See `bmshil matrix --help`",
    ),
    (
        "plan --budget -5h",
        "bmshil plan: --budget: its value is missing, or begins with a dash: write --budget=VALUE; see `bm",
    ),
    ("plan --lane fast", "--lane 'fast': choose one of 'full', 'release', 'smoke', 'soak'; see"),
    ("dbc --packs many", "--packs 'many': write a whole number; see `bmshil dbc --help`"),
    ("play S74 --for ever", "--for 'ever': write a number; see `bmshil play --help`"),
    ("matrix --json=3 a --out b", "--json takes no value, not '3'; see `bmshil matrix --help`"),
    # Files.
    ("check gone.yaml", "gone.yaml: cannot be read (No such file or directory)"),
    ("check folder", "folder is a folder: name a rig file in it"),
    ("check binary.yaml", "binary.yaml: cannot be read (this is no text file)"),
    ("check empty.yaml", "empty.yaml: the file must be a mapping, key: value on each line"),
    ("check list.yaml", "list.yaml: the file must be a mapping, key: value on each line"),
    ("check broken.yaml", "broken.yaml, line 2: not YAML"),
    ("check twin --dut binary.yaml", "binary.yaml: cannot be read (this is no text file)"),
    ("check twin --tests gone", "--tests gone: no such file or folder"),
    ("qualify twin --tests empty.yaml -k LIM-04 --runs runs", "--tests empty.yaml: no file of tests: name a"),
    ("replay gone.log --rig twin", "cannot read the capture gone.log: No such file or directory"),
    ("replay folder --rig twin", "folder is a capture of an unknown format"),
    ("report gone", "gone: no such folder; name the folder of a run, as in runs/"),
    ("report folder", "folder: not the folder of a run: it has no summary.json"),
    ("passport damaged", "damaged/summary.json: damaged, or no run of bmshil"),
    ("compare binary.json gone", "binary.json: neither the folder of a run nor a passport; name one of them"),
    ("matrix folder --out x", "folder: not the folder of a run: it has no summary.json"),
    ("matrix file --out x", "file: no such folder; name the folder of a run, as in runs/"),
    ("qualify twin --resume folder", "folder: not the folder of a run: it has no summary.json"),
    ("verify gone", "gone: no such folder; name the folder of a run"),
    # Where nothing can be written.
    ("qualify twin --runs file", "file: cannot keep a run here (File exists); name another folder"),
    ("gallery --out file", "--out file: cannot be made: File exists; name another folder"),
    ("killmatrix --reduced --out file", "--out file: cannot be made: File exists; name another folder"),
    ("dbc -o gone/x.dbc", "gone/x.dbc: cannot be written: No such file or directory"),
    ("emulate twin --trace gone/x.log", "there is no folder gone"),
    # Names.
    ("check twin --dut nobody", "no profile is called 'nobody'; see `bmshil mutations --profiles`"),
    (
        "qualify twin --mutate average_cvl",
        "'average_cvl', did you mean 'averages_cvl'? See `bmshil mutations`",
    ),
    ("qualify twin --mutate nothing", "no mutation is called 'nothing'; see `bmshil mutations`"),
    ("killmatrix --only nobody", "no profile or mutation is called 'nobody'; see `bmshil mutations`"),
    ("sheet nowhere", "no rig is called 'nowhere', known are emulate_rs485,"),
    ("commission twin --dialect klingon", "no dialect 'klingon': known are pylontech-lv-1.2,"),
    ("emulate twin --fault pack1.override", "give at least one field of the report: cvl, ccl,"),
    ("play S999", "no scenario is called 'S999': they go from S01 to S96"),
    ("mistakes terminatr_off", "no mistake 'terminatr_off', did you mean terminator_off?"),
    ("gallery sculpture", "the gallery has no 'sculpture': it has parallel,"),
    # Numbers and units.
    ("plan twin --budget 5", "--budget 5: of what? Write 5min, 5h or 5s"),
    ("plan twin --budget=-5h", "--budget '-5h': write a time such as 8h, 30min or 90s"),
    ("emulate twin --duration 5x", "--duration 5x: write a time above 0, such as 90, 90s, 2min or 1h"),
    ("emulate twin --duration 1e999", "--duration 1e999: write a time above 0"),
    ("emulate twin --soc 60", "--soc 60: write a fraction from 0 to 1"),
    ("play S74 --for -3", "--for -3: give a number of seconds above 0"),
    ("commission twin --ambient 1e30", "--ambient 1e30: write a temperature in degC, -100 to 100"),
    ("qualify twin --repeat 0", "--repeat 0: write at least 1"),
    ("qualify twin --seed -1", "--seed -1: give a number of 0 or more"),
    ("qualify twin -k ) --runs runs", "-k ')': write names with and, or, not between them"),
    ("killmatrix --jobs 0", "--jobs and --seeds: give a number of 1 or more"),
    (
        "killmatrix --rig-faults --seeds 3 --only sma_si",
        "--rig-faults takes no --only and no --seeds: it has",
    ),
    ("killmatrix --rig-faults --out x", "--rig-faults takes no --out: it has its own inverters and seeds"),
    ("killmatrix --reduced --seeds 3", "--reduced and --seeds: give one of them"),
    ("diverge --days -1", "-1 days: give 1 to 3650"),
    ("dbc --packs 99", "at most 5 packs fit: 0x851 (0x351 of pack 6),"),
    ("dbc --packs 99999999999999", "--packs 99999999999999: write at most 255"),
    ("dbc --packs -3", "a bank has at least one pack, not -3"),
]


@pytest.mark.parametrize(("line", "told"), CASES, ids=[line for line, _ in CASES])
def test_nonsense(line: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == 2
    output, errors = capsys.readouterr()
    assert (output, errors.count("\n")) == ("", 1)
    assert told in errors
    assert errors.startswith("bmshil")
    assert len(errors) <= SHORT
    assert not [word for word in PARSERS_WORDS if word in errors]


def test_a_list_is_cut_where_it_makes_a_line_too_long() -> None:
    names = ", ".join(f"name_{number:02}" for number in range(40))
    assert one_line(InputError(f"there is no x: known are {names}; see y")) == (
        "there is no x: known are name_00, name_01, name_02, name_03, name_04, name_05, name_06, name_07, "
        "name_08, name_09, name_10, name_11, name_12, name_13, name_14, name_15, name_16 and 23 more; see y"
    )
    assert one_line(InputError("known are a, b, c, d, e, f, g, h")) == "known are a, b, c, d, e, f, g, h"
    assert one_line(OSError(28, "No space left on device", "runs/x")) == "runs/x: No space left on device"
