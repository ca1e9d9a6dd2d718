"""A long emulation on wall time: sixteen packs, 96 messages once a second, beside ``send_periodic``.

The two sides are measured one after the other, as in ``bench_wall``, so ten minutes take twenty.
"""

from __future__ import annotations

import argparse
import json
import sys

from bench_wall import WARM_UP, Set, compare
from run import machine

SIXTEEN = (Set(16, "<<12", 1.0),)


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="for each side (default: %(default)s)")
    options = parser.parse_args()
    document = {
        "what": "16 packs, 96 messages at 1 s, and instruments that are read",
        "minutes_each": options.minutes,
        "machine_before": machine(),
        **compare(60.0 * options.minutes, WARM_UP, SIXTEEN),
        "machine_after": machine(),
    }
    print(json.dumps(document, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
