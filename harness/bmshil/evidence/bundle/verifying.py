"""Looking whether the evidence of a run is still what was sealed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from bmshil.evidence.bundle.annotations import broken_annotations
from bmshil.evidence.bundle.chain import digest, next_value
from bmshil.evidence.bundle.earlier import earlier_findings, earlier_manifest
from bmshil.evidence.bundle.manifest import FORMAT, MANIFEST, SUMMARY, Manifest, first_value, read_manifest
from bmshil.evidence.bundle.outside import REGISTER, files_of, outside
from bmshil.evidence.bundle.page_seal import page_findings
from bmshil.evidence.bundle.register import head_findings, read_register, register_findings
from bmshil.evidence.bundle.signing import signature_findings

if TYPE_CHECKING:
    from pathlib import Path

TOLD_TWICE = ("run", "started", "finished", "verdict", "versions", "rules", "rig", "dut", "facts")
"""What the manifest copies from the summary."""


def verify(folder: Path, *, head: str = "") -> list[str]:
    """What has changed since a run was sealed, a line for each finding; empty when nothing has.

    Args:
        folder: of the run.
        head: the head of the run or of its register as it was printed or signed; without it a manifest that
            somebody has made anew, with other files, looks as good as the first one. One from before the run
            was gone on with is held against the journals and inputs of then.

    Raises:
        InputError: the run is not sealed, or its manifest cannot be read.
    """
    manifest = read_manifest(folder)
    findings = [*_of_the_chain(manifest, folder), *_of_the_files(manifest, folder)]
    if not findings:
        findings = _of_the_facts(manifest, folder)
    broken = register_findings(folder, manifest.head)
    entries = read_register(folder) if not any(one.startswith(REGISTER) for one in broken) else []
    before = earlier_manifest(folder, head) if head else None
    return [
        *findings,
        *(
            head_findings(entries, manifest.head, head)
            if before is None
            else earlier_findings(folder, before)
        ),
        *page_findings(folder),
        *broken_annotations(folder, manifest.head),
        *signature_findings(folder, manifest.head),
        *broken,
    ]


def _of_the_chain(manifest: Manifest, folder: Path) -> list[str]:
    findings = []
    if (folder / MANIFEST).read_bytes() != manifest.encoded() or manifest.format != FORMAT:
        findings.append(f"{MANIFEST}: changed: it is not written as bmshil writes it")
    for one, after in pairwise(manifest.files):
        if one.name >= after.name:
            findings.append(f"{MANIFEST}: {after.name} is out of order after {one.name}")
    value = first_value(manifest.facts)
    for one in manifest.files:
        value = next_value(value, one.name, one.sha256)
        if one.link != value:
            return [*findings, f"{MANIFEST}: the chain breaks at {one.name}"]
    if manifest.head != value:
        findings.append(f"{MANIFEST}: its head does not end the chain of its files")
    return findings


def _of_the_files(manifest: Manifest, folder: Path) -> list[str]:
    present = {name for name in files_of(folder) if not outside(name)}
    listed = {one.name for one in manifest.files}
    findings = [f"{name}: added since" for name in sorted(present - listed)]
    for one in manifest.files:
        path = folder / one.name
        if one.name not in present:
            findings.append(f"{one.name}: missing")
        elif path.is_symlink() or not path.is_file():
            findings.append(f"{one.name}: no file of its own any more")
        elif (size := path.stat().st_size) != one.bytes:
            findings.append(f"{one.name}: changed: {size} bytes instead of {one.bytes}")
        elif digest(path) != one.sha256:
            findings.append(f"{one.name}: changed")
    return findings


def _of_the_facts(manifest: Manifest, folder: Path) -> list[str]:
    """Whether the manifest tells of the run what its summary tells: a chain can be made over any facts."""
    try:
        summary = msgspec.json.decode((folder / SUMMARY).read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return [f"{SUMMARY}: damaged, or no summary of bmshil"]
    return [
        f"{MANIFEST}: its {key!r} is not that of {SUMMARY}"
        for key in TOLD_TWICE
        if not _holds(manifest.facts.get(key), summary.get(key))
    ]


def _holds(there: object, told: object) -> bool:
    """Whether one value has all that another one has; a later bmshil may have sealed more than was kept."""
    if isinstance(there, dict) and isinstance(told, dict):
        return all(name in there and _holds(there[name], value) for name, value in told.items())
    return there == told
