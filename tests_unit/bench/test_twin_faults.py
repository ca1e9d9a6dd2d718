"""Faults of a twin as text: who, what, when."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench.assembly.software import make_media, start_twin
from bmshil.bench.assembly.twin_faults import Twin, parse_own_faults, parse_twin_fault, plan_fault
from bmshil.errors import InputError
from bmshil.rig import load
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.instruments import Faults

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def twin() -> Iterator[Any]:
    """The software of the default rig, on a timeline of its own, without any bus."""
    rig, timeline = load("twin"), SimulatedTimeline()
    with ExitStack() as stack:
        stack.callback(timeline.close)
        yield timeline, start_twin(rig, timeline, stack, make_media(rig, timeline, stack), None)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("meter.identity", "identity", "NOBODY,UNKNOWN,0,0"),
        ('meter.identity text="ACME,M1,7,2.0"', "identity", "ACME,M1,7,2.0"),
        ("load.silent", "silent", True),
        ("meter.stuck", "stuck", True),
        ("supply.refuses", "refuses_output", True),
        ("supply.stays_on", "stays_on", True),
        ("supply.trip", "trip", "over-current"),
        ("supply.trip protection=over-voltage", "trip", "over-voltage"),
        ("relays.unplug", "unplugged", True),
        ("relays.hang_up", "hang_up", True),
        ("load.delay seconds=0.25", "delay", 0.25),
        ("load.garble", "garble", True),
        ("load.half_line", "half_line", True),
        ("load.busy", "busy", True),
    ],
)
def test_a_fault_of_an_instrument_comes_and_goes(twin: Any, text: str, field: str, value: object) -> None:
    timeline, software = twin
    plan_fault(timeline, parse_twin_fault(f"{text} for 2s", load("twin")), Twin(software, {}))
    faults = software.instruments[text.partition(".")[0]].faults
    assert getattr(faults, field) == value
    timeline.run(3.0)
    assert faults == Faults()


def test_it_begins_when_it_was_planned_and_says_so(twin: Any) -> None:
    timeline, software = twin
    told: list[str] = []
    fault = parse_twin_fault("meter.stuck @10s for 1min", load("twin"))
    plan_fault(timeline, fault, Twin(software, {}), told.append)
    timeline.run(9.9)
    assert not software.instruments["meter"].faults.stuck
    timeline.run(0.2)
    assert software.instruments["meter"].faults.stuck
    timeline.run(60.0)
    assert told == ["meter.stuck begins", "meter.stuck ends"]


def test_a_welded_contact_has_been_closed_before(twin: Any) -> None:
    timeline, software = twin
    contacts = software.contacts["relays"]
    plan_fault(
        timeline, parse_twin_fault("relays.weld role=dc_main for 5s", load("twin")), Twin(software, {})
    )
    assert contacts.closed("dc_main")
    assert not contacts.driven(software.relays["dc_main"])
    timeline.run(6.0)
    assert not contacts.closed("dc_main")


@pytest.mark.parametrize(
    ("count", "both", "alone"),
    [(2, 60.0, 120.0), (1, 120.0, 120.0), (0, float("inf"), float("inf")), (3, 40.0, 60.0)],
)
def test_terminators_are_missing_or_too_many(twin: Any, count: int, both: float, alone: float) -> None:
    timeline, software = twin
    fault = parse_twin_fault(f"wire.terminators count={count} for 1s", load("twin"))
    plan_fault(timeline, fault, Twin(software, {}))
    software.wiring.switch("can_term_a", True)
    assert software.wiring.resistance == pytest.approx(alone)
    software.wiring.switch("can_term_b", True)
    assert software.wiring.resistance == pytest.approx(both)
    timeline.run(2.0)
    assert software.wiring.resistance == pytest.approx(60.0)


def test_a_lead_comes_off_and_a_coil_is_cut(twin: Any) -> None:
    timeline, software = twin
    for text in ("lead.open", "relays.cut role=dc_precharge", "relays.bounce role=dc_main"):
        plan_fault(timeline, parse_twin_fault(text, load("twin")), Twin(software, {}))
    software.contacts["relays"].press("dc_precharge", True)
    assert not software.contacts["relays"].closed("dc_precharge")
    software.world.set_supply(voltage=20.0, resistance=0.0)
    software.world.switch_supply(True)
    software.contacts["relays"].press("dc_main", True)
    timeline.run(1.0)
    assert software.world.voltage == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "write <who>.<what>, for example meter.stuck @10s for 2s"),
        ("stuck", "write <who>.<what>"),
        ("nobody.stuck", "nobody here is called 'nobody', the rig has emulator, witness, disturber, supply,"),
        (
            "meter.stuk",
            "no fault 'stuk', known are identity, silent, stuck, refuses, stays_on, trip, unplug,",
        ),
        ("meter.weld role=dc_main", "no fault 'weld'"),
        ("relays.weld", "role= is missing; wired are dc_main, dc_precharge"),
        ("relays.weld role=estop", "role=estop is not wired; wired are dc_main"),
        ("meter.stuck share=1", "unknown option 'share', it takes none"),
        ("load.delay", "seconds= is missing"),
        ("load.delay seconds=0", "seconds=0: write a time above 0"),
        ("wire.terminators", "count= is missing"),
        ("wire.terminators count=33", "count=33: write 0 to 32"),
        ("emulator.unplg", "no fault 'unplg', known are unplug, stall"),
    ],
)
def test_a_mistake_in_a_fault_is_one_line(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_twin_fault(text, load("twin"))
    assert str(caught.value).startswith(f"fault {text!r}: ")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("twin-process", "meter.stuck", "is made by another process: give the fault to `bmshil twin`"),
        ("template_real", "meter.stuck", "has real parts, and only a twin can be told to fail"),
        (
            "twin",
            "emulator.flood rate=100",
            "of an adapter inside this process there are unplug, drop, clock",
        ),
        ("twin", "witness.clock step=0", "step=0: write a time of up to 60 s, forward or back"),
    ],
)
def test_only_a_twin_of_this_process_is_told_to_fail(name: str, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse_own_faults([text], load(name))
    assert parse_own_faults([], load(name)) == []


def test_a_computer_that_is_held_up_sends_nothing_twice(twin: Any) -> None:
    timeline, software = twin
    ran: list[float] = []
    timeline.every(1.0, lambda: ran.append(timeline.seconds), phase=1.0)
    plan_fault(
        timeline, parse_twin_fault("computer.stall seconds=2.2 @1.5s", load("twin")), Twin(software, {})
    )
    timeline.run(6.0)
    assert ran == [1.0, 4.0, 5.0, 6.0]


def test_a_supply_that_is_too_weak_takes_no_more(twin: Any) -> None:
    timeline, software = twin
    before = software.world.sink_limit
    plan_fault(timeline, parse_twin_fault("supply.limit current=2 for 3s", load("twin")), Twin(software, {}))
    assert software.world.sink_limit == 2.0
    timeline.run(4.0)
    assert software.world.sink_limit == before
