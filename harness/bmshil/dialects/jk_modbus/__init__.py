"""JK PB over Modbus RTU: its register map, and the long frame that a write can call for."""

from bmshil.dialects.jk_modbus.blocks import blocks, read_data, read_settings
from bmshil.dialects.jk_modbus.trigger import TRIGGERS, Kind, ask, decode, encode

__all__ = ["TRIGGERS", "Kind", "ask", "blocks", "decode", "encode", "read_data", "read_settings"]
