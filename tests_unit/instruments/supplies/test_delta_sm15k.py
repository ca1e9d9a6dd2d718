"""Delta SM15K, byte for byte: Ethernet and sequencer programming SM15K."""

from __future__ import annotations

from typing import Any

import pytest

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability
from bmshil.instruments.supplies import SUPPLIES

DELTA = "delta-sm15k"
WATCHDOG = "SYSTem:COMmunicate:WATchdog"


def test_long_names_one_in_a_line(connect: Any) -> None:
    supply = connect(
        DELTA,
        ("SOURce:CURrent 120.0000", None),
        ("SOURce:CURrent?", "120.0000"),
        ("SOURce:CURrent:NEGative -100.0000", None),
        ("SOURce:CURrent:NEGative?", "-100.0000"),
        ("SOURce:VOLtage 52.1000", None),
        ("SOURce:VOLtage?", "52.1000"),
        ("SOURce:VOLtage 52.1234", None),
        ("MEASure:CURrent?", "-98.5000"),
        ("MEASure:VOLtage?", "52.0500"),
        ("MEASure:CURrent?", "-98.5000"),
    )
    supply.set_limits(source_current=120, sink_current=100, over_voltage=63, over_current=150)
    supply.set_voltage(52.1)
    assert supply.set_voltage_and_read_current(52.1234) == 98.5
    assert supply.read() == (52.05, 98.5)


def test_it_promises_no_protections() -> None:
    assert not SUPPLIES[DELTA].capabilities & (Capability.PROTECTIONS | Capability.TRIPS)


def test_the_output_is_read_back(connect: Any) -> None:
    supply = connect(
        DELTA,
        ("OUTPut ON", None),
        ("OUTPut?", "1"),
        ("OUTPut OFF", None),
        ("OUTPut?", "0"),
        ("MEASure:CURrent?", "0.0100"),
        ("OUTPut ON", None),
        ("OUTPut?", "0"),
    )
    supply.output(True)
    supply.off()
    with pytest.raises(InstrumentError, match="still reads off"):
        supply.output(True)


@pytest.mark.parametrize(("current", "limiting"), [("-49.6", True), ("59.5", True), ("-30", False)])
def test_a_limit_binds_when_the_current_has_reached_it(connect: Any, current: str, limiting: bool) -> None:
    supply = connect(
        DELTA,
        ("MEASure:CURrent?", current),
        ("SOURce:CURrent:NEGative?", "-50.0000"),
        ("SOURce:CURrent?", "60.0000"),
    )
    assert supply.limiting() is limiting


def test_the_watchdog_counts_in_milliseconds(connect: Any) -> None:
    supply = connect(
        DELTA,
        (f"{WATCHDOG} SET,4200", None),
        (f"{WATCHDOG} SET?", "4200"),
        (f"{WATCHDOG} SET,10000", None),
        (f"{WATCHDOG} SET?", "4200"),
        (f"{WATCHDOG} STOP", None),
        (f"{WATCHDOG}?", "-1"),
        (f"{WATCHDOG} STOP", None),
        (f"{WATCHDOG}?", "823"),
    )
    assert supply.arm_watchdog(4.2) == 4.2
    with pytest.raises(InstrumentError, match="watchdog: set 10000 ms, but reads back 4200 ms"):
        supply.arm_watchdog(60)
    supply.disarm_watchdog()
    with pytest.raises(InstrumentError, match="still counts: 823 ms left"):
        supply.disarm_watchdog()


def test_without_being_master_it_is_not_connected(script: Any) -> None:
    local = script(
        ("*IDN?", "DELTA"), ("SYSTem:REMote:CV Remote", None), ("SYSTem:REMote:CV?", "Front"), greeted=False
    )
    with pytest.raises(InstrumentError, match="the master stays 'FRONT': unlock it at its panel"):
        SUPPLIES[DELTA].connect("supply", local.resource)
