"""What a device takes for possible, and what it makes of values that are odd, wrong or of another dialect.

The bad ones are what owners have seen; each word names where. A good device takes each value for itself, and
lets a message with an impossible value in it lower a limit, never raise one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bmshil.twin.inverter.frames import HIGH_VOLTAGE, INTERNAL, LOW_VOLTAGE, WARNING_SHIFT, Limits, Measured
from bmshil.twin.inverter.policies import named
from bmshil.twin.inverter.reactions import Targets
from bmshil.twin.inverter.sunny_island import read_soc as read_fine_soc

Range = tuple[float, float]
Outside = Callable[[float, float, Range], float]
"""(value outside its range, last good one, range) -> value that is used."""
Odd = Callable[[Limits, Limits, Limits], Limits]
"""(limits as said, value by value after the range check, last good ones) -> limits that are used."""
Negative = Callable[[float, float], float]
"""(DCL below zero, last good one) -> DCL that is looked at, A."""

_ENDLESS = float("inf")
_FAR = 3.0  # V between two measurements of one battery that cannot both be right

DEFAULTS: Mapping[str, Any] = {
    "values": {"cvl": None, "ccl": None, "dcl": None, "soc": None, "outside": "reject", "frozen": None},
    "soc_policy": "reported",
    # Not on any data sheet.
    "believes": {
        "odd": "careful",
        "negative": "absolute",
        "soc_above": "clamp",
        "soc_full": "ignore",
        "soc_empty": "ignore",
        "soc_low": "cvl",
        "shortest_limits": 6,
        "alarms": "document",
        "leave": "document",
        "modules": "display",
        "capacity": "display",
        "cold": "ignore",
        "maker": "",
        "missing_requests": "limits",
        "enable_hold": 0.0,
        "voltage": "own",
        "voltage_factor": 1.0,
        "force_margin": 0.02,
    },
}

OUTSIDE: Mapping[str, Outside] = {
    "reject": lambda _, last, __: last,
    "clamp": lambda value, _, limits: min(max(value, limits[0]), limits[1]),
    "accept": lambda value, _, __: value,
}


def _careful(said: Limits, taken: Limits, last: Limits) -> Limits:
    if said.cvl == taken.cvl:
        return taken
    return taken._replace(ccl=min(taken.ccl, last.ccl), dcl=min(taken.dcl, last.dcl))


ODD: Mapping[str, Odd] = {
    "careful": _careful,
    "apart": lambda _, taken, __: taken,
    # A Deye told "0.1 V, 0.1 A" keeps the last current and charges on (stuartpittaway/diyBMSv4ESP32#216).
    "keep_last": lambda _, __, last: last,
    "stop": lambda _, __, last: last._replace(ccl=0.0, dcl=0.0),
    # W31 of a Deye that stays until somebody switches it off and on.
    "latch": lambda _, __, last: last._replace(ccl=0.0, dcl=0.0),
}

NEGATIVE: Mapping[str, Negative] = {
    "absolute": lambda dcl, _: -dcl,
    "reject": lambda dcl, _: dcl,
    # The limit is not renewed, all others are (stuartpittaway/diyBMSv4ESP32#87).
    "keep_last": lambda _, last: last,
}


def _exchanged(word: int) -> int:
    both = HIGH_VOLTAGE | LOW_VOLTAGE
    pairs = both | both << WARNING_SHIFT
    high = word & (HIGH_VOLTAGE | HIGH_VOLTAGE << WARNING_SHIFT)
    low = word & (LOW_VOLTAGE | LOW_VOLTAGE << WARNING_SHIFT)
    return word & ~pairs | high << 1 | low >> 1


ALARMS: Mapping[str, Callable[[int], int]] = {
    "document": lambda word: word,
    # Looks for a system error at 0x80 of byte 1, where some senders put it, and not at 0x08 (ArminJo).
    "internal_elsewhere": lambda word: word & ~(INTERNAL | INTERNAL << WARNING_SHIFT),
    # Under-voltage at the top of the charge, as an owner saw (stuartpittaway/diyBMSv4ESP32#209).
    "high_low_exchanged": _exchanged,
}

LEAVE: Mapping[str, Callable[[int, int], int]] = {
    "document": lambda now, _: now,
    "never": lambda now, before: now | before,
}
"""(alarms after a message with two bits each, before it) -> alarms that stand."""

CHARGE_BY_MODULES: Mapping[str, Callable[[float, int], float]] = {
    "display": lambda ccl, _: ccl,
    # Half of 74 Ah for each module that it counts (stuartpittaway/diyBMSv4ESP32, comments in the source).
    "sets_current": lambda ccl, modules: 37.0 * modules if modules > 1 else ccl,
}

CHARGE_BY_CAPACITY: Mapping[str, Callable[[float, float], float]] = {
    "display": lambda ccl, _: ccl,
    "caps_current": lambda ccl, capacity: min(ccl, capacity / 2),
}

_FINE = {"reported": False, "high_resolution": True, "own": False}
_OWN = {"reported": False, "high_resolution": False, "own": True}
_STOPS = {"ignore": "", "stop": "stop", "shut_down": "latch"}
_LOW = {"cvl": False, "beyond": True}
_COLD = {"ignore": False, "blocks_charge": True}
_MISSING = {"limits": False, "forbids": True}
_VOLTAGE = {"own": "", "reported": "reported", "checked": "checked", "stops": "stops"}


@dataclass(frozen=True, slots=True)
class Believing:
    """What a device believes.

    Attributes:
        cvl, ccl, dcl, soc: what it takes for possible, V, A, A, 0..1.
        outside: what it does with limits beyond that.
        soc_outside: what it does with a SOC beyond that.
        odd: what it does with a message of limits in which something is impossible.
        latches: whether it stays stopped after such a message.
        zero_cvl: reject, stop or obey a CVL of 0 V.
        negative: what it makes of a DCL below zero.
        fine_soc: whether it goes by the finer SOC in bytes 4 and 5 of 0x355.
        own_soc: whether it shows a SOC of its own.
        soc_full: "stop" when it charges no more at a SOC of 1, whatever the limits say.
        soc_empty: "stop" when it discharges no more at a SOC of 0, "latch" when it shuts down.
        soc_low: whether it charges beyond the CVL as long as the SOC is low.
        shortest_limits: bytes that a message of limits must have, or it is overlooked.
        alarms: what it takes for which condition.
        leave: how an alarm of two bits goes away.
        modules, capacity: what it makes of the CCL and the number of modules, or the capacity in Ah.
        cold: whether it blocks the charge at 0 degC and below by itself.
        maker: how the name in 0x35E must begin.
        missing_requests: whether it forbids all while enable bits are missing.
        enable_hold: how long it stays stopped after charging was not enabled, s.
        voltage: "" when it regulates on its own measurement; "reported" on that of the battery, "checked"
            only where both are close; "stops" when they are not.
        voltage_factor: how many times too large it reads the voltage in 0x356.
    """

    cvl: Range
    ccl: Range
    dcl: Range
    soc: Range
    outside: Outside
    soc_outside: Outside
    odd: Odd
    latches: bool
    zero_cvl: str
    negative: Negative
    fine_soc: bool
    own_soc: bool
    soc_full: str
    soc_empty: str
    soc_low: bool
    shortest_limits: int
    alarms: Callable[[int], int]
    leave: Callable[[int, int], int]
    modules: Callable[[float, int], float]
    capacity: Callable[[float, float], float]
    cold: bool
    maker: bytes
    missing_requests: bool
    enable_hold: float
    voltage: str
    voltage_factor: float

    def take_limits(self, said: Limits, last: Limits | None) -> Limits | None:
        """Return the limits that are used; None when none are good enough to begin with."""
        low, high = self.cvl
        if last is None:
            # Nothing to fall back on: it waits for a whole good message.
            good = low <= said.cvl <= high and said.ccl >= 0 and said.dcl >= 0
            return said if good else None
        if said.cvl == 0.0 and self.zero_cvl == "obey":
            return said
        if said.cvl == 0.0 and self.zero_cvl == "stop":
            return said._replace(cvl=last.cvl, ccl=0.0)
        dcl = self.negative(said.dcl, last.dcl) if said.dcl < 0 else said.dcl
        taken = said._replace(
            cvl=last.cvl if said.cvl == 0.0 else self._checked(said.cvl, last.cvl, self.cvl),
            ccl=self._checked(said.ccl, last.ccl, self.ccl),
            dcl=self._checked(dcl, last.dcl, self.dcl),
        )
        if taken == said._replace(dcl=dcl):
            return taken
        return self.odd(said, taken, last)

    def is_odd(self, said: Limits) -> bool:
        """Whether something in a message of limits is impossible."""
        ranges = zip((said.cvl, said.ccl, abs(said.dcl)), (self.cvl, self.ccl, self.dcl), strict=True)
        return not all(low <= value <= high for value, (low, high) in ranges)

    def _checked(self, value: float, last: float, limits: Range) -> float:
        return value if limits[0] <= value <= limits[1] else self.outside(value, last, limits)

    def take_soc(self, soc: float, last: float | None) -> float | None:
        """Return the SOC that is used; None when there is none yet."""
        low, high = self.soc
        if low <= soc <= high:
            return soc
        used = self.soc_outside(soc, -1.0 if last is None else last, self.soc)
        return None if used < 0 else used

    def regulate(self, targets: Targets, own: float, told: Iterable[Measured | None]) -> Targets:
        """Shift what the power stage keeps to, where the battery's own measurement counts.

        Args:
            targets: as the limits want them.
            own: voltage that the device measures, V.
            told: what each pack has measured.
        """
        volts = [one.voltage * self.voltage_factor for one in told if one is not None]
        if not self.voltage or not volts:
            return targets
        off = own - sum(volts) / len(volts)
        if self.voltage == "stops":
            return targets._replace(charge=0.0, discharge=0.0) if abs(off) > _FAR else targets
        if self.voltage == "checked" and abs(off) > _FAR:
            return targets
        return targets._replace(cvl=targets.cvl + off)

    def read_soc(self, data: bytes | bytearray) -> float | None:
        """Read 0x355 as a device that goes by the finer SOC."""
        return read_fine_soc(data)


def read_believing(tree: Mapping[str, Any], voltage: Range) -> Believing:
    """Read what a merged tree says about believing; ``voltage`` is what the device bears, V.

    Raises:
        InputError: a word that names no behaviour.
    """
    values, more, zero = tree["values"], tree["believes"], tree["zero"]
    outside = named(OUTSIDE, values["outside"], "values.outside")
    soc = values["soc"]
    return Believing(
        cvl=_range(values["cvl"], voltage),
        ccl=_range(values["ccl"], (0.0, _ENDLESS)),
        dcl=_range(values["dcl"], (0.0, _ENDLESS)),
        soc=_range(soc, (0.0, 1.0)),
        outside=outside,
        soc_outside=named(OUTSIDE, more["soc_above"], "believes.soc_above") if soc is None else outside,
        odd=named(ODD, more["odd"], "believes.odd"),
        latches=more["odd"] == "latch",
        zero_cvl=named({word: word for word in ("reject", "stop", "obey")}, zero["cvl"], "zero.cvl"),
        negative=named(NEGATIVE, more["negative"], "believes.negative"),
        fine_soc=named(_FINE, tree["soc_policy"], "soc_policy"),
        own_soc=named(_OWN, tree["soc_policy"], "soc_policy"),
        soc_full=named(_STOPS, more["soc_full"], "believes.soc_full"),
        soc_empty=named(_STOPS, more["soc_empty"], "believes.soc_empty"),
        soc_low=named(_LOW, more["soc_low"], "believes.soc_low"),
        shortest_limits=int(more["shortest_limits"]),
        alarms=named(ALARMS, more["alarms"], "believes.alarms"),
        leave=named(LEAVE, more["leave"], "believes.leave"),
        modules=named(CHARGE_BY_MODULES, more["modules"], "believes.modules"),
        capacity=named(CHARGE_BY_CAPACITY, more["capacity"], "believes.capacity"),
        cold=named(_COLD, more["cold"], "believes.cold"),
        maker=str(more["maker"]).encode("ascii"),
        missing_requests=named(_MISSING, more["missing_requests"], "believes.missing_requests"),
        enable_hold=float(more["enable_hold"]),
        voltage=named(_VOLTAGE, more["voltage"], "believes.voltage"),
        voltage_factor=float(more["voltage_factor"]),
    )


def _range(declared: Sequence[float] | None, usual: Range) -> Range:
    return usual if declared is None else (float(declared[0]), float(declared[1]))
