from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from bmshil.cli.live_table import render
from bmshil.cli.screens import Lines, Nothing, choose_screen
from bmshil.cli.values import amperes, fraction, seconds
from bmshil.cli.words import bus_lines
from bmshil.errors import InputError


def snapshot(time: float, **changes: Any) -> dict[str, Any]:
    pack = {
        "pack": 1, "on_air": True, "cvl": 56.0, "ccl": 50.0, "dcl": 90.0, "soc": 0.605, "voltage": 52.34,
        "current": -12.3, "temperature": 25.0, "protections": [], "alarms": [],
        "sent": 12, "skipped": 1, "faults": [],
    }  # fmt: skip
    return {
        "time": time,
        "packs": [pack | changes],
        "keepalive": {"id": "0x305", "count": 3, "age": 0.42},
        "frames": {"sent": 12, "confirmed": 11, "lost": 1, "received": 4},
        "heard": {"0x305": 3, "0x307": 1},
        "bus_errors": 2,
        "garbled": 0,
        "adapter": None,
    }


def drawn(values: dict[str, Any]) -> str:
    page = io.StringIO()
    Console(file=page, width=140, color_system=None).print(render(values))
    return page.getvalue()


def test_the_table_shows_a_pack_and_the_bus() -> None:
    lines = [" ".join(line.split()) for line in drawn(snapshot(7.0)).splitlines()]
    assert lines[0] == "pack on air CVL V CCL A DCL A SOC % V A °C alarms sent skipped faults on"
    assert lines[1] == "1 yes 56.00 50.0 90.0 60.5 52.34 -12.3 25.0 - 12 1 -"
    assert "inverter: keep-alive 0x305 0.4 s ago" in drawn(snapshot(7.0))
    assert (
        "7.0 s: 12 frames sent, 11 confirmed, 1 lost, 4 received (0x305 x3, 0x307 x1), 2 bus errors"
        in drawn(snapshot(7.0))
    )


def test_the_table_shows_that_nobody_acknowledges_and_what_it_has_cost() -> None:
    values = snapshot(7.0)
    values["frames"] |= {"confirmed": 0, "lost": 0, "stale": 11, "acknowledged": False}
    text = drawn(values)
    assert "0 confirmed, 0 lost, 11 dropped before they were old, nobody acknowledges, 4 received" in text


def test_the_table_shows_what_is_wrong() -> None:
    values = snapshot(
        7.0,
        on_air=False,
        protections=["CELL_HIGH_VOLTAGE"],
        alarms=["CELL_HIGH_VOLTAGE", "LOW_TEMPERATURE"],
        faults=["override cvl=55.2"],
    )
    values["adapter"] = "Transmit buffer full"
    text = drawn(values)
    assert "cell high voltage, low temperature" in text
    assert "override cvl=55.2" in text
    assert "the adapter refuses: Transmit buffer full" in text


def test_a_device_that_was_never_heard_is_said_so() -> None:
    values = snapshot(1.0)
    values["keepalive"]["age"] = None
    values["heard"] = {}
    values["frames"]["confirmed"] = None
    assert bus_lines(values) == [
        "inverter: no keep-alive 0x305 yet",
        "1.0 s: 12 frames sent, 1 lost, 4 received, 2 bus errors",
    ]


def test_lines_come_now_and_then_and_when_a_fault_comes_or_goes() -> None:
    page = io.StringIO()
    screen = Lines(page, lambda values: str(values["time"]))
    for half in range(60):
        time = half / 2
        screen.show(snapshot(time, faults=["silence"] if 4.0 <= time < 6.0 else []))
    screen.close()
    assert page.getvalue().split() == ["0.0", "4.0", "6.0", "16.0", "26.0"]


def test_with_json_and_no_terminal_nothing_is_shown() -> None:
    assert isinstance(choose_screen(json_document=True, line=str), Nothing)


@pytest.mark.parametrize(
    ("text", "value"), [("90", 90.0), ("90s", 90.0), ("500ms", 0.5), ("2min", 120.0), ("1h", 3600.0)]
)
def test_times(text: str, value: float) -> None:
    assert seconds("--duration", text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["0", "-1s", "nan", "inf", "", "s", "ten", "1e999s"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(InputError, match=r"--duration .*: write a time above 0"):
        seconds("--duration", text)


@pytest.mark.parametrize(("text", "value"), [("0.6", 0.6), ("60%", 0.6), ("0", 0.0), ("100%", 1.0)])
def test_states_of_charge(text: str, value: float) -> None:
    assert fraction("--soc", text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["60", "-1%", "101%", "nan", "half"])
def test_what_is_no_state_of_charge(text: str) -> None:
    with pytest.raises(InputError, match=r"--soc .*: write a fraction"):
        fraction("--soc", text)


@pytest.mark.parametrize(("text", "value"), [("20", 20.0), ("-20.5A", -20.5)])
def test_currents(text: str, value: float) -> None:
    assert amperes("--current", text) == value


@pytest.mark.parametrize("text", ["nan", "inf", "A", "20V"])
def test_what_is_no_current(text: str) -> None:
    with pytest.raises(InputError, match=r"--current .*: write a current in A"):
        amperes("--current", text)
