"""What some loads understand beyond the core; each teaches one thing to a model."""

from collections.abc import Callable

from bmshil.twin.instruments.engine import Instrument, ScpiError, bad_header, number, switch
from bmshil.twin.instruments.headers import spellings
from bmshil.twin.instruments.loads.core import CoreLoad

MICROSECONDS = 1e6
"""A/s for one A/us."""

VF, OC, OP, OT, OV, PS = 1 << 0, 1 << 1, 1 << 3, 1 << 4, 1 << 12, 1 << 13
"""Bits of the status register of the HP 6050A family."""

_CAUSES = {
    "over-current": OC | PS,
    "over-power": OP | PS,
    "over-temperature": OT | PS,
    "over-voltage": OV | VF,
}


def status(load: CoreLoad, pattern: str) -> None:
    """Teach it the question for its status register, as a condition."""

    def register(_: str) -> str:
        tripped = load.device.tripped
        return str(_CAUSES.get(tripped, PS) if tripped else 0)

    load.query(pattern, register)


def slew(load: CoreLoad, unit: float, *, both: bool = True, most: float = 10.0) -> None:
    """Teach it slew rates, in `unit` A/s, up to `most` A/us; the query without a direction tells the rise."""
    header = "[SOURce]:CURRent:SLEW"
    top = most * MICROSECONDS / unit

    def put(*sides: int) -> None:
        def apply(value: float) -> None:
            for side in sides:
                load.device.slew[side] = value * unit

        name = "[:BOTH]" if len(sides) > 1 else (":POSitive", ":NEGative")[sides[0]]
        load.setting(header + name, number(apply, 0.0, top))
        load.query(f"{header}{name}?", lambda _: f"{load.device.slew[sides[0]] / unit:.6f}")

    put(0)
    put(1)
    if both:
        put(0, 1)


def short(load: CoreLoad, pattern: str) -> None:
    """Teach it to make a short circuit."""

    def apply(on: bool) -> None:
        load.device.shorted = on
        load.device.settle()

    load.setting(pattern, switch(apply))
    load.query(f"{pattern}?", lambda _: str(int(load.device.shorted)))


def protection(load: CoreLoad, node: str, name: str, *, switched: bool = True) -> None:
    """Teach it a protection with a level, and a switch unless setting the level arms it.

    Args:
        load: which load.
        node: CURRent or POWer.
        name: of the protection.
        switched: whether it is armed by a switch of its own.
    """
    device = load.device
    header = f"[SOURce]:{node}:PROTection"

    def level(value: float) -> None:
        device.limits[name] = value
        if not switched:
            device.armed.add(name)
        device.settle()

    def arm(on: bool) -> None:
        (device.armed.add if on else device.armed.discard)(name)
        device.settle()

    load.setting(f"{header}[:LEVel]", number(level, 0.0, device.limits[name]))
    load.query(f"{header}[:LEVel]?", lambda _: load.figure(device.limits[name]))
    if switched:
        load.setting(f"{header}:STATe", switch(arm))
        load.query(f"{header}:STATe?", lambda _: str(int(name in device.armed)))


def timer(load: CoreLoad) -> None:
    """Teach it the load-on timer."""
    delays = [10.0]

    def arm(on: bool) -> None:
        load.device.time_on = delays[0] if on else None

    def delay(seconds: float) -> None:
        delays[0] = seconds
        arm(load.device.time_on is not None)

    load.setting("[SOURce]:INPut:TIMer[:STATe]", switch(arm))
    load.query("[SOURce]:INPut:TIMer[:STATe]?", lambda _: str(int(load.device.time_on is not None)))
    load.setting("[SOURce]:INPut:TIMer:DELay", number(delay, 1.0, 60000.0))
    load.query("[SOURce]:INPut:TIMer:DELay?", lambda _: f"{delays[0]:.1f}")


def clearing(load: CoreLoad, pattern: str) -> None:
    """Teach it to clear a protection."""
    load.setting(pattern, lambda _: load.device.clear())


def no_error_queue(load: Instrument) -> None:
    """Take the question for errors away from it."""

    def unknown(_: str) -> str:
        raise bad_header()

    load.query("SYSTem:ERRor[:NEXT]?", unknown)


def remote(load: CoreLoad) -> Callable[[str], None]:
    """Teach it to obey only after `SYST:REM`; returns what refuses a setting before that."""
    taken = [False]
    load.setting("SYSTem:REMote", lambda _: taken.__setitem__(0, True))
    load.setting("SYSTem:LOCal", lambda _: taken.__setitem__(0, False))
    free = {*spellings("SYSTem:REMote"), *spellings("SYSTem:LOCal")}

    def admit(header: str) -> None:
        if not (taken[0] or header in free or header.startswith("*")):
            raise ScpiError(-203, "Command protected")

    return admit
