"""Rules for every driver, whoever wrote it. The population is collected: a new one is under them at once."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.errors import InputError, InstrumentError
from bmshil.instruments import DRIVERS, Capability
from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.registry import ROLES
from bmshil.twin.instruments.catalogue import MODELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.append(str(BENCHMARKS))
try:
    fault_lab = import_module("fault_lab")
    fault_run = import_module("fault_run")
    fault_campaign = import_module("fault_campaign")
finally:
    sys.path.remove(str(BENCHMARKS))

POPULATION = fault_lab.population()
ONE_ROLE = sorted({model: (model, role) for model, role in reversed(POPULATION)}.values())
SLOW = ("delay", "half a line", "lost reply")
"""Faults that cost a timeout each."""


@pytest.fixture
def lab() -> Iterator[Any]:
    """Make a bench around one driver."""
    with ExitStack() as stack:
        yield lambda model, role: stack.enter_context(fault_lab.Lab(model, role))


def capable(capability: Capability) -> list[tuple[str, str]]:
    return [(model, role) for model, role in POPULATION if capability in DRIVERS[model].capabilities]


def reading_back() -> list[tuple[str, str]]:
    return [(model, role) for model, role in capable(Capability.READ_BACK) if "meter" not in role]


def switch(lab: Any, on: bool) -> None:
    """Switch the output, input or contact of the driver under test."""
    match lab.role:
        case "supply" | "ac_grid" | "pv":
            lab.device.output(on)
        case "relays":
            (lab.device.close if on else lab.device.open)("ac_grid")
        case "permit":
            lab.device.hold(60.0) if on else lab.device.off()
        case _:
            lab.device.input(on)


QUESTIONS: dict[str, Callable[[Any], object]] = {
    "supply": lambda device: device.read(),
    "sink": lambda device: device.read(),
    "load": lambda device: device.power(),
    "meter": lambda device: device.voltage(),
    "ohmmeter": lambda device: device.resistance(),
    "relays": lambda device: device.closed("dc_main"),
    "permit": lambda device: device.held(),
    "ac_grid": lambda device: device.is_on(),
    "pv": lambda device: device.is_on(),
}
"""What the twin of a driver has to answer, by role."""


# What is there


def test_every_driver_has_a_twin_but_those_that_a_hand_plays() -> None:
    assert {name for name in DRIVERS if not name.startswith("manual-")} == set(MODELS)


@pytest.mark.parametrize("name", sorted(DRIVERS))
def test_every_driver_says_what_it_drives_and_how_much_of_it_was_read(name: str) -> None:
    kind = DRIVERS[name]
    assert kind.maker
    assert kind.verified
    assert isinstance(kind.unverified, tuple)
    assert all(isinstance(one, str) and one for one in kind.unverified)
    assert isinstance(kind.capabilities, Capability)


def test_every_driver_with_a_twin_fits_a_role() -> None:
    assert {model for model, _ in POPULATION} == set(MODELS)


# Who it is


@pytest.mark.parametrize(("model", "role"), ONE_ROLE)
def test_it_answers_who_it_is_and_another_is_refused(lab: Any, model: str, role: str) -> None:
    bench = lab(model, role)
    assert bench.device.name == role
    if not issubclass(DRIVERS[model], SessionInstrument):
        assert DRIVERS[model].maker in bench.device.identity
        with pytest.raises(InputError, match="unknown option 'expect'"):
            bench.connect_again(expect="TWIN")
        return
    maker = bench.device.identity.split(",")[0]
    assert maker
    bench.twin.faults.identity = "ACME,TOASTER,0,1"
    with pytest.raises(InstrumentError, match=rf"{role} \(.*expected '{maker}', but 'ACME,TOASTER,0,1'"):
        bench.connect_again(expect=maker)


# On and off


@pytest.mark.parametrize(("model", "role"), POPULATION)
def test_it_goes_on_and_off_and_off_is_verified(lab: Any, model: str, role: str) -> None:
    bench = lab(model, role)
    bench.enable()
    assert bench.left_on().keys() >= {role} - {"meter", "ohmmeter"}
    report = bench.off()
    assert report.clean, str(report)
    assert bench.left_on() == {}
    verified = {step.device for step in report.steps if step.outcome == "verified"}
    reads_back = Capability.READ_BACK in DRIVERS[model].capabilities
    assert (role in verified) is (role == "meter" or reads_back)
    assert bench.off().clean


@pytest.mark.parametrize(("model", "role"), reading_back())
def test_an_off_that_does_nothing_is_told(lab: Any, model: str, role: str) -> None:
    bench = lab(model, role)
    bench.enable()
    bench.twin.faults.stays_on = True
    with pytest.raises(InstrumentError, match=role):
        switch(bench, on=False) if role == "relays" else bench.device.off()
    report = bench.off()
    assert role in {step.device for step in report.failures}
    assert role in bench.left_on()
    bench.twin.faults.stays_on = False
    assert bench.off().clean
    assert bench.left_on() == {}


@pytest.mark.parametrize(("model", "role"), reading_back())
def test_an_on_that_does_nothing_is_told(lab: Any, model: str, role: str) -> None:
    bench = lab(model, role)
    bench.twin.faults.refuses_output = True
    with pytest.raises(InstrumentError, match=role):
        switch(bench, on=True)
    assert bench.left_on() == {}


@pytest.mark.parametrize(("model", "role"), capable(Capability.TRIPS))
def test_a_trip_is_told_cleared_and_leaves_it_off(lab: Any, model: str, role: str) -> None:
    bench = lab(model, role)
    bench.enable()
    assert bench.device.tripped() == ""
    bench.twin.faults.trip = "over-current"
    assert bench.device.tripped() != ""
    assert not bench.carries()
    bench.device.off()
    bench.device.clear_trip()
    assert bench.device.tripped() == ""
    assert role not in bench.left_on()
    assert bench.off().clean


# What goes wrong on the way


@pytest.mark.parametrize(("model", "role"), ONE_ROLE)
def test_every_transport_fault_is_one_kind_of_error_with_a_name_and_heals(
    lab: Any, model: str, role: str
) -> None:
    bench = lab(model, role)
    silent = Capability.CONFIRMS not in DRIVERS[model].capabilities
    for fault in fault_lab.TRANSPORT:
        bench.fault_after(0, fault)
        # A board that answers nothing can only see that its line is gone.
        told = outcome_of(bench, silent)
        assert role in told if told else silent
        bench.mend()
        healed = outcome_of(bench, silent)
        if silent and healed:  # it went when it was last spoken to, unseen until now
            healed = outcome_of(bench, silent)
        assert healed == ""


def outcome_of(bench: Any, silent: bool) -> str:
    """Speak to the driver under test; what it raised, or nothing."""
    try:
        switch(bench, on=False) if silent else QUESTIONS[bench.role](bench.device)
    except InstrumentError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("model", "role"), ONE_ROLE)
@pytest.mark.parametrize("fault", sorted(set(fault_lab.TRANSPORT) - set(SLOW)))
def test_nothing_stays_on_that_nobody_is_told_of(model: str, role: str, fault: str) -> None:
    place = ONE_ROLE.index((model, role)) + sorted(fault_lab.TRANSPORT).index(fault)
    outcome = fault_run.run(model, role, fault, fault_lab.PHASES[place % 3], seed=place)
    assert outcome.wrong == []


@pytest.mark.parametrize("fault", SLOW)
@pytest.mark.parametrize("phase", fault_lab.PHASES)
def test_the_same_where_replies_do_not_come_in_time(fault: str, phase: str) -> None:
    place = SLOW.index(fault) * 3 + fault_lab.PHASES.index(phase)
    model, role = ONE_ROLE[place * len(ONE_ROLE) // 9]
    assert fault_run.run(model, role, fault, phase, seed=place).wrong == []


def test_the_campaign_takes_every_fault_driver_and_phase() -> None:
    cases = fault_campaign.cases(seeds=2)
    assert {(case.model, case.fault, case.phase) for case in cases} == {
        (model, fault, phase)
        for model in MODELS
        for fault in ("drop", "lost reply", "delay", "garble", "half a line", "unplug")
        for phase in ("before", "during", "after")
    }
    assert {case.role for case in cases} == set(ROLES)


def test_the_campaign_tells_silence_from_a_device_that_was_named() -> None:
    cases = [
        fault_campaign.Case("scpi-supply", "supply", fault, "after", 1)
        for fault in ("drop", "garble", "unplug", "delay")
    ]
    outcomes = [
        fault_run.Outcomes("", {}, set(), set(), []),
        fault_run.Outcomes("", {"supply": "output"}, {"supply"}, set(), []),
        fault_run.Outcomes("", {"relays": "pv"}, set(), {"relays"}, []),
        fault_run.Outcomes(
            "", {"supply": "output"}, set(), set(), ["supply is on (output) and nobody was told"]
        ),
    ]
    figures = fault_campaign.summary(cases, outcomes)
    assert figures["runs"] == 4
    assert figures["silent"] == 1
    assert figures["by fault"]["drop"]["after"] == {"off": 1}
    assert figures["by fault"]["garble"]["after"] == {"left on, device named": 1}
    assert figures["by fault"]["unplug"]["after"] == {"left on by a board without read-back, told": 1}
    assert [one["fault"] for one in figures["wrong"]] == ["delay"]


@pytest.mark.parametrize(("model", "role"), [("scpi-supply", "supply"), ("scpi-relays", "relays")])
def test_the_rule_sees_a_device_that_lies(model: str, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A driver that says yes to everything must not pass.
    monkeypatch.setattr(DRIVERS[model], "off" if role == "supply" else "open", lambda *_: None)
    monkeypatch.setattr(DRIVERS[model], "read", lambda _: (0.0, 0.0), raising=False)
    monkeypatch.setattr(DRIVERS[model], "closed", lambda *_: False, raising=False)
    monkeypatch.setattr(fault_run, "_messages", lambda *_: (1, 1))
    outcome = fault_run.run(model, role, "garble", "after", seed=0)
    assert any(f"{role} is on" in one and "nobody was told" in one for one in outcome.wrong)
