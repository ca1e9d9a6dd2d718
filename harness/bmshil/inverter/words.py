"""The words that a profile has for behaviours; the twin's inverter has a function for each."""

from enum import StrEnum


class Rule(StrEnum):
    """How the values of several batteries become one."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SUM = "sum"
    N_MINIMUM = "n_minimum"
    """The lowest one times the number of batteries."""
    AVERAGE = "average"
    CAPACITY_WEIGHTED = "capacity_weighted"
    FIRST = "first"
    """Only the first battery counts: also what a device for one battery declares."""
    N_FIRST = "n_first"
    LAST = "last"
    """The battery with the highest number."""
    LATEST = "latest"
    """Whichever battery spoke last."""
    ANY = "any"
    """Alarms alone: one battery is enough."""
    IGNORE = "ignore"
    """Alarms alone: not looked at."""


class Reaction(StrEnum):
    """What a device does when nobody speaks to it any more."""

    STOP = "stop"
    HOLD = "hold"
    """Keep the last limits and go on."""
    DEFAULTS = "defaults"
    """Go back to values of its own; SMA: CVL 54 V, CCL 0 A, DCL 0 A."""
    MAXIMUM = "maximum"
    """Go on at the device's own rating."""
    VOLTAGE_SOC = "voltage_soc"
    """Go on with cautious values of its own, and take the SOC from the voltage; see ``Fallback``."""
    VOLTAGE_MODE = "voltage_mode"
    """Charge and discharge by voltage with its own settings, without the battery's limits."""
