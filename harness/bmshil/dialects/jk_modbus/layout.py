"""The register map of a JK PB as data. Addresses and places count bytes, and a register has two.

Source: Jikong BMS RS485 Modbus V1.1; which byte of a pair comes first: captures of a PB in the tests of
mr-manuel/venus-os_dbus-serialbattery.
"""

from __future__ import annotations

from bmshil.dialects.modbus import Field, Layout

STEP = 2
"""By how much the address grows from one register to the next."""

SETTINGS, DATA, INFO, COMMANDS = 0x1000, 0x1200, 0x1400, 0x1600
"""Where the blocks begin."""

MOST_CELLS = 32
NO_SENSOR = -2000
"""Raw temperature of a sensor that is not there: -200 degC. No document tells; nobody takes it for one."""

SETTINGS_LAYOUT = Layout(
    0x11C,
    # Of one cell, as the app of the maker shows them.
    Field("cell_undervoltage", 0x04, "u32", 0.001),
    Field("cell_overvoltage", 0x0C, "u32", 0.001),
    Field("request_charge", 0x20, "u32", 0.001),
    Field("float", 0x24, "u32", 0.001),
    Field("power_off", 0x28, "u32", 0.001),
    Field("charge_current", 0x2C, "u32", 0.001),
    Field("discharge_current", 0x38, "u32", 0.001),
    Field("cell_count", 0x6C, "u32"),
    Field("charge_enabled", 0x70, "u32"),
    Field("discharge_enabled", 0x74, "u32"),
    Field("capacity", 0x7C, "u32", 0.001),
    Field("device_address", 0x108, "u32"),
)

DATA_LAYOUT = Layout(
    0x126,
    Field("cells", 0x00, "u16", 0.001, count=MOST_CELLS),
    Field("cell_mask", 0x40, "u32"),
    Field("cell_average", 0x44, "u16", 0.001),
    Field("cell_difference", 0x46, "u16", 0.001),
    Field("highest_cell", 0x48, "u8"),  # counted from 0
    Field("lowest_cell", 0x49, "u8"),
    Field("board_temperature", 0x8A, "s16", 0.1, unknown=NO_SENSOR),
    Field("voltage", 0x90, "u32", 0.001),
    Field("power", 0x94, "u32", 0.001),
    Field("current", 0x98, "s32", 0.001),
    Field("temperatures_1_2", 0x9C, "s16", 0.1, count=2, unknown=NO_SENSOR),
    Field("alarms", 0xA0, "u32"),
    Field("soc", 0xA7, "u8", 0.01),
    Field("remaining", 0xA8, "u32", 0.001),
    Field("full", 0xAC, "u32", 0.001),
    Field("cycles", 0xB0, "u32"),
    Field("soh", 0xB8, "u8", 0.01),
    Field("charging", 0xC0, "u8"),
    Field("discharging", 0xC1, "u8"),
    Field("voltage_short", 0xE4, "u16", 0.01),
    Field("temperatures_3_5", 0xF8, "s16", 0.1, count=3, unknown=NO_SENSOR),
)

INFO_LAYOUT = Layout(
    0x108,
    Field("model", 0x00, "text", count=16),
    Field("hardware", 0x10, "text", count=8),
    Field("software", 0x18, "text", count=8),
    Field("uart1_protocol", 0xB2, "u8"),
    Field("uart2_protocol", 0xD4, "u8"),
)
