"""The SunSpec models of the device: 1 (who it is) and 103 (a three-phase inverter).

The twin has no AC voltages of its own: 230 V and 50 Hz stand for them while the device is up. What flows on
its AC side is what its battery takes or gives, as if there were neither losses nor PV. W is positive out of
the device, as in all inverter models.

Source: SunSpec information models 1 and 103 (sunspec/models, 2026-04-22).
"""

from collections.abc import Mapping
from struct import pack

BASE = 40_000
_END = 0xFFFF
_UNKNOWN, _UNKNOWN_SIGNED = 0xFFFF, 0x8000
_VOLTS, _HERTZ, _PHASES = 230.0, 50.0, 3
_STARTING, _MPPT, _FAULT, _STANDBY = 3, 4, 7, 8
_STATES = {0: 1, 1: _STARTING, 2: _STANDBY, 3: _MPPT, 4: _FAULT, 5: _STARTING}
"""State of the device -> operating state of the model."""

_SCALES = {6: -2, 13: -1, 15: 0, 17: -2, 26: 0, 28: -2, 30: -2, 32: 0, 37: 0}
"""Register of model 103 -> its scale factor, a power of ten."""


def registers(shown: Mapping[str, float]) -> dict[int, int]:
    """Return all registers as they are now: address -> word.

    Args:
        shown: what the device shows, by name: voltage, current, state, alarm.
    """
    words = [*_text("SunS", 2), *_common(), *_inverter(shown), _END, 0]
    return dict(enumerate(words, BASE))


def _common() -> list[int]:
    texts = _text("bmshil", 16) + _text("twin inverter", 16) + _text("", 8) + _text("1.0", 8) + _text("1", 16)
    return [1, 66, *texts, 1, _UNKNOWN_SIGNED]


def _inverter(shown: Mapping[str, float]) -> list[int]:
    body = [_UNKNOWN] * 52
    body[0:2] = 103, 50
    state = round(shown["state"])
    volts, amps = shown["voltage"], shown["current"]
    power = -volts * amps
    phase = abs(power) / _PHASES / _VOLTS
    live = state not in {0, 1}
    body[2] = _unsigned(_PHASES * phase, 0.01)
    body[3:6] = [_unsigned(phase, 0.01)] * _PHASES
    body[10:13] = [_unsigned(_VOLTS, 0.1) if live else 0] * _PHASES
    body[14] = _signed(power)
    body[16] = _unsigned(_HERTZ, 0.01) if live else 0
    for place in (18, 19, 20, 21, 22, 23, 33, 34, 35, 36):
        body[place] = _UNKNOWN_SIGNED
    body[24:26] = 0, 0  # lifetime energy: a counter without a value reads 0
    body[27] = _unsigned(abs(amps), 0.01)
    body[29] = _unsigned(volts, 0.01)
    body[31] = _signed(volts * -amps)
    body[38:40] = _STATES[state], state
    body[40:44] = [0] * 4
    alarms = round(shown["alarm"]) & 0xFFFFFFFF
    body[44:46] = alarms >> 16, alarms & 0xFFFF  # EvtVnd1: the device's own bits
    body[46:52] = [0] * 6
    for place, exponent in _SCALES.items():
        body[place] = exponent & 0xFFFF
    return body


def _unsigned(value: float, scale: float) -> int:
    return max(0, min(0xFFFE, round(value / scale)))


def _signed(value: float) -> int:
    return max(-0x7FFF, min(0x7FFF, round(value))) & 0xFFFF


def _text(text: str, size: int) -> list[int]:
    data = pack(f"{2 * size}s", text.encode("ascii"))
    return [data[place] << 8 | data[place + 1] for place in range(0, len(data), 2)]
