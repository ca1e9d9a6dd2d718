"""bmshil emulate: play the batteries to whatever is on the bus, until stopped."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from bmshil.cli.hazard import HAZARD_HELP, hazards
from bmshil.cli.sunspec import SUNSPEC_HELP, sunspec_address, sunspec_served
from bmshil.cli.values import amperes, fraction, seconds
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable
    from pathlib import Path

    from bmshil.bench import House
    from bmshil.bms import FaultPlan
    from bmshil.cli.snapshot import Observer, Values
    from bmshil.rig import Rig

REFRESH = 0.5
"""Distance of two snapshots, s."""

LAST_FRAMES = 0.5
"""How long to wait for the confirmation of the last frames, s."""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("rig", help="rig file, or its name in rigs/")
    parser.add_argument("--dut", metavar="PROFILE", help="profile of the device, instead of the rig file's")
    parser.add_argument(
        "--duration", metavar="S", help="stop after this time: 90, 90s, 2min (default: never)"
    )
    parser.add_argument(
        "--fault",
        metavar="TEXT",
        action="append",
        default=[],
        help='what one pack does wrong, e.g. "pack2.override cvl=55.2 @10s for 20s"; may be repeated',
    )
    parser.add_argument("--soc", metavar="SOC", help="state of charge to start with: 0.6 or 60%%")
    parser.add_argument(
        "--current", metavar="A", help="current that flows into the bank (default: 0; a twin makes its own)"
    )
    parser.add_argument(
        "--trace", metavar="FILE", help="write all frames to a new file: .blf, .log (candump) or .asc"
    )
    parser.add_argument("--sunspec", metavar="[HOST:]PORT", help=SUNSPEC_HELP)
    parser.add_argument("--allow-hazard", action="store_true", help=HAZARD_HELP)
    parser.add_argument("--json", action="store_true", help="print one JSON document at the end")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Check everything that was written, then open the rig and play."""
    duration = None if options.duration is None else seconds("--duration", options.duration)
    soc = None if options.soc is None else fraction("--soc", options.soc)
    current = None if options.current is None else amperes("--current", options.current)
    sunspec = None if options.sunspec is None else sunspec_address(options.sunspec)
    from bmshil.rig import load

    rig = load(options.rig, dut=options.dut)
    if current is not None and rig.twin_device and not rig.served:
        raise InputError(f"--current {options.current}: the inverter of {rig.name} makes the current itself")
    from bmshil.bms import parse_fault

    faults = [parse_fault(text, len(rig.modules)) for text in options.fault]
    trace = None
    if options.trace is not None:
        from bmshil.cli.trace_file import check_trace

        trace = check_trace(options.trace)
        if not rig.can:
            raise InputError(f"--trace {options.trace}: it takes CAN frames, and {rig.name} has no CAN bus")
    from bmshil.bench import open_emulator

    with open_emulator(
        rig, purpose="emulate", current=current or 0.0, allow_hazard=options.allow_hazard
    ) as house:
        document = _play(
            house,
            duration=duration,
            soc=soc,
            faults=faults,
            trace=trace,
            sunspec=sunspec,
            json_document=options.json,
        )
    if options.json:
        print(json.dumps(document, indent=2))
    else:
        print(_summary(document), end="")
    return 0


def _play(
    house: House,
    *,
    duration: float | None,
    soc: float | None,
    faults: list[FaultPlan],
    trace: Path | None,
    sunspec: tuple[str, int] | None,
    json_document: bool,
) -> Values:
    """Play until the time is over or somebody stops it; returns what is said at the end."""
    from bmshil.cli.line_snapshot import observer as look_at
    from bmshil.cli.punctuality import begin_counting, lateness_figures
    from bmshil.cli.screens import choose_screen
    from bmshil.cli.trace_file import TraceFile

    timeline = house.timeline
    observer = look_at(house)
    if soc is not None:
        start = soc
        timeline.call(lambda: house.packs.reset(start, house.rig.bank.temperature))
    with ExitStack() as stack:
        file = stack.enter_context(TraceFile(trace, house.ports["emulator"], timeline)) if trace else None
        served = stack.enter_context(sunspec_served(house, sunspec))
        if not json_document:
            print(_heading(house.rig, served), flush=True)
        screen = stack.enter_context(closing(choose_screen(json_document=json_document, line=_line)))
        begin_counting(timeline)
        begin = timeline.seconds
        house.bank.start()
        for plan in faults:
            house.bank.faults.schedule(plan)

        def refresh() -> None:
            screen.show(observer.look())
            if file is not None:
                file.write()

        stopped_by = _until_stopped(house, None if duration is None else begin + duration, refresh)
        return {
            **_identity(house.rig),
            "duration": round(timeline.seconds - begin, 3),
            "stopped_by": stopped_by,
            **_end(house, observer),
            "lateness": lateness_figures(timeline, house.bank.skipped),
            "faults": [
                {"time": round(event.t - begin, 3), **event.data}
                for event in house.journal.events(begin, timeline.seconds, "fault")
            ],
            "hazards": hazards(house),
            "trace": None if trace is None else str(trace),
            "sunspec": served,
        }


