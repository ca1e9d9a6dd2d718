"""The command line: finds the command, turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version

from bmshil.cli.arguments import Parser, nearest
from bmshil.cli.brief import one_line
from bmshil.cli.help_pages import FIRST_STEPS, VERDICTS, epilog
from bmshil.errors import Blocked, BmsHilError, DutFailed, Inconclusive, InputError, RigError

OK, FAILED, BAD_INPUT, UNSETTLED, DEFECT = 0, 1, 2, 3, 4
"""Exit codes: all passed; a verdict failed; bad input or rig; inconclusive or blocked; harness defect."""

EXITS: tuple[tuple[type[Exception], int], ...] = (
    (InputError, BAD_INPUT),
    (RigError, BAD_INPUT),
    (DutFailed, FAILED),
    (Inconclusive, UNSETTLED),
    (Blocked, UNSETTLED),
    (BmsHilError, DEFECT),
    # A screen, disk or folder of the user's: full, read-only, closed.
    (OSError, BAD_INPUT),
)
"""Which error ends a command with which code; the first that fits counts."""

INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C has ended."""

COMMANDS = {
    "qualify": "test an inverter against all requirements and leave a report",
    "plan": "print what a qualification would run on a rig, in which order, and what not",
    "check": "look whether a rig is fit to test, a line for each check, and leave everything off",
    "sheet": "walk through the set-up sheet of a rig's inverter, and keep who set what",
    "off": "switch everything on a rig off by hand, and verify it",
    "drill": "kill the harness at low power on a rig, and measure how soon everything is off",
    "report": "write the report of a run again",
    "passport": "put together what was measured of one device",
    "compare": "say what changed between two runs or passports, firmwares say",
    "matrix": "draw the compatibility matrix of any number of runs",
    "seal": "close the evidence of a run that was killed",
    "verify": "look whether the evidence of a run is still what was sealed",
    "rejudge": "judge a run again from its evidence alone",
    "annotate": "say something about a verdict, beside it and never in its place",
    "sign": "take in a detached signature of the head of a run's evidence",
    "emulate": "play the batteries to whatever is on the bus, until stopped",
    "replay": "play the battery's side of a capture with its timing",
    "commission": "walk the checklist of a new bank on whatever is on the bus, and keep a record",
    "mistakes": "play the wiring mistakes of the field on the twin, and what the bench says of each",
    "twin": "serve the software bench of a rig to other programs, until stopped",
    "requirements": "list the requirements",
    "scenarios": "list the failures of the field, and which requirement catches each",
    "play": "play one failure of the field to a device, and watch what it does",
    "instruments": "list the instruments that there are drivers for",
    "killmatrix": "ask every good and bad inverter everything: who is caught, who is failed wrongly",
    "mutations": "list the known bad inverters that the twin can be",
    "diverge": "simulate how packs in parallel drift apart over weeks",
    "gallery": "draw a run of each battery architecture on the twin",
    "dbc": "write the DBC file of several packs on one bus",
}
"""Commands in the order of the help, each in a module of its own: imported only when it is used."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code and never lets a user's mistake show a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    command = next((word for word in given if not word.startswith("-")), "")
    try:
        options = _options(given, command)
    except InputError as error:
        _say(f"bmshil {command if command in COMMANDS else ''}".rstrip() + f": {one_line(error)}")
        return BAD_INPUT
    if options is None:
        return OK
    try:
        code = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has closed it, as `head` does: that is no error of ours.
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        _say(f"bmshil {options.command}: interrupted")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - Python's own exit code 1 would say that a device has failed
        return _explain(options.command, error)
    return code


def _explain(command: str, error: Exception) -> int:
    """Say in one line what ended a command; returns its exit code."""
    code = next((code for kind, code in EXITS if isinstance(error, kind)), DEFECT)
    what = one_line(error)
    if code == DEFECT:
        kind = "" if isinstance(error, BmsHilError) else f"{type(error).__name__}: "
        what = f"error of the harness: {kind}{what}"
    _say(f"bmshil {command}: {what}")
    return code


def _options(given: list[str], command: str) -> argparse.Namespace | None:
    """What a command line asks for; None where it asks for nothing, and the help was printed.

    Raises:
        InputError: there is no such command, or it has no such arguments.
    """
    if command and command not in COMMANDS:
        _parser("")[0].error(f"there is no command {command!r}{nearest(command, list(COMMANDS))}")
    parser, commands = _parser(command)
    options, extra = parser.parse_known_args(given)
    if options.command is None:
        parser.refuse_unknown(extra)
        parser.print_help()
        return None
    commands[command].refuse_unknown(extra)
    return options


def _parser(wanted: str) -> tuple[Parser, dict[str, Parser]]:
    """The parser of the whole line, and those of the commands; only the wanted one knows its arguments."""
    parser = Parser(
        prog="bmshil",
        description="Hardware-in-the-loop bench for inverters that talk to lithium batteries.",
        epilog=FIRST_STEPS + VERDICTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"bmshil {version('bmshil')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=epilog(name),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == wanted:
            import_module(f"bmshil.cli.{name}").configure(command)
    return parser, commands.choices


def _say(text: str) -> None:
    """Say something even when standard error is what has failed."""
    with suppress(OSError):
        print(text, file=sys.stderr)
