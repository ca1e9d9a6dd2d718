"""The preflight on a healthy twin and on broken ones: which line fails, and that it names the right cause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench import Bench, check_rig, open_bench
from bmshil.bench.assembly import parse_own_faults, parse_twin_fault, serve_twin
from bmshil.bench.checks import Check, Result
from bmshil.errors import RigError
from bmshil.rig import RigLock, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEALTHY = [
    "rig file", "qualification", "safety layers", "set-up sheet", "calibration", "envelope",
    "control loop", "power budget",
    "disk", "can.emulator", "can.witness", "can.disturber", "instruments.supply", "instruments.meter",
    "instruments.load", "instruments.ohmmeter", "instruments.relays", "termination", "bus", "off before",
    "protections", "meter zero", "supply output", "dc lead", "dc_precharge", "dc_main", "meter reading",
    "dc_discharge", "energising", "loop as measured", "device", "read-back", "off at the end", "clock",
]  # fmt: skip


def checked(*faults: str, rig: Any = "twin", **options: Any) -> list[Check]:
    opened = load(rig)
    return check_rig(opened, faults=parse_own_faults(faults, opened), **options)


def failed(checks: list[Check]) -> dict[str, str]:
    return {one.name: one.found for one in checks if one.result is Result.FAILED}


def test_a_healthy_twin_passes_every_check_and_ends_off(lab: Any) -> None:
    checks = checked()
    assert sorted(one.name for one in checks) == sorted(HEALTHY)
    assert {one.name for one in checks if one.result is Result.NOT_CHECKED} == {"calibration"}
    assert {one.name for one in checks if one.result is Result.WARNING} <= {"clock", "disk"}
    assert failed(checks) == {}
    assert lab.on == set()
    assert lab.twin.world.voltage < 5.0
    assert lab.twin.world.inrush_peak < 50.0


def test_without_power_nothing_is_ever_switched_on(lab: Any) -> None:
    checks = checked(power=False)
    assert failed(checks) == {}
    waiting = {one.name for one in checks if one.found == "every output was to stay off"}
    assert waiting == {
        "protections", "meter zero", "supply output", "dc lead", "dc_precharge", "dc_main", "meter reading",
        "dc_discharge", "device",
    }  # fmt: skip
    assert lab.twin.world.voltage_peak == 0.0


def test_the_dc_path_is_tried_with_little_energy(lab: Any) -> None:
    """Ended before the device gets its voltage, the trials have raised it to 20 V at most, by 1 A at most."""
    checked("load.hang_up")
    assert 19.0 < lab.twin.world.voltage_peak < 21.0
    assert lab.twin.world.inrush_peak == 0.0


@pytest.mark.parametrize(
    ("fault", "line", "cause"),
    [
        ("load.silent", "instruments.load", r"load \(.*no reply within 0\.5 s"),
        ("load.unplug", "instruments.load", r"load \(.*Connection refused"),
        ("supply.hang_up", "instruments.supply", r"supply \(.*closed the connection"),
        ("supply.trip", "instruments.supply", r"has tripped: over-current"),
        ("supply.trip protection=over-voltage", "instruments.supply", r"has tripped: over-voltage"),
        ("supply.refuses", "supply output", r"the output does not come on: .*still reads off"),
        ("supply.stays_on", "supply output", r"'OUTP OFF.*still reads on"),
        ("relays.weld role=dc_main", "dc_main", r"dc_main is open by its board, .*: welded"),
        ("relays.weld role=dc_precharge", "dc_precharge", r"dc_precharge is open by its board, .*: welded"),
        ("relays.cut role=dc_main", "dc_main", r"closed, but the device does not follow the supply"),
        ("relays.cut role=dc_precharge", "dc_precharge", r"closed, but nothing arrives.*; by dc_main it"),
        ("relays.cut role=dc_discharge", "dc_discharge", r"closed for 10 s, and still 1\d\.\d V"),
        ("lead.open", "dc lead", r"open lead: nothing of the supply arrives at the device"),
        ("wire.terminators count=1", "termination", r"120 ohm: one terminator; .*behind can_term_b"),
        ("wire.terminators count=0", "termination", r"open: no terminator"),
        ("wire.terminators count=3", "termination", r"40 ohm: three terminators"),
        ("meter.stuck", "meter reading", r"stays at -?0\.00\d V while the supply drives 0\.\d+ A into the"),
    ],
)  # fmt: skip
def test_a_broken_twin_fails_in_one_line_with_its_cause(
    variant: Callable[..., Path], lab: Any, fault: str, line: str, cause: str
) -> None:
    rig = variant(
        "twin",
        ("load: {driver: scpi-load, resource: twin}",
         "load: {driver: scpi-load, resource: twin, options: {timeout: 0.5}}"),
    )  # fmt: skip
    checks = checked(fault, rig=rig)
    found = failed(checks)
    consequences = {"off at the end"} if fault in STAYS else set()
    assert found.keys() - consequences == {line}
    assert re.search(cause, found[line])
    assert next(one for one in checks if one.name == line and one.result is Result.FAILED).remedy
    if fault not in STAYS:
        assert lab.on == set()
    assert next(one for one in checks if one.name == "device").result is Result.NOT_CHECKED


STAYS = {"supply.stays_on", "relays.cut role=dc_discharge", "relays.weld role=dc_main"}
"""Faults after which something is still on, charged or closed: the last line may tell it too."""


@pytest.mark.parametrize(
    ("rig", "told"),
    [
        ("twin", "expected 'METER-TWIN', but 'ACME,M1,7,2.0' answered"),
        ("twin-lab", "expected one of Keysight for keysight-34461a, but 'ACME,M1,7,2.0' answered"),
    ],
)
def test_another_instrument_than_expected_is_named_with_both_identities(rig: str, told: str) -> None:
    checks = checked('meter.identity text="ACME,M1,7,2.0"', rig=rig)
    found = failed(checks)
    assert found.keys() == {"instruments.meter"}
    assert told in found["instruments.meter"]
    remedy = next(one.remedy for one in checks if one.result is Result.FAILED)
    assert remedy.startswith("this address belongs to another instrument: correct instruments.meter.resource")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            "relays.weld role=dc_main",
            r"dc_main: dc_main is open by its board, .*: welded: replace the contactor",
        ),
        ("supply.trip", r"instruments\.supply: has tripped: over-current: find out what tripped it"),
        ("supply.refuses", r"supply output: the output does not come on: .*look at its front"),
        ("meter.identity", r"'\*IDN\?': expected 'METER-TWIN', but 'NOBODY,UNKNOWN,0,0' answered"),
    ],
)
def test_a_run_begins_with_the_same_causes(lab: Any, fault: str, told: str) -> None:
    with pytest.raises(RigError, match=told), open_bench("twin", faults=[fault]):
        pass
    assert lab.on == set()
    assert lab.twin.world.voltage_peak < 21.0


def test_a_fault_comes_while_a_test_runs() -> None:
    with open_bench("twin", faults=["meter.stuck @20s for 10s"]) as bench:
        bench.run(25.0 - bench.seconds)
        before = bench.control.voltage
        bench.run(3.0)
        assert bench.control.voltage == before
        bench.run(10.0)
        assert bench.control.voltage != before


PERMIT = (
    "power:  ",
    ("  permit: {driver: waveshare-relays, resource: twin, channels: {permit: 1}}\npower:  "),
)


@pytest.mark.parametrize(
    ("fault", "line", "cause"),
    [
        ("permit.silent", "instruments.permit", r"permit \(.*no reply within"),
        ("permit.cut role=permit", "dc_main", r"closed, but the device does not follow the supply"),
        # It cannot have been closed before; it welds when the trial closes it.
        ("relays.weld role=dc_main", "dc_main", r"told to open, but the supply still feeds .*: welded"),
    ],
)
def test_a_permit_relay_is_looked_at_too(
    variant: Callable[..., Path], fault: str, line: str, cause: str
) -> None:
    rig = variant("twin", PERMIT)
    healthy = checked(rig=rig)
    assert failed(healthy) == {}
    assert Check.ok("instruments.permit", "holds as long as it is told to") in healthy
    found = failed(checked(fault, rig=rig))
    assert found.keys() - {"off at the end"} == {line}
    assert re.search(cause, found[line])


def test_a_silent_device_is_found_with_its_voltage_on(lab: Any) -> None:
    checks = check_rig(load("twin"), mutation="no_keepalive")
    assert failed(checks) == {"device": "silent: no keep-alive 0x305 within 11 s of power"}
    assert lab.on == set()


def test_instruments_too_slow_for_the_loop_are_found_with_the_device_on(
    monkeypatch: pytest.MonkeyPatch, lab: Any
) -> None:
    energise = Bench.energise

    def energise_with_slow_steps(bench: Bench) -> None:
        energise(bench)
        bench.control._slots.period = 0.3  # what instruments that answer late make of 0.1 s

    monkeypatch.setattr(Bench, "energise", energise_with_slow_steps)
    assert failed(checked()) == {"loop as measured": "0.30 s between two steps instead of 0.1 s"}
    assert lab.on == set()


def test_a_rig_that_only_plays_batteries_has_no_failure() -> None:
    checks = checked(rig="emulate_virtual")
    assert failed(checks) == {}
    (why,) = (one for one in checks if one.name == "qualification")
    assert (why.result, "instruments.supply is missing" in why.found) == (Result.WARNING, True)
    assert "instruments.supply" not in {one.name for one in checks}


def test_a_rig_that_is_refused_is_not_opened() -> None:
    checks = checked(rig="template_real")
    assert "rig file" in failed(checks)
    assert Check.skipped("instruments", "nothing is opened on a rig that is refused") in checks


def test_a_rig_that_is_held_or_not_served_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("BMSHIL_STATE", str(tmp_path))
    found = failed(checked(rig="twin-process"))
    assert found.keys() == {"served twin"}
    assert "start `bmshil twin " in found["served twin"]
    with RigLock("twin-process", "qualify", expected=60.0):
        found = failed(checked(rig="twin-process"))
    assert found.keys() == {"lock"}
    assert re.search(r"is held by process \d+ \(qualify, since .*, expected until ", found["lock"])


@pytest.mark.wall
def test_an_adapter_that_was_pulled_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    rig = load("twin-process")
    with serve_twin(rig, faults=[parse_twin_fault("emulator.unplug", rig)]):
        checks = check_rig(rig, power=False)
    found = failed(checks)
    assert found.keys() == {"can.emulator"}
    assert re.search(r"CAN emulator: slcan .*emulator", found["can.emulator"])
    assert {one.found for one in checks if one.name == "bus"} == {"can.emulator has to be right first"}
    assert {one.name for one in checks if one.result is Result.OK} >= {"guard", "lock", "instruments.meter"}
