"""The code that a run was made with is known again, and what differs is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.evidence.code import code_differs, code_hashes

if TYPE_CHECKING:
    from pathlib import Path


def test_each_test_file_and_both_packages_have_a_hash(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "test_b.py").write_text("b", encoding="ascii")
    (tmp_path / "test_a.py").write_text("abc", encoding="ascii")
    (tmp_path / "notes.txt").write_text("what a test has written", encoding="ascii")
    found = code_hashes(tmp_path)
    assert list(found) == ["bmshil", "pytest_bmshil", "tests/deep/test_b.py", "tests/test_a.py"]
    assert found["tests/test_a.py"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert code_hashes(tmp_path / "test_a.py")["tests/test_a.py"] == found["tests/test_a.py"]


def test_what_differs_is_named_in_one_line() -> None:
    then = {"bmshil": "1", "pytest_bmshil": "1", "tests/test_a.py": "1", "tests/test_b.py": "1"}
    assert code_differs(then, dict(then)) == ""
    assert code_differs(then, {**then, "pytest_bmshil": "2"}) == "the code of pytest_bmshil"
    now = {"bmshil": "2", "pytest_bmshil": "1", "tests/test_a.py": "2", "tests/test_c.py": "1"}
    assert code_differs(then, now) == (
        "the code of bmshil; tests: test_a.py, test_b.py (gone), test_c.py (new)"
    )
    many = {**then, **{f"tests/test_{number}.py": "1" for number in range(6)}}
    assert code_differs(then, many).endswith("test_3.py (new) and 2 more")
