"""``python -m bmshil.cli`` does what ``bmshil`` does."""

import sys

from bmshil.cli.main import main

sys.exit(main())
