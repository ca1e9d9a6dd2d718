import json
import subprocess
import sys

import pytest

HEAVY = ["numpy", "can", "pytest", "matplotlib", "cantools", "pyvisa", "rich", "yaml", "msgspec", "asyncio"]
LOOK = """
import json, sys
from bmshil.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert end.code == 0
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "command", [[], ["emulate"], ["replay"], ["dbc"], ["check"], ["twin"], ["qualify"], ["instruments"]]
)
def test_help_imports_nothing_that_it_does_not_need(command: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", LOOK, *command, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = set(json.loads(done.stderr))
    assert not loaded.intersection(HEAVY if command != ["qualify"] else set(HEAVY) - {"msgspec"})
    assert "exit codes: 0 all passed" in done.stdout
