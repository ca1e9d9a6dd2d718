import json
import subprocess
import sys

import pytest

from bmshil.cli import main
from bmshil.cli.main import COMMANDS

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
    assert "exit codes: 0 " in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_page_has_an_example_and_its_exit_codes(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    page = capsys.readouterr().out
    _, _, end = page.partition("example")
    assert f"bmshil {command} " in end or f"bmshil {command}\n" in end
    assert "exit" in end


def test_the_first_page_says_where_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "bmshil qualify twin -k LIM-04" in capsys.readouterr().out
