"""The traps of each language, spoken without a driver."""

from __future__ import annotations

from typing import Any

import pytest

# EA PSB 10000


def test_ea_takes_no_setting_without_the_lock(stand: Any) -> None:
    ea = stand("ea-psb10000").twin
    assert ea.execute("SYST:LOCK:OWN?") == "NONE"
    ea.execute("VOLT 52")
    assert ea.execute("VOLT?") == "0.00 V"
    assert ea.execute("SYST:ERR?") == '-221,"Settings conflict"'
    ea.execute("SYST:LOCK ON")
    assert ea.execute("SYST:LOCK:OWN?") == "REMOTE"
    ea.execute("VOLT 52")
    assert ea.execute("VOLT?") == "52.00 V"


def test_ea_gives_no_lock_while_somebody_works_at_its_panel(stand: Any) -> None:
    ea = stand("ea-psb10000").twin
    ea.held = True
    ea.execute("SYST:LOCK ON")
    assert ea.execute("SYST:LOCK:OWN?") == "LOCAL"


def test_ea_answers_with_units_and_sinks_negative(stand: Any) -> None:
    bench = stand("ea-psb10000")
    ea = bench.twin
    ea.execute("SYST:LOCK ON")
    for setting in ("VOLT 52", "CURR 60", "SINK:CURR 60", "OUTP ON"):
        ea.execute(setting)
    assert ea.execute("OUTP?") == "ON"
    bench.join()
    bench.charge(20.0)
    assert ea.execute("VOLT?;MEAS:CURR?") == "52.00 V;-20.00A"
    assert ea.execute("MEAS:VOLT?") == "52.00V"
    assert ea.execute("MEAS:POW?") == "-1040W"
    assert ea.execute("STAT:OPER:COND?") == "384"  # remote, CV


def test_ea_takes_five_commands_in_one_message(stand: Any) -> None:
    ea = stand("ea-psb10000").twin
    assert ea.execute("VOLT?;CURR?;OUTP?;*IDN?;VOLT?") is not None
    assert ea.execute("VOLT?;CURR?;OUTP?;*IDN?;VOLT?;CURR?") is None


def test_ea_keeps_an_alarm_until_the_errors_are_read(stand: Any) -> None:
    ea = stand("ea-psb10000").twin
    ea.execute("SYST:LOCK ON")
    ea.faults.trip = "over-voltage"
    assert ea.execute("STAT:QUES:COND?") == "1"
    ea.execute("OUTP ON")
    assert ea.execute("OUTP?") == "OFF"
    ea.execute("SYST:ERR?")
    assert ea.execute("STAT:QUES:COND?") == "0"


# ITECH IT-M3900


def test_itech_is_deaf_before_remote(stand: Any) -> None:
    itech = stand("itech-itm3900").twin
    assert itech.execute("VOLT 52;VOLT?;:SYST:ERR?") == '0.0000;-203,"Command protected"'
    assert itech.execute("SYST:REM;:VOLT 52;VOLT?;:SYST:ERR?") == '52.0000;0,"No error"'
    assert itech.execute("SYST:LOC;:VOLT 53;VOLT?") == "52.0000"


def test_itech_wants_a_negative_sink_limit(stand: Any) -> None:
    itech = stand("itech-itm3900").twin
    itech.execute("SYST:REM")
    assert itech.execute("CURR:LIM:NEG 50;:SYST:ERR?") == '-222,"Data out of range"'
    assert itech.execute("CURR:LIM:NEG -50;:CURR:LIM:NEG?") == "-50.0000"
    assert itech.device.sink == 50.0


def test_itech_protects_only_when_its_protection_is_on(stand: Any) -> None:
    bench = stand("itech-itm3900")
    itech = bench.twin
    itech.execute("SYST:REM;:VOLT 52;:CURR:LIM:NEG -20;:VOLT:PROT 53;:OUTP 1")
    bench.join()
    bench.charge(60.0)
    assert itech.execute("OUTP?") == "1"
    itech.execute("VOLT:PROT:STAT 1")
    bench.timeline.run(0.1)
    assert itech.execute("OUTP?;:STAT:QUES:COND?") == "0;1"


def test_itech_forgets_its_errors(stand: Any) -> None:
    itech = stand("itech-itm3900").twin
    assert itech.execute("NONSENSE;:SYST:REM;:SYST:CLE;:SYST:ERR?") == '0,"No error"'


