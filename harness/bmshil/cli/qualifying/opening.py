"""The folder of a run, with a summary that says what is about to be tested."""

from __future__ import annotations

import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bmshil.cli.hazard import hazard_waiver
from bmshil.cli.qualifying.evidence import facts_of, keep_inputs
from bmshil.cli.qualifying.planning import planned_words
from bmshil.cli.qualifying.resuming import go_on

if TYPE_CHECKING:
    from argparse import Namespace

    from bmshil.bench import Bench
    from bmshil.evidence import RunStore
    from bmshil.rig import Rig


def open_run(rig: Rig, options: Namespace) -> RunStore:
    """Make the run's folder with a summary that says what is about to be tested."""
    from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary, versions
    from bmshil.judge import acceptance
    from bmshil.judge.rules import VERSION
    from bmshil.rig import waivers
    from bmshil.rig.sheet import read_sheet

    started = datetime.now(UTC)
    floor = acceptance(rig.acceptance)
    sheet = read_sheet(rig)
    device = rig.profile.name + (f"-{options.mutate}" if options.mutate else "")
    store = RunStore.create(Path(options.runs), device, started=started)
    inputs = keep_inputs(store, rig)
    packs = ", ".join(f"{module.name} {module.capacity:g} Ah" for module in rig.modules)
    store.write(
        Summary(
            run=store.name,
            started=started,
            command=shlex.join(["bmshil", *sys.argv[1:]]),
            versions=versions(),
            rig=RigRecord(
                name=rig.name,
                file=str(options.rig),
                placement=rig.placement,
                bank=f"{len(rig.modules)} packs: {packs}{_spoken_for(rig)}",
                power={name: msgspec.to_builtins(source) for name, source in rig.power.items()},
                waivers=[*waivers(rig), *hazard_waiver(rig, allowed=options.allow_hazard)],
            ),
            dut=DutRecord(
                profile=rig.profile.name,
                title=rig.profile.title,
                firmware=rig.dut.firmware,
                serial=rig.dut.serial,
                mutation=options.mutate,
            ),
            acceptance=floor.described(),
            rules=VERSION,
            facts=facts_of(rig, options, inputs),
            sheet=None if sheet is None else msgspec.to_builtins(sheet),
            seed=options.seed,
            selection=options.only or "",
            planned=planned_words(options),
        )
    )
    return store


def begin_tests(store: RunStore, bench: Bench, options: Namespace) -> None:
    """Keep who tests with what before any test relies on it; of a run that is gone on with, too.

    Raises:
        InputError: it is gone on with, and not with the same instruments.
    """
    from bmshil.evidence.facts import PartRecord

    part = PartRecord(
        started=datetime.now(UTC),
        operator=options.operator or bench.rig.operator,
        ambient=options.ambient or bench.rig.ambient,
        instruments=bench.instruments,
    )
    if options.resume:
        go_on(store, part)
        return
    summary = store.read()
    summary.rig = msgspec.structs.replace(summary.rig, instruments=part.instruments)
    summary.parts.append(part)
    store.write(summary)


def _spoken_for(rig: Rig) -> str:
    """Who speaks for the bank, where not every pack does."""
    arranged = rig.architecture
    if arranged.kind in ("parallel", "single"):
        return ""
    adds = f", {arranged.arithmetic}" if arranged.kind in ("master", "hub") else ""
    return f"; {arranged.kind.replace('_', ' ')}{adds}"
