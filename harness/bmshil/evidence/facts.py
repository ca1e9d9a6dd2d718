"""What is known of a run beside its verdicts: class, people, room, host, calibrations."""

from __future__ import annotations

import hashlib
import os
import platform
import time
from datetime import datetime  # noqa: TC003 - msgspec looks at the annotations when the program runs
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ENGINEERING, QUALIFICATION = "engineering", "qualification"
"""Classes of a report."""


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """The calibration of one instrument.

    Attributes:
        due: last day on which it holds, as 2027-03-31; empty where nobody has said.
        certificate: number of the certificate.
        uncertainty: expanded uncertainty (k = 2) that the certificate states, by unit.
    """

    due: str = ""
    certificate: str = ""
    uncertainty: dict[str, float] = {}


class RunFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of one run.

    Attributes:
        report_class: engineering or qualification, as asked for.
        lacks: why it would be no qualification, a line each; drawn up for every run.
        operator: who ran it.
        ambient: temperature and humidity of the room in words.
        decision: the decision rule in words.
        tolerances: expanded uncertainty of the bench by unit: V, A, s.
        calibrations: by role of the instrument.
        drill: when everything was last shown to go off, and how fast, in words; empty without a drill.
        dbc: SHA-256 of each DBC file.
        host: operating system, machine, cores, clock; nothing that names the computer or its folders.
        inputs: files of the bundle that the run was made from, by what they are: rig, profile, acceptance.
        code: SHA-256 of the harness, of its pytest plugin and of each test file.
        faults: what was to go wrong with a twin, as asked for.
        hazard: whether stimuli that could harm a real device were allowed.
    """

    report_class: str = ENGINEERING
    lacks: list[str] = []
    operator: str = ""
    ambient: str = ""
    decision: str = ""
    tolerances: dict[str, float] = {}
    calibrations: dict[str, Calibration] = {}
    drill: str = ""
    dbc: dict[str, str] = {}
    host: dict[str, str] = {}
    inputs: dict[str, str] = {}
    code: dict[str, str] = {}
    faults: list[str] = []
    hazard: bool = False


class PartRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a run: what one process did of it.

    Attributes:
        started: when its rig was open.
        finished: its end; None while it runs and after a kill.
        operator: who ran it.
        ambient: temperature and humidity of the room in words.
        instruments: which were there, by role.
        cut: what a kill before it has left of last records and lines, a sentence each.
        interrupted: whether somebody stopped it.
        defect, left_on, broken, lateness, loop: how it ended, as in a summary.
    """

    started: datetime
    finished: datetime | None = None
    operator: str = ""
    ambient: str = ""
    instruments: dict[str, str] = {}
    cut: list[str] = []
    interrupted: bool = False
    defect: str = ""
    left_on: str = ""
    broken: str = ""
    lateness: dict[str, Any] | None = None
    loop: dict[str, float] | None = None

    @property
    def gone_on(self) -> str:
        """When and by whom the run was gone on with, in words."""
        who = self.operator or "somebody without a name"
        room = f", ambient {self.ambient}" if self.ambient else ""
        return f"gone on with at {self.started:%Y-%m-%d %H:%M} UTC by {who}{room}"


def worst_figures(parts: list[dict[str, Any] | None]) -> dict[str, Any] | None:
    """The worst of each figure over all parts of a run; granted is only what each of them was granted."""
    known = [one for one in parts if one]
    keys = known[0] if known else {}
    return {
        key: min(values) if isinstance(first, bool) else max(values)
        for key, first in keys.items()
        if (values := [one[key] for one in known if key in one])
    } or None


def host_facts() -> dict[str, str]:
    """What may be told of the computer."""
    clock = time.get_clock_info("monotonic")
    return {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cores": str(os.cpu_count() or "unknown"),
        "clock": f"{clock.implementation}, {clock.resolution:g} s",
        "zone": time.strftime("%z"),
    }


def file_hashes(files: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of files, by their bare names."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)}
