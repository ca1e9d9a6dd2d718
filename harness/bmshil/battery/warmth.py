"""What temperature does to a pack, and what a pack does to its temperature."""

import math
from typing import Final

_COLD: Final = math.log(2.0) / 25.0
_WARM: Final = math.log(1.25) / 15.0


def resistance_factor(temperature: float) -> float:
    """Return the resistance at a temperature relative to 25 degC.

    Twice at 0 degC, 0.8 times at 40 degC, exponential between these points and beyond them.

    Args:
        temperature: degC.

    Source: engineering defaults after public cell data; no maker publishes module values.
    """
    rate = _COLD if temperature < 25.0 else _WARM
    return math.exp((25.0 - temperature) * rate)


def temperature_after(
    start: float, ambient: float, power: float, seconds: float, *, heat_capacity: float, heat_loss: float
) -> float:
    """Return the temperature of a body that is heated evenly and loses heat to its surroundings.

    Exact for any span, because the power is constant over it.

    Args:
        start: degC.
        ambient: degC.
        power: heat, W.
        seconds: span, s.
        heat_capacity: J/K.
        heat_loss: W/K, > 0.
    """
    final = ambient + power / heat_loss
    return final + (start - final) * math.exp(-seconds * heat_loss / heat_capacity)
