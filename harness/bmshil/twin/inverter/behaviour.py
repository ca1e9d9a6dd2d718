"""How a device behaves: the two halves of its profile and the mutations, merged and checked."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from bmshil.errors import InputError
from bmshil.twin.inverter import believing, forcing, manners, policies, switches
from bmshil.twin.inverter.identifiers import SCHEMES
from bmshil.twin.inverter.policies import named
from bmshil.twin.inverter.polling.settings import DEFAULTS as POLLING
from bmshil.twin.inverter.polling.settings import Polling, read_polling
from bmshil.twin.inverter.reactions import REACT, React, Targets, own_values
from bmshil.twin.inverter.read_sets import DIALECTS, ReadSet

VOLTAGE_SOC = "voltage_soc"
"""Most Deye, Growatt and Solis go back to it (field article on master and slave BMS)."""

CAUSES = ("all", "limits", "state", "measured", "requests", "pack")
"""What can fall silent: everything, one message of all packs, or one pack of a fixed number."""

DEFAULTS: Mapping[str, Any] = {
    # Declared by a data sheet, and kept to unless `behaves` says otherwise.
    "dialect": "pylontech-lv-1.2",
    "id_scheme": "+0x100",
    "batteries": "several",
    "aggregation": {
        "cvl": "minimum",
        "ccl": "sum",
        "dcl": "sum",
        "soc": "capacity_weighted",
        "alarms": "any",
    },
    "module_count": "dynamic",
    "count": 0,
    "rating": {"charge_current": 120.0, "discharge_current": 120.0, "power": 6000.0, "voltage": [41.0, 63.0]},
    "timeouts": {
        "all": 60.0,
        "limits": 60.0,
        "state": 60.0,
        "measured": None,
        "requests": None,
        "pack": 10.0,
    },
    "on_timeout": "stop",
    "tick": 0.5,
    "ramp": 40.0,
    "boot": 5.0,
    "recovery": {"mode": "auto", "communication": 5.0, "power": 15.0, "delay": 5.0},
    "serial": POLLING,
    # `empty` and `full` are the voltages that it takes for a SOC of 0 and of 1, with a straight line between.
    "fallback": {
        "cvl": 54.4,
        "dvl": 48.0,
        "charge_current": 30.0,
        "discharge_current": 30.0,
        "empty": 48.8,
        "full": 57.6,
    },
    # Not on any data sheet.
    "lag": 1.0,
    "filter": 0.0,
    "bandwidth": 30.0,
    "ignored_packs": [],
    "zero": {"charge": "obey", "discharge": "obey", "cvl": "reject"},
    **believing.DEFAULTS,
    **forcing.DEFAULTS,
    **manners.DEFAULTS,
    "cvl_policy": "strict",
    "cvl_value": 0.0,
    "repeats": "ignore",
    "resume": "auto",
    "user_limit": None,
    "enables": "obey",
    "alarm_stops": "affected",
    "dcl_valid": "always",
    "export": False,
    "bus_off": "returns",
    "acknowledges": True,
    "before_batteries": "wait",
    "bitrate": None,
    "dlc_required": None,
    "writes": "authorised",
    "access_code": 4711,
}


def merged(behaves: Mapping[str, Any], *patches: Mapping[str, Any]) -> dict[str, Any]:
    """Complete what a device does: defaults, then its profile, then mutations.

    Args:
        behaves: what the profile declares, with its deviations laid over it. Keys that the twin does not
            know are left out: they concern the harness.
        patches: dotted path -> value, as in the `set` of a mutation.

    Raises:
        InputError: the path of a patch means nothing to the twin.
    """
    behaviour = deepcopy(dict(DEFAULTS))
    _overlay(behaviour, behaves, None)
    for patch in patches:
        for path, value in patch.items():
            tree = value
            for key in reversed(path.split(".")):
                tree = {key: tree}
            _overlay(behaviour, tree, "set")
    return behaviour


def check_deviations(deviations: Mapping[str, Any]) -> None:
    """Check the `behaves` half of a profile, which only the twin reads.

    Raises:
        InputError: a key means nothing to the twin, or a word names no behaviour.
    """
    behaviour = deepcopy(dict(DEFAULTS))
    _overlay(behaviour, deviations, "behaves")
    Behaviour.read(behaviour)


def _overlay(base: dict[str, Any], changes: Mapping[str, Any], where: str | None) -> None:
    """Lay changes over a tree; keys that it does not have are refused, or left out without a `where`."""
    for key, value in changes.items():
        if key in base and isinstance(base[key], dict) and isinstance(value, Mapping):
            _overlay(base[key], value, where and f"{where}.{key}")
        elif key in base:
            base[key] = deepcopy(value)
        elif where is not None:
            known = ", ".join(base)
            raise InputError(f"{where}.{key} means nothing to the twin's inverter: take one of {known}")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A merged profile, with its words turned into functions. Seconds, volts, amperes, watts.

    Attributes:
        packs: how many packs its menu knows; 1 when it claims a single battery.
        count: how many packs must be there, or 0 when it takes them as they come.
        ignored: packs that it counts, and whose values it overlooks.
        timeouts: longest silence by what falls silent, see CAUSES; absent when not watched.
        reactions: what it does, by what fell silent.
        recovers: whether it comes back by itself.
        recomputes: whether it works its charge voltage out of the cells of 15-cell batteries.
        user_limit: a charge current in the menu that binds whatever the battery says, or None.
        stays_stopped: whether a limit of 0 A once seen keeps it stopped, until grid, PV and load go away.
        sees_enables: whether it looks at 0x35C.
        alarm_stops_all: whether any alarm stops it altogether, instead of the direction that it concerns.
        bandwidth: of its voltage regulator, rad/s.
        filter: time constant with which it follows limits, s.
        dcl_valid: when the DCL binds it.
        export: whether it discharges into the grid to come down to the CVL.
        returns: whether its CAN controller comes back from bus-off by itself.
        acknowledges: whether it takes part in the traffic; otherwise it only listens.
        dlc_required: bytes that a frame must have to be heard.
        bitrate: of its CAN controller, bit/s; None for that of the bus.
        starts_alone: whether it works with values of its own until it has heard a battery.
        guesses: what must fall silent for the device to go on by voltage, and to guess its SOC from it.
        empty, full: voltages that it takes for a SOC of 0 and of 1.
        polling: how it asks its batteries on RS485; None for a device on CAN.
        writes_open: whether anybody may clear alarms and force a charge over Modbus.
        access_code: who has written it may do so.
        believes: what it takes for possible, and what it makes of the rest.
        forces: when it charges although the limits alone would not make it.
    """

    dialect: ReadSet
    dialect_name: str
    id_scheme: str
    several: bool
    count: int
    ignored: frozenset[int]
    cvl: policies.Combine
    ccl: policies.Combine
    dcl: policies.Combine
    soc: policies.Weigh
    alarms: policies.Collect
    zero_charge: policies.Zero
    zero_discharge: policies.Zero
    shift: policies.Shift
    shift_value: float
    recomputes: bool
    repeat: policies.Repeat
    rating: Targets
    power: float
    ramp: float
    bandwidth: float
    timeouts: Mapping[str, float]
    reactions: Mapping[str, React]
    recovers: bool
    recovery_delay: float
    tick: float
    lag: float
    filter: float
    boot: float
    keepalive_id: int
    keepalive_extended: bool
    keepalive_data: bytes
    keepalive_period: float
    keepalive_trigger: str
    user_limit: float | None
    stays_stopped: bool
    sees_enables: bool
    alarm_stops_all: bool
    dcl_valid: policies.Valid
    export: bool
    returns: bool
    acknowledges: bool
    bitrate: int | None
    dlc_required: int
    starts_alone: bool
    guesses: frozenset[str]
    empty: float
    full: float
    polling: Polling | None
    writes_open: bool
    access_code: int
    believes: believing.Believing
    forces: forcing.ForceRules
    manners: manners.MannerRules

    @classmethod
    def read(cls, tree: Mapping[str, Any]) -> "Behaviour":
        """Read a merged tree, as `merged` returns it.

        Raises:
            InputError: a word that names no behaviour.
        """
        together, rating, alive = tree["aggregation"], tree["rating"], tree["keepalive"]
        lowest, highest = rating["voltage"]
        loss = tree["on_timeout"]
        by_cause = loss if isinstance(loss, Mapping) else dict.fromkeys(CAUSES, loss)
        fallback = tree["fallback"] or DEFAULTS["fallback"]
        react = {**REACT, VOLTAGE_SOC: own_values(fallback)}
        fixed = named(switches.FIXED, tree["module_count"], "module_count")
        return cls(
            dialect=named(DIALECTS, tree["dialect"], "dialect"),
            dialect_name=tree["dialect"],
            id_scheme=named(SCHEMES, tree["id_scheme"], "id_scheme").name,
            several=named(switches.SEVERAL, tree["batteries"], "batteries"),
            count=int(tree["count"]) if fixed else 0,
            ignored=frozenset(tree["ignored_packs"]),
            cvl=named(policies.COMBINE, together["cvl"], "aggregation.cvl"),
            ccl=named(policies.COMBINE, together["ccl"], "aggregation.ccl"),
            dcl=named(policies.COMBINE, together["dcl"], "aggregation.dcl"),
            soc=named(policies.WEIGH, together["soc"], "aggregation.soc"),
            alarms=named(policies.COLLECT, together["alarms"], "aggregation.alarms"),
            zero_charge=named(policies.ZERO, tree["zero"]["charge"], "zero.charge"),
            zero_discharge=named(policies.ZERO, tree["zero"]["discharge"], "zero.discharge"),
            shift=named(policies.SHIFT, tree["cvl_policy"], "cvl_policy"),
            shift_value=float(tree["cvl_value"]),
            recomputes=tree["cvl_policy"] == policies.RECOMPUTED,
            repeat=named(policies.REPEAT, tree["repeats"], "repeats"),
            rating=Targets(
                float(highest),
                float(lowest),
                float(rating["charge_current"]),
                float(rating["discharge_current"]),
            ),
            power=float(rating["power"]),
            ramp=float(tree["ramp"]),
            bandwidth=float(tree["bandwidth"]),
            timeouts={key: float(value) for key, value in tree["timeouts"].items() if value is not None},
            reactions={key: named(react, by_cause.get(key, "stop"), f"on_timeout.{key}") for key in CAUSES},
            recovers=named(switches.RECOVERS, tree["recovery"]["mode"], "recovery.mode"),
            recovery_delay=float(tree["recovery"]["delay"]),
            tick=float(tree["tick"]),
            lag=float(tree["lag"]),
            filter=float(tree["filter"]),
            boot=float(tree["boot"]),
            keepalive_id=int(alive["id"]),
            keepalive_extended=bool(alive["extended"]),
            keepalive_data=bytes.fromhex(alive["data"]),
            keepalive_period=float(alive["period"]),
            keepalive_trigger=named(switches.TRIGGERS, alive["trigger"], "keepalive.trigger"),
            user_limit=None if tree["user_limit"] is None else float(tree["user_limit"]),
            stays_stopped=named(switches.STAYS_STOPPED, tree["resume"], "resume"),
            sees_enables=named(switches.SEES_ENABLES, tree["enables"], "enables"),
            alarm_stops_all=named(switches.ALARM_STOPS, tree["alarm_stops"], "alarm_stops"),
            dcl_valid=named(policies.VALID, tree["dcl_valid"], "dcl_valid"),
            export=bool(tree["export"]),
            returns=named(switches.RETURNS, tree["bus_off"], "bus_off"),
            acknowledges=bool(tree["acknowledges"]),
            bitrate=None if tree["bitrate"] is None else int(tree["bitrate"]),
            dlc_required=int(tree["dlc_required"] or 0),
            starts_alone=named(switches.STARTS_ALONE, tree["before_batteries"], "before_batteries"),
            guesses=frozenset(key for key in CAUSES if by_cause.get(key) == VOLTAGE_SOC),
            empty=float(fallback["empty"]),
            full=float(fallback["full"]),
            polling=read_polling(tree["serial"]),
            writes_open=named(switches.OPEN, tree["writes"], "writes"),
            access_code=int(tree["access_code"]),
            believes=believing.read_believing(tree, (float(lowest), float(highest))),
            forces=forcing.read_forcing(tree),
            manners=manners.read_manners(tree),
        )
