from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.instruments.reading import parse_reading, parse_switch


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("52.1", 52.1),
        (" -3.2\r", -3.2),
        ("+1.234560E+01", 12.3456),
        ("43.50V", 43.5),
        ("1.00A", 1.0),
        ("250 mA", 0.25),
        ("250mV", 0.25),
        ("1.5kW", 1500.0),
        ("1.5 KW", 1500.0),
        ("12 kOhm", 12000.0),
        ("2MOHM", 2e6),
        ("60 %", 0.6),
        (".5", 0.5),
        ("5.", 5.0),
    ],
)
def test_units_and_prefixes_are_understood(text: str, value: float) -> None:
    assert parse_reading(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["9.9E37", "+9.90000000E+37", "9.91E37", "-9.9E37", "inf", "nan", "9.9E37 OHM"]
)
def test_no_reading_is_none(text: str) -> None:
    assert parse_reading(text) is None


@pytest.mark.parametrize("text", ["", "V", "ON", "1.2.3", "1,2", "52.1 apples", "5 MA", "1;2"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="answered"):
        parse_reading(text)


@given(st.floats(min_value=-1e6, max_value=1e6), st.sampled_from(["", "V", " A", "W", " Ohm"]))
def test_a_unit_without_prefix_changes_nothing(value: float, unit: str) -> None:
    assert parse_reading(f"{value!r}{unit}") == value


@pytest.mark.parametrize(
    ("text", "state"), [("1", True), ("ON", True), ("on ", True), ("0", False), ("+0", False)]
)
def test_switches_are_on_or_off(text: str, state: bool) -> None:
    assert parse_switch(text) is state


@pytest.mark.parametrize("text", ["", "2", "TRIP", "1;0"])
def test_a_switch_is_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match="neither on nor off"):
        parse_switch(text)
