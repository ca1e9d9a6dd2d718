"""Faults as text, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.bms import (
    ByteOrder,
    Dlc,
    Duplicate,
    Fault,
    FaultPlan,
    Freeze,
    Override,
    Period,
    Raw,
    Reboot,
    Scale,
    Silence,
    Swap,
    parse_fault,
)
from bmshil.bms.faults.fields import NUMBERS, TYPES
from bmshil.dialects import Alarm
from bmshil.errors import InputError


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("pack2.override cvl=55.2 @10s", FaultPlan(2, Override(cvl=55.2), start=10.0)),
        ("pack1.silence @5s for 20s", FaultPlan(1, Silence(), start=5.0, duration=20.0)),
        ("pack3.silence ids=0x351,0x355", FaultPlan(3, Silence(ids=(0x351, 0x355)))),
        ("pack3.silence id=0x351", FaultPlan(3, Silence(ids=(0x351,)))),
        ("pack1.freeze", FaultPlan(1, Freeze())),
        ("pack2.scale id=0x356 field=voltage factor=0.1", FaultPlan(2, Scale((0x356,), "voltage", 0.1))),
        ("pack1.override soc=0% soh=95%", FaultPlan(1, Override(soc=0.0, soh=0.95))),
        (
            "pack1.override full_charge=on charge_enabled=false",
            FaultPlan(1, Override(full_charge=True, charge_enabled=False)),
        ),
        (
            "pack1.override alarms=high_temperature+internal protections=none",
            FaultPlan(1, Override(alarms=Alarm.HIGH_TEMPERATURE | Alarm.INTERNAL, protections=Alarm(0))),
        ),
        ("pack1.override 'manufacturer=MY BMS'", FaultPlan(1, Override(manufacturer="MY BMS"))),
        ("pack1.byteorder ids=849", FaultPlan(1, ByteOrder((0x351,)))),
        ("pack1.swap fields=ccl,dcl", FaultPlan(1, Swap(fields=("ccl", "dcl")))),
        ("pack1.raw data=160D at=4 ids=0x355", FaultPlan(1, Raw((0x355,), b"\x16\x0d", 4))),
        ("pack1.dlc length=6 ids=0x351", FaultPlan(1, Dlc((0x351,), 6))),
        ("pack1.period seconds=2 jitter=0.1 seed=7", FaultPlan(1, Period((), 2.0, 0.1, 7))),
        ("pack2.duplicate of=1", FaultPlan(2, Duplicate(1))),
        ("pack2.duplicate of=pack1 for 500ms", FaultPlan(2, Duplicate(1), duration=0.5)),
        ("pack2.reboot @2min", FaultPlan(2, Reboot(2.0, 3.0), start=120.0)),
        ("  pack2.reboot   zeros=1 ", FaultPlan(2, Reboot(2.0, 1.0))),
    ],
)
def test_text_is_understood(text: str, plan: FaultPlan) -> None:
    assert parse_fault(text, 3) == plan


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        (FaultPlan(2, Override(cvl=55.2), start=10.0), "pack2.override cvl=55.2 @10s"),
        (FaultPlan(1, Silence(ids=(0x351, 0x355)), 0.5, 20.0), "pack1.silence ids=0x351,0x355 @0.5s for 20s"),
        (FaultPlan(1, Override(dcl=2.0, cvl=56.0)), "pack1.override cvl=56 dcl=2"),
        (FaultPlan(1, Override(manufacturer="MY BMS")), "pack1.override 'manufacturer=MY BMS'"),
        (FaultPlan(1, Reboot()), "pack1.reboot silence=2 zeros=3"),
    ],
)
def test_a_plan_is_written(plan: FaultPlan, text: str) -> None:
    assert str(plan) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "write pack<n>.<kind>"),
        ("silence", "write pack<n>.<kind>"),
        ("pack.silence", "write pack<n>.<kind>"),
        ("pack9.silence", "no pack 9, the bank has packs 1 to 3"),
        ("pack0.silence", "no pack 0, the bank has packs 1 to 3"),
        ("pack1.slience", "no fault 'slience', known are silence, freeze, override, scale, swap, byteorder"),
        ("pack1.silence id=x", "ids=x is no whole number"),
        ("pack1.silence ids=0x351,", "ids= is no whole number"),
        ("pack1.silence ids=0x20000000", "between 0 and 0x1FFFFFFF"),
        ("pack1.silence ids=1 id=2", "give ids= or id=, not both"),
        ("pack1.silence sid=0x351", "unknown option 'sid', known are ids, id"),
        ("pack1.silence ids=1 ids=2", "ids= is given twice"),
        ("pack1.silence now", "cannot read 'now', write key=value, @10s or for 20s"),
        ("pack1.silence @10", "'10' is no time, write 10s, 500ms or 2min"),
        ("pack1.silence @-1s", "'-1s' is no time"),
        ("pack1.silence @nans", "is no number"),
        ("pack1.silence @1s @2s", "a second start"),
        ("pack1.silence for", "'' is no time"),
        ("pack1.silence for 1s for 2s", "a second duration"),
        ("pack1.override", "give at least one field of the report: cvl, ccl"),
        ("pack1.override volts=3", "a report has no 'volts', it has cvl, ccl"),
        ("pack1.override cvl=high", "cvl=high is no number"),
        ("pack1.override cvl=inf", "cvl=inf is no number"),
        ("pack1.override modules=1.5", "modules=1.5 is no whole number"),
        ("pack1.override full_charge=maybe", "full_charge=maybe is neither on nor off"),
        ("pack1.override alarms=fire", "no condition 'fire', known are none, cell_high_voltage"),
        ("pack1.override 'manufacturer=A", "the quotes do not match"),
        ("pack1.scale factor=2", "field= is missing, give one of cvl"),
        ("pack1.scale field=cvl", "factor= is missing"),
        ("pack1.scale field=manufacturer factor=2", "field=manufacturer cannot be scaled"),
        ("pack1.swap fields=ccl", "fields=ccl,: give two different ones of a kind: cvl"),
        ("pack1.swap fields=ccl,ccl", "fields=ccl,ccl: give two different ones"),
        ("pack1.swap fields=ccl,modules", "fields=ccl,modules: give two different ones"),
        ("pack1.raw", "data= is missing"),
        ("pack1.raw data=0x1", "data=0x1 are no bytes"),
        ("pack1.raw data=0000 at=7", "at=7 with 2 bytes does not fit"),
        ("pack1.dlc", "length= is missing"),
        ("pack1.dlc length=9", "length=9 does not exist"),
        ("pack1.period", "give seconds= or jitter="),
        ("pack1.duplicate", "of= is missing"),
        ("pack1.duplicate of=master", "of=master is no pack"),
        ("pack1.freeze\nids=x", "ids=x is no whole number"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_in_one_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_fault(text, 3)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"fault {text!r}: ")
    assert "\n" not in str(caught.value)


finite = st.floats(allow_nan=False, allow_infinity=False)
ids = st.lists(st.integers(0, 0x1FFFFFFF), unique=True, max_size=4).map(lambda found: tuple(sorted(found)))
seconds = st.floats(0, 1e6)
VALUES = {
    float: finite,
    bool: st.booleans(),
    int: st.integers(),
    str: st.text(st.characters(codec="ascii"), max_size=8),
    Alarm: st.sampled_from(Alarm).flatmap(lambda one: st.sampled_from([Alarm(0), one, one | Alarm.INTERNAL])),
}
overrides = st.dictionaries(st.sampled_from(sorted(TYPES)), st.none(), min_size=1).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[TYPES[name]] for name in names})
)
faults = st.one_of(
    st.builds(Silence, ids),
    st.builds(Freeze, ids),
    st.builds(ByteOrder, ids),
    st.builds(Swap, ids, st.sampled_from([("ccl", "dcl"), ("cell_min", "cell_max")])),
    st.builds(Raw, ids, st.binary(min_size=1, max_size=4), st.integers(0, 4)),
    st.builds(Dlc, ids, st.integers(0, 8)),
    st.builds(Scale, ids, st.sampled_from(NUMBERS), finite),
    st.builds(Period, ids, st.floats(0.001, 1e6), st.floats(0, 1e3), st.integers(0, 2**64)),
    st.builds(Period, ids, st.none(), st.floats(1e-6, 1e3), st.integers()),
    st.builds(Duplicate, st.integers(1, 99)),
    st.builds(Reboot, st.floats(0, 1e3), st.floats(0.001, 1e3)),
    overrides.map(lambda values: Override(**values)),
)


@given(st.builds(FaultPlan, st.integers(1, 16), faults, seconds, st.none() | seconds))
def test_every_plan_reads_back_equal(plan: FaultPlan) -> None:
    assert parse_fault(str(plan), 16) == plan


@given(faults)
def test_every_fault_reads_back_equal(fault: Fault) -> None:
    assert parse_fault(f"pack1.{fault}", 1).fault == fault


def outcome(text: str) -> FaultPlan | str:
    try:
        return parse_fault(text, 3)
    except InputError as error:
        return str(error)


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused_in_one_line(text: str) -> None:
    found = outcome(f"pack1.override {text}")
    if isinstance(found, str):
        assert "\n" not in found
    else:
        assert parse_fault(str(found), 3) == found
