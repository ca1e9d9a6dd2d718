"""A small run with everything that a page can show."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary, TestResult
from bmshil.journal import Direction, Frame, Journal
from bmshil.judge import Conclusion, Health, Judgement, Measurement, Question, Verdict
from bmshil.timeline import SimulatedTimeline

STARTED = datetime(2026, 11, 20, 18, 42, tzinfo=UTC)


def record(folder: Path, *, channels: tuple[str, ...] = ("dc.voltage", "dc.current")) -> None:
    """60 s of charging at 30 A up to 55.2 V, with a limit, a fault and a relay."""
    timeline = SimulatedTimeline()
    journal = Journal(timeline, folder)
    witness = journal.port("witness")
    units = {"dc.voltage": "V", "dc.current": "A", "limit.cvl": "V", "limit.ccl": "A", "limit.dcl": "A"}
    known = {
        name: journal.channel(name, unit)
        for name, unit in units.items()
        if name in channels or "limit" in name
    }

    def tick() -> None:
        charged = min(1.0, timeline.seconds / 40)
        values = {
            "dc.voltage": 52.0 + 3.2 * charged,
            "dc.current": 30.0 * (1.3 - charged),
            "limit.cvl": 56.0 if timeline.seconds < 20 else 55.2,
            "limit.ccl": 40.0,
            "limit.dcl": 30.0,
        }
        for name, channel in known.items():
            journal.sample(channel, values[name])
        journal.frame(witness, timeline.now, Direction.RECEIVED, Frame(0x351, bytes(8)))

    ticking = timeline.every(0.1, tick)
    journal.event("relay", "relays", role="dc_main", closed=True)
    timeline.run(20.0)
    journal.event("limit", "pack2", cvl=55.2)
    timeline.run(20.0)
    journal.event("fault", "pack3", text="silence", on=True)
    timeline.run(20.0)
    ticking.cancel()
    journal.close()
    timeline.close()


def judged(verdict: Verdict = Verdict.PASS, value: float = 55.1987) -> list[Judgement]:
    return [
        Judgement(
            question=Question.CONFORMITY,
            statement="The bank settles at the lowest CVL",
            rule="equals",
            measurement=Measurement("dc.voltage", 30.0, 60.0, "mean", value, "V", 0.021),
            limit=55.2,
            tolerance=0.1,
            wrong=(55.73, 56.0),
            citation="Pylontech CANBUS Protocol V1.2 2018-04-08",
            verdict=verdict,
            reason=f"{value} V",
        ),
        Judgement(
            question=Question.SAFETY,
            statement="Never above the floor",
            rule="at most",
            measurement=Measurement("dc.voltage", 0.0, 60.0, "max", 55.25, "V", 0.021),
            limit=55.4,
            verdict=Verdict.PASS,
            reason="55.25 V is at most 55.4",
        ),
    ]


Maker = Callable[..., RunStore]


@pytest.fixture
def make_run(tmp_path: Path) -> Maker:
    """A function that leaves a run behind; its arguments replace what a test cares about."""

    def make(
        *,
        title: str = "Hybrid inverter",
        mutation: str | None = None,
        reason: str = "it settles",
        channels: tuple[str, ...] = ("dc.voltage", "dc.current"),
        journal: bool = True,
        finished: bool = True,
        problems: tuple[str, ...] = (),
    ) -> RunStore:
        store = RunStore.create(tmp_path, "pylon_parallel", started=STARTED)
        if journal:
            record(store.journal(), channels=channels)
        run = Summary(
            run=store.name,
            started=STARTED,
            command="bmshil qualify rigs/twin.yaml",
            versions={"bmshil": "0.1.0", "python-can": "4.6.1"},
            rig=RigRecord(name="twin", file="rigs/twin.yaml", placement="inside", bank="3 packs, 250 Ah"),
            dut=DutRecord(
                profile="pylon_parallel", title=title, firmware="V9.1", serial="SN77", mutation=mutation
            ),
            acceptance={"name": "default", "voltage_over_cvl": 0.2},
        )
        run.add(
            "AGG-01",
            "The lowest CVL wins",
            "dut",
            TestResult.of(
                "tests_hil/test_agg.py::test_lowest[1]",
                Conclusion(Verdict.PASS, Verdict.PASS, Verdict.PASS, reason),
                judged(),
                Health(problems=problems),
                end=60.0,
                wall=0.2,
            ),
        )
        run.add(
            "AGG-03",
            "SOC is weighted",
            "dut",
            TestResult.of(
                "tests_hil/test_agg.py::test_soc",
                Conclusion(Verdict.SKIPPED, None, None, "not observable: no read-back"),
            ),
        )
        if finished:
            run.close(datetime(2026, 11, 20, 18, 42, 48, tzinfo=UTC))
        store.write(run)
        return store

    return make
