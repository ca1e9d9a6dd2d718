"""What `bmshil qualify` can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.cli.hazard import HAZARD_HELP
from bmshil.cli.places import RUNS
from bmshil.cli.qualifying.evidence import declare_evidence
from bmshil.cli.qualifying.planning import declare_planning
from bmshil.cli.qualifying.resuming import declare_resuming

if TYPE_CHECKING:
    from argparse import ArgumentParser


def declare_device(parser: ArgumentParser) -> None:
    """Declare which device is meant, on which rig."""
    parser.add_argument(
        "rig", nargs="?", default="twin", help="rig file, or its name in rigs/ (default: %(default)s)"
    )
    parser.add_argument("--dut", metavar="PROFILE", help="profile of the device, instead of the rig file's")


def declare_selection(parser: ArgumentParser) -> None:
    """Declare which tests are meant."""
    parser.add_argument(
        "-k",
        dest="only",
        metavar="EXPRESSION",
        help="only tests whose name or requirement matches, e.g. LIM-04 or 'hbt and not LIM'; "
        "`bmshil requirements` lists them",
    )
    parser.add_argument("--tests", metavar="DIR", help="folder of requirement tests (default: tests_hil)")


def declare_options(parser: ArgumentParser) -> None:
    """Declare the arguments of ``bmshil qualify``."""
    declare_device(parser)
    parser.add_argument(
        "--mutate", metavar="NAME", help="make the twin a known bad inverter; see `bmshil mutations`"
    )
    parser.add_argument(
        "--fault",
        metavar="TEXT",
        action="append",
        default=[],
        help='what goes wrong with a twin, e.g. "meter.stuck @60s"; see `bmshil check -h`; may be repeated',
    )
    declare_selection(parser)
    parser.add_argument(
        "--runs", metavar="DIR", default=RUNS, help="where the run goes (default: %(default)s/)"
    )
    parser.add_argument(
        "--shuffle",
        metavar="SEED",
        type=int,
        help="run the tests in a random order, the same one for the same number",
    )
    parser.add_argument(
        "--seed",
        metavar="N",
        type=int,
        help="draw all noise of a twin, the phases of its nodes and the order of the tests with this number",
    )
    parser.add_argument("--allow-hazard", action="store_true", help=HAZARD_HELP)
    declare_planning(parser)
    parser.add_argument(
        "--repeat", metavar="N", type=int, default=1, help="run each test N times; all attempts are kept"
    )
    declare_resuming(parser)
    declare_evidence(parser)
    parser.add_argument("--json", action="store_true", help="print the summary as one JSON document")
