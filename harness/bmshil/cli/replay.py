"""bmshil replay: play the battery's side of a capture with its timing."""

from __future__ import annotations

import json
import math
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.cli.hazard import HAZARD_HELP, hazards
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from bmshil.bench import House
    from bmshil.bms import CapturedFrame
    from bmshil.cli.snapshot import Values

REFRESH = 0.5
"""Distance of two looks at the adapter, s."""

LAST_FRAMES = 0.5
"""How long to wait for the confirmation of the last frames, s."""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "capture", help="a file that python-can reads: .log (candump), .blf, .asc, .trc, .csv"
    )
    parser.add_argument(
        "--rig", required=True, help="rig file, or its name in rigs/: gives adapter and dialect"
    )
    parser.add_argument(
        "--loop",
        metavar="N",
        type=int,
        default=1,
        help="play it N times, 0 until stopped (default: %(default)s)",
    )
    parser.add_argument("--allow-hazard", action="store_true", help=HAZARD_HELP)
    parser.add_argument("--json", action="store_true", help="print one JSON document at the end")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Read the whole capture, then open the rig and play."""
    if options.loop < 0:
        raise InputError(f"--loop {options.loop}: write how often, or 0 for until stopped")
    from bmshil.rig import load

    rig = load(options.rig)
    if not rig.can:
        raise InputError(f"{rig.path}: a capture is played on CAN, and {rig.name} has no CAN bus")
    from bmshil.bms import read_capture

    frames = read_capture(Path(options.capture), rig.dialect)
    from bmshil.bench import open_emulator

    with open_emulator(rig, purpose="replay", allow_hazard=options.allow_hazard) as house:
        played = _play(house, frames, options.loop, json_document=options.json)
    document = {"capture": options.capture, "rig": rig.name, "frames_in_capture": len(frames), **played}
    if options.json:
        print(json.dumps(document, indent=2))
    else:
        print(_summary(document), end="")
    return 0


def _play(house: House, frames: Sequence[CapturedFrame], loop: int, *, json_document: bool) -> Values:
    from bmshil.bms import Replay
    from bmshil.cli.adapter_watch import AdapterWatch
    from bmshil.cli.punctuality import begin_counting, lateness_figures
    from bmshil.cli.screens import choose_screen
    from bmshil.cli.snapshot import Observer

    timeline, port = house.timeline, house.ports["emulator"]
    observer, watch = Observer(house), AdapterWatch(house)
    replay = Replay(frames, port, timeline=timeline, journal=house.journal, loop=loop != 1)
    rounds = loop or math.inf

    def over() -> bool:
        # On the timeline, so that not one frame of a further round is sent.
        if replay.rounds >= rounds:
            replay.stop()
        return not replay.playing or watch.failed()

    stopped_by = "end"
    with closing(choose_screen(json_document=json_document, line=_line, table=False)) as screen:
        begin_counting(timeline)
        begin = timeline.seconds
        replay.start()
        try:
            while not timeline.until(over, REFRESH):
                watch.check()
                screen.show(
                    {"time": round(timeline.seconds - begin, 1), "rounds": replay.rounds, **observer.bus()}
                )
            watch.check()
        except KeyboardInterrupt:
            stopped_by = "interrupt"
            replay.stop()
        duration = timeline.seconds - begin
    if port.confirms:
        timeline.until(lambda: port.health.confirmed >= port.health.sent, LAST_FRAMES)
    bus = observer.bus()
    bus["frames"]["skipped"] = replay.skipped
    return {
        "duration": round(duration, 3),
        "rounds": replay.rounds,
        "stopped_by": stopped_by,
        "hazards": hazards(house),
        **bus,
        "lateness": lateness_figures(timeline, replay.skipped),
    }


def _line(values: Values) -> str:
    from bmshil.cli.words import bus_lines

    inverter, bus = bus_lines(values)
    return f"{bus}; rounds: {values['rounds']}; {inverter}"


def _summary(document: Values) -> str:
    from bmshil.cli.punctuality import lateness_line
    from bmshil.cli.words import sent_words

    frames = document["frames"]
    return (
        f"played {document['capture']} for {document['duration']:.1f} s, rounds: {document['rounds']}; "
        f"{sent_words(frames)}, {frames['received']} received\n{lateness_line(document['lateness'])}\n"
    )
