from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from bmshil.errors import InputError
from bmshil.instruments import (
    DRIVERS,
    Capability,
    ScpiLoad,
    ScpiMeter,
    ScpiOhmmeter,
    ScpiRelays,
    ScpiSupply,
    driver,
    roles_of,
)


class OwnMeter:
    """What a lab may bring along."""

    capabilities = Capability.NONE
    identity = "by hand"

    @classmethod
    def connect(cls, *_: Any, **__: Any) -> OwnMeter:
        return cls()

    def disconnect(self) -> None: ...

    def voltage(self) -> float:
        return 52.0

    def current(self) -> float:
        return 0.0


@pytest.mark.parametrize(
    ("name", "role", "found"),
    [
        ("scpi-supply", "supply", ScpiSupply),
        ("scpi-load", "load", ScpiLoad),
        ("scpi-meter", "meter", ScpiMeter),
        ("scpi-relays", "relays", ScpiRelays),
        ("scpi-ohmmeter", "ohmmeter", ScpiOhmmeter),
    ],
)
def test_a_name_gives_its_driver(name: str, role: str, found: type) -> None:
    assert driver(name, role) is found


def test_every_generic_driver_is_fit_for_one_role_and_no_other() -> None:
    roles = ("supply", "load", "meter", "relays", "ohmmeter")
    generic = [name for name in DRIVERS if name.startswith("scpi-")]
    fit = {(name, role) for name in generic for role in roles if fits(name, role)}
    assert fit == {
        ("scpi-supply", "supply"),
        ("scpi-load", "load"),
        ("scpi-meter", "meter"),
        ("scpi-relays", "relays"),
        ("scpi-ohmmeter", "ohmmeter"),
    }


def fits(name: str, role: str) -> bool:
    try:
        driver(name, role)
    except InputError:
        return False
    return True


def test_a_lab_brings_its_own_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lab_meter", sys.modules[__name__])
    meter = driver("lab_meter:OwnMeter", "meter").connect("meter", "")
    assert meter.voltage() == 52.0


@pytest.mark.parametrize(
    ("name", "role", "words"),
    [
        ("scpi-suply", "supply", "unknown driver 'scpi-suply'; known: scpi-supply, "),
        ("scpi-meter", "supply", "'scpi-meter' cannot be a supply: it has no limiting, off, output, read"),
        ("keysight-n3300", "load", "'keysight-n3300' cannot be a load: it lacks power"),
        ("scpi-meter", "sink", "'scpi-meter' cannot be a sink: it has no input, off, power, set_power"),
        ("scpi-meter", "scope", "unknown instrument role 'scope'; known: supply, load, meter, relays"),
        ("no_such_module:Supply", "supply", "cannot be imported"),
        ("bmshil.errors:NoSuch", "supply", "cannot be imported"),
        ("bmshil.errors:__doc__", "supply", "is not a class"),
        (":Supply", "supply", "cannot be imported"),
    ],
)
def test_a_driver_that_cannot_be_used_is_named(name: str, role: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        driver(name, role)


def own(monkeypatch: pytest.MonkeyPatch, **members: Any) -> str:
    """The name of a lab's own driver that is a meter and more."""
    kind = type("Own", (OwnMeter,), members)
    monkeypatch.setattr(sys.modules[__name__], "Own", kind, raising=False)
    monkeypatch.setitem(sys.modules, "lab_own", sys.modules[__name__])
    return "lab_own:Own"


def test_a_promise_without_its_member_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    name = own(monkeypatch, capabilities=Capability.FOUR_WIRE)
    with pytest.raises(InputError, match="'lab_own:Own' promises what it does not have: four_wire"):
        driver(name, "meter")


def test_a_role_that_needs_a_capability_refuses_a_driver_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = dict.fromkeys(("set_power", "input", "power", "off"), lambda *_: None)
    name = own(monkeypatch, capabilities=Capability.POWER, **loads)
    assert driver(name, "load").capabilities == Capability.POWER
    with pytest.raises(InputError, match="'lab_own:Own' cannot be a sink: it lacks modes"):
        driver(name, "sink")


def test_the_roles_of_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    assert roles_of("itech-it8500") == ("load", "sink")
    assert roles_of("keysight-34461a") == ("meter", "ohmmeter")
    assert roles_of("waveshare-relays") == ("relays", "permit")
    assert roles_of(own(monkeypatch)) == ("meter",)
    with pytest.raises(InputError, match="unknown driver 'toaster'"):
        roles_of("toaster")
    with pytest.raises(InputError, match="cannot be a supply"):
        roles_of("bmshil.errors:RigError")


def test_importing_the_room_does_not_import_pyvisa() -> None:
    code = "import sys, bmshil.instruments; sys.exit('pyvisa' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code
