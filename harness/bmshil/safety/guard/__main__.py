"""``python -m bmshil.safety.guard LINE HARNESS``: started by :class:`bmshil.safety.guard.Guard` alone."""

import sys

from bmshil.safety.guard.process import main

main(sys.argv[1:])
