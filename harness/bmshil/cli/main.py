"""The command line: finds the command, turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from importlib.metadata import version

from bmshil.errors import Blocked, BmsHilError, DutFailed, Inconclusive, InputError, RigError

OK, FAILED, BAD_INPUT, UNSETTLED, DEFECT = 0, 1, 2, 3, 4
"""Exit codes: all passed; a verdict failed; bad input or rig; inconclusive or blocked; harness defect."""

EXITS: tuple[tuple[type[BmsHilError], int], ...] = (
    (InputError, BAD_INPUT),
    (RigError, BAD_INPUT),
    (DutFailed, FAILED),
    (Inconclusive, UNSETTLED),
    (Blocked, UNSETTLED),
    (BmsHilError, DEFECT),
)
"""Which error of the tree ends a command with which code; the first that fits counts."""

INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C has ended."""

COMMANDS = {
    "qualify": "test an inverter against all requirements and leave a report",
    "report": "write the report of a run again",
    "emulate": "play the batteries to whatever is on the bus, until stopped",
    "replay": "play the battery's side of a capture with its timing",
    "requirements": "list the requirements",
    "mutations": "list the known bad inverters that the twin can be",
    "dbc": "write the DBC file of several packs on one bus",
}
"""Commands in the order of the help, each in a module of its own: imported only when it is used."""

EPILOG = """\
exit codes: 0 all passed, 1 a verdict failed, 2 bad input or rig,
            3 inconclusive or blocked, 4 an error of the harness
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code and never lets a user's mistake show a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    parser = _parser(given)
    options = parser.parse_args(given)
    if options.command is None:
        parser.print_help()
        return OK
    try:
        return int(options.run(options))
    except BmsHilError as error:
        code = next(code for kind, code in EXITS if isinstance(error, kind))
        prefix = "error of the harness: " if code == DEFECT else ""
        print(f"bmshil {options.command}: {prefix}{_one_line(error)}", file=sys.stderr)
        return code
    except KeyboardInterrupt:
        print(f"bmshil {options.command}: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has closed it, as `head` does: that is no error of ours.
        sys.stderr.close()
        return OK


def _parser(given: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bmshil",
        description="Hardware-in-the-loop bench for inverters that talk to lithium batteries.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"bmshil {version('bmshil')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    wanted = next((word for word in given if word in COMMANDS), None)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == wanted:
            import_module(f"bmshil.cli.{name}").configure(command)
    return parser


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
