"""bmshil twin: serve the software bench of a rig to other programs, until stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.cli.values import seconds

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.bench.assembly import Served
    from bmshil.rig import Rig

FOREVER = 3600.0
"""How long one wait is when no duration was given, s."""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("rig", help="rig file, or its name in rigs/; all twin")
    parser.add_argument("--dut", metavar="PROFILE", help="profile of the device, instead of the rig file's")
    parser.add_argument(
        "--mutate", metavar="NAME", help="make the device a known bad inverter; see `bmshil mutations`"
    )
    parser.add_argument(
        "--fault",
        metavar="TEXT",
        action="append",
        default=[],
        help='what goes wrong, e.g. "emulator.unplug @10s for 2s" or "meter.stuck @20s"; a wrong word is '
        "answered with those that there are; may be repeated",
    )
    parser.add_argument(
        "--battery",
        action="store_true",
        help="play the bank at the device's DC terminals too, for programs that only speak on the bus",
    )
    parser.add_argument(
        "--duration", metavar="S", help="stop after this time: 90, 90s, 2min (default: never)"
    )
    parser.add_argument(
        "--log", metavar="FILE", type=Path, help="write what is said to the instruments, with its time"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the doors as one JSON document once they are open"
    )
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Check everything that was written, then open the doors and keep them open."""
    duration = None if options.duration is None else seconds("--duration", options.duration)
    from bmshil.rig import load

    rig = load(options.rig, dut=options.dut)
    from bmshil.bench.assembly import check_servable, parse_twin_fault, serve_twin

    check_servable(rig, options.mutate)
    faults = [parse_twin_fault(text, rig) for text in options.fault]

    def tell(text: str) -> None:
        if not options.json:
            print(text, flush=True)

    from bmshil.cli.punctuality import begin_counting

    with serve_twin(
        rig,
        mutation=options.mutate,
        faults=faults,
        battery=options.battery,
        tell=tell,
        log=options.log,
    ) as served:
        try:
            begin_counting(served.timeline)
            tell(_doors(rig, served, battery=options.battery))
            if options.json:
                print(json.dumps(_document(rig, served), indent=2), flush=True)
            _keep_open(served, duration)
        except KeyboardInterrupt:
            pass  # the normal end
        last = _end(served)
    tell(last)
    return 0


def _keep_open(served: Served, duration: float | None) -> None:
    if duration is not None:
        served.timeline.run(duration)
    while duration is None:
        served.timeline.run(FOREVER)


def _document(rig: Rig, served: Served) -> dict[str, object]:
    import msgspec

    return {"file": str(rig.path), **msgspec.to_builtins(served.doors)}


def _doors(rig: Rig, served: Served, *, battery: bool) -> str:
    doors = served.doors
    device = doors.profile + (f", mutated: {doors.mutation}" if doors.mutation else "")
    rows = [(f"can.{role}", f"slcan {path}") for role, path in doors.can.items()]
    rows += [(f"serial.{role}", f"RS485 {path}") for role, path in doors.serial.items()]
    rows += [(f"instruments.{role}", resource) for role, resource in doors.instruments.items()]
    if doors.readback is not None:
        rows.append(("readback", f"Modbus TCP {doors.readback}"))
    width = max(len(name) for name, _ in rows)
    power = "from the bank at its DC terminals" if battery else "once a supply gives it DC voltage"
    return "\n".join(
        [
            f"{rig.name}: {device}, {doors.packs} pack{'s' if doors.packs > 1 else ''}; Ctrl-C ends it",
            *(f"  {name:{width}}  {door}" for name, door in rows),
            f"the device lives {power}",
        ]
    )


def _end(served: Served) -> str:
    from bmshil.cli.punctuality import lateness_figures, lateness_line

    lines = [
        f"{role}: {adapter.counters.from_host} frames from the host, {adapter.counters.to_host} to the host"
        for role, adapter in served.adapters.items()
    ]
    return "\n".join([*lines, lateness_line(lateness_figures(served.timeline))])
