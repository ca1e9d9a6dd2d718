"""A sealed run: what is in it, and that nothing changes in it unseen."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from typing import TYPE_CHECKING

import pytest

from bmshil.cli import main
from bmshil.errors import InputError
from bmshil.evidence import trace_hash
from bmshil.evidence.bundle import (
    Manifest,
    annotate,
    chain,
    check_command,
    open_again,
    read_annotations,
    read_manifest,
    require_as_sealed,
    seal,
    seal_page,
    sign,
    signature,
    verify,
)
from bmshil.evidence.bundle.manifest import first_value

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.evidence import RunStore

CHAINED = [
    "README.md",
    "inputs/profile.yaml",
    "inputs/rig.yaml",
    "journal/main/dialogue.jsonl.gz",
    "journal/main/events.jsonl.gz",
    "journal/main/frames.npz",
    "journal/main/names.json",
    "journal/main/samples.npz",
    "summary.json",
    "trace.blf",
]


def test_every_file_but_those_that_come_later_is_in_the_chain(sealed: RunStore) -> None:
    manifest = read_manifest(sealed.path)
    assert [one.name for one in manifest.files] == CHAINED
    assert manifest.head == manifest.files[-1].link
    assert manifest.facts["dut"]["serial"] == "SN77"
    assert (manifest.facts["complete"], manifest.facts["notes"]) == (True, [])
    assert verify(sealed.path) == []
    assert verify(sealed.path, head=manifest.head) == []


def test_the_head_can_be_computed_without_bmshil(sealed: RunStore) -> None:
    plain = json.loads((sealed.path / "manifest.json").read_text(encoding="utf-8"))
    facts = json.dumps(plain["facts"], indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    value = hashlib.sha256(facts.encode()).hexdigest()
    for name in CHAINED:
        found = hashlib.sha256((sealed.path / name).read_bytes()).hexdigest()
        value = hashlib.sha256(f"{value} {name} {found}\n".encode()).hexdigest()
    assert plain["head"] == value


def test_sealing_changes_nothing_that_was_recorded(
    small_run: object, sealed: RunStore, tmp_path: Path
) -> None:
    again = type(small_run)(tmp_path / "again")  # type: ignore[call-arg]  # the same run once more, not sealed
    assert trace_hash(sealed.journal()) == trace_hash(again.store.journal())  # type: ignore[attr-defined]  # likewise


def test_one_changed_byte_is_found_wherever_it_is(sealed: RunStore) -> None:
    sign(sealed.path, sealed.report)
    annotate(sealed.path, "LIM-01", "mended in V9.2", "accepted", "Ann")
    draw = random.Random(6)
    files = sorted(path for path in sealed.path.rglob("*") if path.is_file())
    assert len(files) == len(CHAINED) + 7
    for path in files:
        before = path.read_bytes()
        for _ in range(4):
            place = draw.randrange(len(before))
            changed = bytearray(before)
            changed[place] ^= draw.randrange(1, 256)
            path.write_bytes(changed)
            try:
                findings = verify(sealed.path)
            except InputError:
                findings = ["refused"]
            assert findings, f"byte {place} of {path.name}"
        path.write_bytes(before)
    assert verify(sealed.path) == []


def test_missing_added_and_swapped_files_are_found(sealed: RunStore) -> None:
    (sealed.path / "trace.blf").unlink()
    (sealed.path / "journal" / "main" / "more.json").write_text("{}", encoding="utf-8")
    assert verify(sealed.path) == ["journal/main/more.json: added since", "trace.blf: missing"]


def test_a_reordered_manifest_is_found(sealed: RunStore) -> None:
    path = sealed.path / "manifest.json"
    plain = json.loads(path.read_text(encoding="utf-8"))
    plain["files"][3], plain["files"][4] = plain["files"][4], plain["files"][3]
    path.write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")
    assert verify(sealed.path) == [
        "manifest.json: journal/main/dialogue.jsonl.gz is out of order after journal/main/events.jsonl.gz",
        "manifest.json: the chain breaks at journal/main/events.jsonl.gz",
    ]


def test_a_bundle_that_was_made_anew_has_another_head(sealed: RunStore) -> None:
    head = read_manifest(sealed.path).head
    text = sealed.summary.read_text(encoding="utf-8").replace('"SN77"', '"SN78"')
    sealed.summary.write_text(text, encoding="utf-8")
    (sealed.path / "manifest.json").unlink()
    forged = seal(sealed).head
    assert verify(sealed.path) == []
    assert read_manifest(sealed.path).head == forged
    why = "made anew, or remarks or signatures were taken away"
    assert verify(sealed.path, head=head) == [f"head {head}: neither of this run nor of its register: {why}"]


def test_a_manifest_tells_what_the_summary_tells(sealed: RunStore) -> None:
    manifest = read_manifest(sealed.path)
    facts = {**manifest.facts, "verdict": "pass", "dut": {**manifest.facts["dut"], "firmware": "V9.2"}}
    first = first_value(facts)
    files = chain(first, ((one.name, one.bytes, one.sha256) for one in manifest.files))
    forged = Manifest(facts=facts, files=files, head=files[-1].link)
    (sealed.path / "manifest.json").write_bytes(forged.encoded())
    assert verify(sealed.path) == [
        "manifest.json: its 'verdict' is not that of summary.json",
        "manifest.json: its 'dut' is not that of summary.json",
    ]


def test_a_killed_run_is_sealed_later_and_marked(small_run: object) -> None:
    store: RunStore = small_run.store  # type: ignore[attr-defined]  # the fixture's class is not importable
    with (store.journal() / "events.jsonl").open("ab") as file:
        file.write(b'{"t":31.2,"ki')
    manifest = seal(store)
    assert manifest.facts["complete"] is False
    assert manifest.facts["notes"] == [
        "incomplete: the run did not come to its own end",
        "cut off by a kill: main/events.jsonl: 13 bytes of a last line",
    ]
    assert verify(store.path) == []
    with pytest.raises(InputError, match="sealed already"):
        seal(store)


def test_a_run_that_was_killed_before_its_first_test_can_be_sealed(small_run: object) -> None:
    store: RunStore = small_run.store  # type: ignore[attr-defined]  # likewise
    (store.journal() / "names.json").unlink()
    told = seal(store).facts["notes"]
    assert [one.partition(":")[0] for one in told] == ["incomplete", "no trace.blf"]
    assert verify(store.path) == []


def test_a_run_that_is_not_sealed_cannot_be_verified(small_run: object) -> None:
    store: RunStore = small_run.store  # type: ignore[attr-defined]  # likewise
    with pytest.raises(InputError, match=r"never sealed, or its manifest\.json is gone: `bmshil seal "):
        verify(store.path)
    with pytest.raises(InputError, match="no such folder; name the folder of a run"):
        verify(store.path / "elsewhere")
    with pytest.raises(InputError, match=r"not the folder of a run: it has no summary\.json"):
        verify(store.path / "inputs")


def test_remarks_have_words_of_their_own_and_leave_the_chain_alone(sealed: RunStore) -> None:
    head = read_manifest(sealed.path).head
    annotate(sealed.path, "LIM-01", "mended in V9.2", "accepted", "Ann")
    annotate(sealed.path, "HBT-01", "bench was moved", "ignored", "Ben")
    told = [(one.requirement, one.word, one.who, one.text) for one in read_annotations(sealed.path)]
    assert told == [
        ("LIM-01", "accepted", "Ann", "mended in V9.2"),
        ("HBT-01", "ignored", "Ben", "bench was moved"),
    ]
    assert verify(sealed.path, head=head) == []
    lines = (sealed.path / "annotations.jsonl").read_bytes().splitlines(keepends=True)
    (sealed.path / "annotations.jsonl").write_bytes(lines[1])
    assert verify(sealed.path) == [
        "annotations.jsonl: line 1 was changed, or one before it is missing",
        "annotations.jsonl: 1 remarks, and register.jsonl has 2: some were taken away",
    ]


def test_a_remark_needs_a_name_and_a_reason(sealed: RunStore) -> None:
    with pytest.raises(InputError, match="a reason and a name"):
        annotate(sealed.path, "LIM-01", " ", "accepted", "Ann")


@pytest.mark.parametrize(
    ("name", "content", "kept", "tool"),
    [
        ("head.txt.minisig", b"untrusted comment: x\n", "signature.minisig", "minisign -V"),
        ("head.txt.sig", b"-----BEGIN SSH SIGNATURE-----\n", "signature.sshsig", "ssh-keygen -Y verify"),
        ("head.asc", b"-----BEGIN PGP SIGNATURE-----\n", "signature.asc", "gpg --verify"),
        ("HEAD.SIG", b"\x30\x45", "signature.sig", "openssl dgst"),
        ("head.json", b"{}", "signature.sig", "openssl dgst"),
    ],
)
def test_any_tool_may_sign(
    sealed: RunStore, tmp_path: Path, *, name: str, content: bytes, kept: str, tool: str
) -> None:
    (tmp_path / name).write_bytes(content)
    note = sign(sealed.path, tmp_path / name)
    head = read_manifest(sealed.path).head
    assert (note.file, note.head) == (kept, head)
    assert tool in check_command(sealed.path, note)
    assert f"echo {head} > head.txt" in check_command(sealed.path, note)
    assert signature(sealed.path) == note
    assert verify(sealed.path) == []


def test_a_second_signature_takes_the_place_of_the_first(sealed: RunStore, tmp_path: Path) -> None:
    for name in ("one.asc", "two.minisig"):
        (tmp_path / name).write_bytes(b"signed")
        sign(sealed.path, tmp_path / name)
    assert verify(sealed.path) == []
    assert not (sealed.path / "signature.asc").exists()


def test_a_signature_of_another_run_is_found(sealed: RunStore, tmp_path: Path) -> None:
    note = sealed.path / "signature.json"
    (tmp_path / "one.asc").write_bytes(b"signed")
    sign(sealed.path, tmp_path / "one.asc")
    head = read_manifest(sealed.path).head
    note.write_text(note.read_text(encoding="ascii").replace(head, 64 * "0"), encoding="ascii")
    assert verify(sealed.path) == [f"signature.asc: given for head {64 * '0'}, and this run has {head}"]


def test_an_interrupted_run_that_is_gone_on_with_keeps_its_earlier_manifest(
    sealed: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    first = (sealed.path / "manifest.json").read_bytes()
    open_again(sealed)
    assert not (sealed.path / "manifest.json").exists()
    assert "earlier/manifest-1.json" in [one.name for one in seal(sealed).files]
    assert (sealed.path / "earlier" / "manifest-1.json").read_bytes() == first
    head = json.loads(first)["head"]
    seal_page(sealed.path)
    assert verify(sealed.path, head=head.upper()) == []
    capsys.readouterr()
    assert main(["verify", str(sealed.path), "--head", head]) == 0
    assert "that head is the one before the run was gone on with" in capsys.readouterr().out
    (sealed.path / "inputs" / "rig.yaml").write_text("tolerances: {voltage: 2, current: 2}\n")
    open_again(sealed)
    seal(sealed)
    seal_page(sealed.path)
    assert verify(sealed.path) == [], "made anew"
    changed = "inputs/rig.yaml: changed since the run was gone on with, or taken away"
    assert verify(sealed.path, head=head) == [changed]
    forged = sealed.path / "earlier" / "manifest-1.json"
    forged.write_bytes(forged.read_bytes().replace(head.encode(), 64 * b"0"))
    assert f"head {64 * '0'}: neither of this run nor of its register" in "".join(
        verify(sealed.path, head=64 * "0")
    )


def test_what_somebody_relies_on_or_has_changed_is_not_opened_again(sealed: RunStore, tmp_path: Path) -> None:
    signed = type(sealed)(tmp_path / "signed")
    shutil.copytree(sealed.path, signed.path)
    sign(signed.path, signed.report)
    with pytest.raises(InputError, match=r"has signature\.json"):
        require_as_sealed(signed)
    (sealed.path / "trace.blf").write_bytes(b"")
    with pytest.raises(InputError, match="not as it was sealed"):
        require_as_sealed(sealed)
