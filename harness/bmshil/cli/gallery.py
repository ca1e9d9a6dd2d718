"""bmshil gallery: draw a run of each architecture on the twin."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bmshil.cli.files import make_folder
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("names", metavar="NAME", nargs="*", help="of an architecture (default: all)")
    parser.add_argument(
        "--out", metavar="FOLDER", default="gallery", help="where the pictures go (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Play each exhibit and write its picture."""
    from bmshil.bench.gallery import EXHIBITS

    for name in options.names:
        if name not in EXHIBITS:
            raise InputError(f"the gallery has no {name!r}: it has {', '.join(EXHIBITS)}")
    folder = Path(options.out)
    make_folder("--out", folder)
    for name in options.names or EXHIBITS:
        began = perf_counter()
        path = folder / f"{name}.svg"
        path.write_text(EXHIBITS[name].draw(), encoding="utf-8")
        took = perf_counter() - began
        print(f"{path}: {EXHIBITS[name].title} ({took:.1f} s)")
        sys.stdout.flush()
    return 0
