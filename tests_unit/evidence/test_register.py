"""What comes after a run was sealed: nothing of it is taken away unseen by whoever knows a newer head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from bmshil.cli import main
from bmshil.errors import InputError
from bmshil.evidence.bundle import (
    annotate,
    check_command,
    read_manifest,
    read_register,
    require_as_sealed,
    sign,
    signature,
    to_sign,
    verify,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from bmshil.evidence import RunStore

AFTER = ("annotations.jsonl", "register.jsonl", "signature.json", "signature.asc")


@pytest.fixture
def later(sealed: RunStore, tmp_path: Path) -> Path:
    """Folder of a sealed run with two remarks and a signature of the run and the first of them."""
    (tmp_path / "head.asc").write_bytes(b"signed")
    annotate(sealed.path, "LIM-01", "mended in V9.2", "accepted", "Ann")
    sign(sealed.path, tmp_path / "head.asc")
    annotate(sealed.path, "HBT-01", "bench was moved", "ignored", "Ben")
    return sealed.path


def cut(path: Path) -> None:
    """Take the last line away."""
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def test_the_last_remark_does_not_go_unseen(later: Path) -> None:
    head = to_sign(later)
    assert verify(later, head=head) == []
    cut(later / "annotations.jsonl")
    gone = "annotations.jsonl: 1 remarks, and register.jsonl has 2: some were taken away"
    assert verify(later) == [gone]
    with pytest.raises(InputError, match="some were taken away: nothing is added to that"):
        annotate(later, "LIM-01", "I said nothing else", "accepted", "Ben")
    cut(later / "register.jsonl")
    assert verify(later) == [], "only who knows a newer head can tell"
    assert verify(later, head=head)[0].startswith(f"head {head}: neither of this run nor of its register")


def test_a_signature_that_was_taken_away_is_missed(later: Path) -> None:
    for name in ("signature.json", "signature.asc"):
        (later / name).unlink()
    assert verify(later) == ["signature.json: missing: register.jsonl has a signature, it was taken away"]


def test_a_register_that_was_taken_away_is_missed(later: Path) -> None:
    (later / "register.jsonl").unlink()
    assert [one.partition(":")[0] for one in verify(later)] == [
        "signature.asc",
        "annotations.jsonl",
        "signature.json",
    ]


def test_who_knows_the_newest_head_misses_all_that_is_gone(later: Path) -> None:
    newest, first = to_sign(later), read_manifest(later).head
    for name in AFTER:
        (later / name).unlink()
    assert verify(later, head=first) == []
    assert len(verify(later, head=newest)) == 1


def test_an_older_head_still_fits(later: Path) -> None:
    note = signature(later)
    assert note is not None
    assert note.signed not in (read_manifest(later).head, to_sign(later))
    assert verify(later, head=note.signed.upper()) == []


def test_a_signature_may_be_of_a_head_before_the_newest(later: Path, tmp_path: Path) -> None:
    head = read_manifest(later).head
    assert sign(later, tmp_path / "head.asc", signed=head).signed == head
    assert verify(later) == []
    with pytest.raises(InputError, match="was never a head of this run"):
        sign(later, tmp_path / "head.asc", signed=64 * "0")


def test_a_run_with_a_register_is_not_opened_again(later: Path, sealed: RunStore) -> None:
    for name in AFTER:
        if name != "register.jsonl":
            (later / name).unlink()
    with pytest.raises(InputError, match=r"has register\.jsonl, so somebody relies on it"):
        require_as_sealed(sealed)


def test_a_qualification_without_signature_says_so(
    small_run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = small_run.summary
    summary.facts = msgspec.structs.replace(summary.facts, report_class="qualification")
    assert main(["verify", str(small_run.close().path)]) == 0
    assert "class qualification was asked for, and there is no signature: not given yet, or taken away" in (
        capsys.readouterr().out
    )


def test_names_of_files_move_no_cursor_and_run_no_command(
    later: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (later / "x\n\x1b[2Kall is well").write_bytes(b"")
    assert main(["verify", str(later)]) == 1
    assert capsys.readouterr().out.startswith("x\\n\\x1b[2Kall is well: added since\n")
    note = signature(later)
    assert note is not None
    bad = msgspec.structs.replace(note, file="signature.asc; reboot")
    assert "/signature.asc; reboot' head.txt" in check_command(later, bad)


KEPT: dict[str, tuple[str, Callable[[Path], object]]] = {
    "annotations": ("annotation", lambda run: annotate(run, "LIM-01", "seen again", "accepted", "Ann")),
    "signing": ("signature", lambda run: sign(run, run / "report.html")),
}
"""What somebody adds to a run: the module that does it, and what the register calls it."""


@pytest.mark.parametrize("module", KEPT)
def test_what_was_kept_and_not_entered_before_a_crash_is_entered_by_who_comes_next(
    later: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    kind, add = KEPT[module]
    with monkeypatch.context() as patch:
        patch.setattr(f"bmshil.evidence.bundle.{module}.enter", crash)
        with pytest.raises(KeyboardInterrupt):
            add(later)
    assert verify(later)[-1].endswith(("is not in register.jsonl", "that register.jsonl has not last"))
    annotate(later, "HBT-01", "bench was moved back", "ignored", "Ben")
    assert verify(later) == []
    kinds = [one.what for one in read_register(later)]
    assert kinds[3:] == [kind, "annotation"]