# Keysight RP7900


def test_keysight_still_reads_on_after_a_protection(stand: Any) -> None:
    bench = stand("keysight-rp7900")
    keysight = bench.twin
    keysight.execute("VOLT 52;:OUTP ON")
    keysight.faults.trip = "over-current"
    assert keysight.execute("OUTP?;:STAT:QUES:COND?;:STAT:OPER:COND?") == "1;2;4"
    assert not bench.world.output
    keysight.execute("OUTP ON")
    assert not bench.world.output


def test_keysight_brings_the_output_back_when_a_trip_is_cleared(stand: Any) -> None:
    bench = stand("keysight-rp7900")
    keysight = bench.twin
    keysight.execute("OUTP ON")
    keysight.faults.trip = "over-current"
    keysight.execute("OUTP:PROT:CLE")
    assert bench.world.output


def test_keysight_trips_at_its_limit_when_told_so(stand: Any) -> None:
    bench = stand("keysight-rp7900")
    keysight = bench.twin
    keysight.execute("VOLT 52;:CURR:LIM:NEG -20;:OUTP ON")
    bench.join()
    bench.charge(60.0)
    assert keysight.execute("STAT:OPER:COND?;:STAT:QUES:COND?") == "2;0"
    keysight.execute("CURR:PROT:STAT ON")
    assert keysight.execute("STAT:QUES:COND?") == "2"


def test_keysight_counts_a_command_in_error_as_activity(stand: Any) -> None:
    bench = stand("keysight-rp7900")
    bench.twin.execute("OUTP ON;:OUTP:PROT:WDOG:DEL 2;:OUTP:PROT:WDOG ON")
    bench.timeline.run(1.5)
    bench.twin.execute("NONSENSE")
    bench.timeline.run(1.5)
    assert bench.world.output
    bench.timeline.run(1.0)
    assert not bench.world.output
    assert bench.twin.execute("STAT:QUES:COND?;:OUTP?") == "2048;1"


def test_keysight_comes_back_from_reset_without_a_watchdog(stand: Any) -> None:
    bench = stand("keysight-rp7900")
    bench.twin.execute("OUTP:PROT:WDOG:DEL 2;:OUTP:PROT:WDOG ON;*RST")
    assert bench.twin.execute("OUTP:PROT:WDOG?;:OUTP:PROT:WDOG:DEL?") == "0;60"


# TDK-Lambda GENESYS+


def test_tdk_begins_to_count_with_the_next_command(stand: Any) -> None:
    bench = stand("tdk-genesys")
    bench.twin.execute("OUTP:STAT ON")
    bench.twin.execute("SYST:COMM:WATC:TIM 2")
    bench.twin.execute("SYST:COMM:WATC ON")
    bench.timeline.run(60.0)
    assert bench.world.output
    bench.twin.execute("OUTP:STAT?")
    bench.timeline.run(2.5)
    assert not bench.world.output


def test_tdk_leaves_error_342_until_the_protection_is_cleared(stand: Any) -> None:
    bench = stand("tdk-genesys")
    tdk = bench.twin
    for line in ("SYST:ERR:ENAB", "OUTP:STAT ON", "SYST:COMM:WATC:TIM 2", "SYST:COMM:WATC ON", "OUTP:STAT?"):
        tdk.execute(line)
    bench.timeline.run(3.0)
    assert tdk.execute("SYST:ERR?") == '342,"Communication Watchdog Timeout;06"'
    assert tdk.execute("STAT:QUES:COND?") == "32768"
    tdk.execute("OUTP:STAT ON")
    assert tdk.execute("OUTP:STAT?") == "OFF"
    tdk.execute("OUTP:PROT:CLE")
    tdk.execute("OUTP:STAT ON")
    assert tdk.execute("OUTP:STAT?") == "ON"


def test_tdk_forgets_the_fault_when_the_watchdog_is_switched_off(stand: Any) -> None:
    bench = stand("tdk-genesys")
    for line in ("SYST:COMM:WATC:TIM 2", "SYST:COMM:WATC ON", "OUTP:STAT?"):
        bench.twin.execute(line)
    bench.timeline.run(3.0)
    assert bench.twin.execute("STAT:QUES:COND?") == "32768"
    bench.twin.execute("SYST:COMM:WATC OFF")
    assert bench.twin.execute("STAT:QUES:COND?;:STAT:OPER:COND?") == "0;4"


