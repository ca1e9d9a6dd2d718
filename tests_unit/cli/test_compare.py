"""Passport, compare and matrix as commands, on runs of the twin."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bmshil.cli.main import main

TESTS = Path(__file__).parents[2] / "tests_hil"

SCRIPT = """
import sys
from bmshil.cli import main, qualify

qualify.render = lambda store, _: store.report  # plots take longer than the tests; others prove them
chosen = "test_zero_ccl_stops or (test_current_that_remains and ccl)"
for options in (["--seed=1"], ["--seed=2"], ["--seed=3", "--mutate=ccl0_ignored"]):
    main(["qualify", "twin", "--json", f"--tests={sys.argv[1]}", f"-k={chosen}", *options])
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two runs of a good device with different seeds, and one of a device that ignores a CCL of 0 A."""
    folder = tmp_path_factory.mktemp("runs")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SCRIPT, str(TESTS)], cwd=folder, capture_output=True, text=True, check=False
    )
    found = sorted((folder / "runs").iterdir(), key=lambda path: (path.name.endswith("ignored"), path.name))
    assert len(found) == 3, done.stderr
    return [str(path) for path in found]


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_two_runs_of_a_good_device_compare_equal(runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = call(capsys, "compare", runs[0], runs[1], "--json")
    found = json.loads(text)
    assert (code, found["regression"]) == (0, False)
    assert [(one["what"], one["a"], one["b"]) for one in found["conditions"]] == [("seed", "1", "2")]
    assert {row["id"]: row["change"] for row in found["rows"]} == {
        "CHR-04": "same",
        "LIM-04": "same",
        "zero.ccl.residual": "same",
    }


def test_a_mutation_shows_in_its_rows_and_ends_with_1(
    runs: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "compared.html"
    code, text, _ = call(capsys, "compare", runs[0], runs[2], "--json", "--page", str(page))
    found = json.loads(text)
    assert (code, found["regression"]) == (1, True)
    assert {row["id"]: row["change"] for row in found["rows"]} == {
        "CHR-04": "same",
        "LIM-04": "worse",
        "zero.ccl.residual": "worse",
    }
    html = page.read_text(encoding="utf-8")
    assert "ccl0_ignored" in html
    assert html.index("zero.ccl.residual") < html.index("CHR-04"), "what changed comes first"
    code, text, _ = call(capsys, "compare", runs[2], runs[0])
    assert code == 0
    assert "no regression: 2 better, 1 same" in text


def test_runs_that_were_not_judged_alike_are_compared_by_force_only(
    runs: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    document = json.loads(call(capsys, "passport", runs[2], "--json")[1])
    document["runs"][0]["conditions"]["acceptance file"]["zero_current"] = "0.01"
    other.write_text(json.dumps(document), encoding="utf-8")
    code, text, error = call(capsys, "compare", runs[0], str(other))
    assert (code, text, error.count("\n")) == (2, "", 1)
    assert "acceptance file: A has zero_current 0.02, B has zero_current 0.01" in error
    code, text, _ = call(capsys, "compare", runs[0], str(other), "--force")
    assert code == 1
    assert text.index("Not like with like: acceptance file: ") < text.index("LIM-04")
    assert "WORSE, AND NOT JUDGED ALIKE: 2 worse" in text


def test_what_passed_before_and_proves_nothing_now_is_no_all_clear(
    runs: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other, page = tmp_path / "other.json", tmp_path / "compared.html"
    document = json.loads(call(capsys, "passport", runs[1], "--json")[1])
    (entry,) = [one for one in document["requirements"] if one["id"] == "LIM-04"]
    entry["verdict"] = entry["safety"] = "inconclusive"
    document["dut"]["serial"] = "SN78"
    other.write_text(json.dumps(document), encoding="utf-8")
    code, text, _ = call(capsys, "compare", runs[0], str(other), "--page", str(page))
    assert code == 3
    assert "no regression shown; 1 row that passed in A proves nothing in B: 1 changed, 2 same" in text
    assert ", serial 1\nB: " in text
    assert ", serial SN78\n" in text
    assert '<div class="overall inconclusive">' in page.read_text(encoding="utf-8")
    document["requirements"].remove(entry)
    other.write_text(json.dumps(document), encoding="utf-8")
    code, text, _ = call(capsys, "compare", runs[0], str(other))
    told = "no regression shown; 1 row that passed in A proves nothing in B (1 not tried there): 1 only in A"
    assert (code, told in text) == (3, True)


def test_a_passport_is_written_as_a_page_and_as_a_document_that_compares(
    runs: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page, document = tmp_path / "p.html", tmp_path / "p.json"
    code, text, _ = call(capsys, "passport", *runs[:2], "--out", str(page), "--out", str(document))
    assert code == 0
    assert "zero.ccl.residual" in text
    assert "CCL 0 A: largest current that remains" in page.read_text(encoding="utf-8")
    code, text, _ = call(capsys, "compare", str(document), runs[1])
    assert (code, "no regression: 3 same" in text) == (0, True)


def test_what_a_passport_cannot_be_made_of_is_one_line(
    runs: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, text, error = call(capsys, "passport", runs[0], runs[2])
    assert (code, text, error.count("\n")) == (2, "", 1)
    assert "a passport is of one device: mutation" in error
    assert call(capsys, "passport")[0] == 2
    assert call(capsys, "passport", runs[0], "--out", "passport.pdf")[0] == 2
    targets = [tmp_path / "p.html", tmp_path / "folder.json"]
    targets[1].mkdir()
    code, text, error = call(capsys, "passport", runs[0], *(f"--out={one}" for one in targets))
    assert (code, text, "folder.json: cannot be written (Is a directory)" in error) == (2, "", True)
    assert [*tmp_path.iterdir()] == [targets[1]], "all are written, or none"
    assert call(capsys, "compare", runs[0], "nothing-there")[0] == 2


def test_the_schema_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = call(capsys, "passport", "--schema")
    assert code == 0
    assert json.loads(text)["$defs"]["Value"]["required"] == [
        "key",
        "title",
        "group",
        "value",
        "requirement",
        "test",
        "run",
    ]


def test_the_matrix_is_a_page_a_table_and_a_document(
    runs: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    others = [tmp_path / "20260101-120000-killmatrix", tmp_path / "mine"]
    for folder in others:
        folder.mkdir()
    (others[1] / "killmatrix.json").touch()
    code, _, told = call(capsys, "matrix", *runs, *map(str, others), "--out", str(tmp_path / "matrix"))
    names = "20260101-120000-killmatrix, mine"
    assert (code, told) == (0, f"bmshil matrix: passed over, of killmatrix and no run: {names}\n")
    assert sorted(path.name for path in (tmp_path / "matrix").iterdir()) == [
        "matrix.csv",
        "matrix.html",
        "matrix.json",
    ]
    with (tmp_path / "matrix" / "matrix.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["mutation"], row["requirement"], row["verdict"]) for row in csv.DictReader(file)]
    assert rows == [
        ("", "CHR-04", "characterised"),
        ("", "LIM-04", "pass"),
        ("ccl0_ignored", "CHR-04", "characterised"),
        ("ccl0_ignored", "LIM-04", "fail"),
    ]
    document = json.loads((tmp_path / "matrix" / "matrix.json").read_text(encoding="utf-8"))
    assert (document["document"], len(document["columns"])) == ("bmshil matrix", 2)
    assert "ccl0_ignored" in (tmp_path / "matrix" / "matrix.html").read_text(encoding="utf-8")