def _until_stopped(house: House, end: float | None, refresh: Callable[[], None]) -> str:
    from bmshil.cli.adapter_watch import AdapterWatch

    watch = AdapterWatch(house)
    try:
        while True:
            left = REFRESH if end is None else min(REFRESH, end - house.timeline.seconds)
            if left <= 0:
                return "duration"
            house.timeline.until(watch.failed, left)
            watch.check()
            refresh()
    except KeyboardInterrupt:
        return "interrupt"


def _end(house: House, observer: Observer) -> Values:
    """Fall silent, wait for the last confirmation, and look for the last time."""
    values = observer.look()
    house.bank.stop()
    port = house.ports.get("emulator")
    if port is not None and port.confirms:
        house.timeline.until(lambda: port.health.confirmed >= port.health.sent, LAST_FRAMES)
    bus = observer.bus()
    bus["frames"]["skipped"] = house.bank.skipped
    return {"packs": values["packs"], **bus}


def _identity(rig: Rig) -> Values:
    from bmshil.rig import waivers

    interface, channel = _door(rig)
    return {
        "rig": rig.name,
        "file": str(rig.path),
        "dut": rig.profile.name,
        "dialect": rig.dialect.name,
        "id_scheme": rig.ids.scheme.name,
        "interface": interface,
        "channel": channel,
        "instruments_untouched": sorted(rig.instruments),
        "waivers": list(waivers(rig)),
    }


def _heading(rig: Rig, sunspec: str | None) -> str:
    from bmshil.rig import waivers

    interface, channel = _door(rig)
    speaks = rig.serial["emulator"].dialect if not rig.can else f"{rig.dialect.name} ({rig.ids.scheme.name})"
    count = len(rig.modules)
    heading = (
        f"{rig.name}: {count} pack{'s' if count > 1 else ''} in {speaks} "
        f"on {interface} {channel}; Ctrl-C ends it"
    )
    if rig.instruments:
        heading += f"\nthe instruments of this rig are not touched: {', '.join(rig.instruments)}"
    if sunspec is not None:
        heading += f"\nSunSpec 802 and 803 over Modbus TCP at {sunspec}, unit 1"
    return "\n".join([heading, *waivers(rig)])


def _door(rig: Rig) -> tuple[str, str]:
    """Where the bank speaks: interface and channel."""
    if "emulator" in rig.can:
        emulator = rig.can["emulator"]
        return emulator.interface, emulator.channel
    return "serial", rig.serial["emulator"].device


def _line(values: Values) -> str:
    from bmshil.cli.words import bus_lines

    packs = values["packs"]
    on_air = sum(pack["on_air"] for pack in packs)
    inverter, bus = bus_lines(values)
    faults = [f"pack{pack['pack']}.{fault}" for pack in packs for fault in pack["faults"]]
    return "; ".join(
        [f"{bus}; {on_air} of {len(packs)} packs on air", inverter]
        + ([f"faults on: {', '.join(faults)}"] if faults else [])
        + ([f"the adapter refuses: {values['adapter']}"] if values["adapter"] else [])
    )


def _summary(document: Values) -> str:
    from bmshil.cli.punctuality import lateness_line
    from bmshil.cli.words import sent_words

    frames = document["frames"]
    played = (
        f"played {document['duration']:.1f} s: {sent_words(frames)}, {frames['received']} received, "
        f"{document['bus_errors']} bus errors"
    )
    lines = [played, lateness_line(document["lateness"])]
    if document["trace"]:
        lines.append(f"trace: {document['trace']}")
    return "\n".join(lines) + "\n"