def test_tdk_keeps_errors_only_when_told_so(stand: Any) -> None:
    tdk = stand("tdk-genesys").twin
    tdk.execute("NONSENSE")
    assert tdk.execute("SYST:ERR?") == '0,"No error"'
    tdk.execute("SYST:ERR:ENAB")
    tdk.execute("NONSENSE")
    assert tdk.execute("SYST:ERR?") == '-113,"Undefined header;06"'


def test_tdk_has_no_sink_limit(stand: Any) -> None:
    tdk = stand("tdk-genesys").twin
    assert tdk.device.sink == 0.0
    tdk.execute("SYST:ERR:ENAB")
    tdk.execute("CURR:NEG 50")
    assert tdk.execute("SYST:ERR?") == '-113,"Undefined header;06"'


# Delta SM15K

WATCHDOG = "SYSTem:COMmunicate:WATchdog"


def test_delta_takes_a_set_point_only_from_its_master(stand: Any) -> None:
    delta = stand("delta-sm15k").twin
    delta.execute("SOURce:VOLtage 52")
    assert delta.execute("SOURce:VOLtage?") == "0.0000"
    assert delta.execute("SYSTem:ERRor?") == '-221,"Settings conflict"'
    assert delta.execute("SYSTem:ERRor?") == "0,None"
    delta.execute("SYSTem:REMote:CV Remote")
    assert delta.execute("SYSTem:REMote:CV?") == "Ethernet"
    delta.execute("sour:vol 52")
    assert delta.execute("SOUR:VOL?") == "52.0000"


def test_delta_takes_one_command_in_a_line(stand: Any) -> None:
    delta = stand("delta-sm15k").twin
    assert delta.execute("OUTPut?;OUTPut?") is None
    assert delta.execute("*OPC?") is None
    assert delta.execute("OUTPut?") == "0"


def test_delta_does_not_know_names_of_four_letters(stand: Any) -> None:
    delta = stand("delta-sm15k").twin
    assert delta.execute("SOUR:VOLT?") is None
    assert delta.execute("SYSTem:ERRor?") == '-113,"Undefined header"'


def test_only_a_valid_command_feeds_the_watchdog_of_delta(stand: Any) -> None:
    bench = stand("delta-sm15k")
    delta = bench.twin
    delta.execute("OUTPut ON")
    delta.execute(f"{WATCHDOG} SET,1000")
    bench.timeline.run(0.6)
    delta.execute("OUTPut?")
    bench.timeline.run(0.6)
    assert bench.world.output
    delta.execute("NONSENSE")
    delta.execute("OUTPut?;OUTPut?")
    bench.timeline.run(0.6)
    assert not bench.world.output
    assert delta.execute(f"{WATCHDOG}?") == "0"
    assert delta.execute(f"{WATCHDOG}?") == "-1"


def test_delta_tells_how_long_its_watchdog_would_have_waited(stand: Any) -> None:
    bench = stand("delta-sm15k")
    assert bench.twin.execute(f"{WATCHDOG}?") == "-1"
    bench.twin.execute("SYST:COM:WAT set,1000")
    bench.timeline.run(0.177)
    assert bench.twin.execute(f"{WATCHDOG}?") == "823"
    assert bench.twin.execute(f"{WATCHDOG} set?") == "1000"
    bench.twin.execute(f"{WATCHDOG} STOP")
    assert bench.twin.execute(f"{WATCHDOG}?") == "-1"


def test_the_watchdog_of_delta_can_be_tried(stand: Any) -> None:
    bench = stand("delta-sm15k")
    bench.twin.execute("OUTPut ON")
    bench.twin.execute(f"{WATCHDOG} TEST")
    bench.timeline.run(0.002)
    assert bench.world.output
    bench.timeline.run(0.001)
    assert not bench.world.output
    bench.twin.execute("OUTPut ON")
    assert bench.world.output


@pytest.mark.parametrize("text", ["SET,19", "SET,10001", "SET,1.5", "SET", "BARK"])
def test_delta_refuses_times_that_it_cannot_wait(stand: Any, text: str) -> None:
    delta = stand("delta-sm15k").twin
    delta.execute(f"{WATCHDOG} {text}")
    assert delta.execute("SYSTem:ERRor?") != "0,None"
    assert delta.execute(f"{WATCHDOG}?") == "-1"
