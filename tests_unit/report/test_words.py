from datetime import timedelta
from typing import Any

import pytest

from bmshil.evidence import MeasurementRecord
from bmshil.report.words import duration_text, lateness_text, measured_text, number, value_text


@pytest.mark.parametrize(
    ("value", "uncertainty", "text"),
    [
        (55.1987, 0.021, "55.199"),
        (55.3004, None, "55.3004"),
        (55.2, None, "55.2"),
        (30.0, 1.0, "30.0"),
        (1234.5, 25.0, "1234"),
        (0.0, 0.5, "0.00"),
        (float("nan"), 0.1, "–"),  # noqa: RUF001 - the dash that stands for nothing
        (float("inf"), None, "–"),  # noqa: RUF001 - likewise
    ],
)
def test_a_number_has_the_digits_that_it_deserves(value: float, uncertainty: float | None, text: str) -> None:
    assert number(value, uncertainty) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),  # noqa: RUF001 - the dash that stands for nothing
        ([], "–"),  # noqa: RUF001 - likewise
        (True, "yes"),
        (False, "no"),
        (56.0, "56"),
        ("minimum", "minimum"),
        ([54.0, 55.4], "54 … 55.4"),
    ],
)
def test_values_of_any_kind(value: Any, text: str) -> None:
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("value", "uncertainty", "text"),
    [
        (55.1987, 0.021, "55.199 ± 0.021"),
        (55.1987, 0.0, "55.1987"),
        (55.1987, None, "55.1987"),
        (True, 0.1, "yes"),
        ("sum", 0.0, "sum"),
        (None, 0.1, "–"),  # noqa: RUF001 - the dash that stands for nothing
    ],
)
def test_a_measured_value_shows_its_uncertainty(value: Any, uncertainty: float | None, text: str) -> None:
    measurement = MeasurementRecord(
        channel="c", start=0.0, end=1.0, reduction="mean", value=value, unit="V", uncertainty=uncertainty
    )
    assert measured_text(measurement) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(48, "48 s"), (59.6, "1 min 0 s"), (725, "12 min 5 s"), (12_000, "3 h 20 min")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(timedelta(seconds=seconds)) == text


FIGURES = {"count": 1200, "p50_ms": 0.0812, "p99_ms": 0.4, "p99.9_ms": 2.25, "max_ms": 7.0}


def test_punctuality_in_words() -> None:
    assert lateness_text({**FIGURES, "skipped": 2, "realtime": True}) == (
        "lateness of 1200 events: p50 0.081 ms, p99 0.400 ms, p99.9 2.250 ms, max 7.000 ms; "
        "2 slots skipped; real-time scheduling granted"
    )
    assert lateness_text({**FIGURES, "realtime": False}).endswith(
        "max 7.000 ms; real-time scheduling not granted"
    )
