"""The bank of ``bmshil emulate`` over Modbus TCP, read by an independent client."""

from __future__ import annotations

import re
import signal
import socket
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.cli import main
from bmshil.safety import wait_on_wall

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

client = pytest.importorskip("sunspec2.modbus.client", reason="pip install 'bmshil[peers]'")

pytestmark = pytest.mark.wall


def test_an_independent_client_reads_the_bank_that_is_played(
    rig: Callable[..., Path], command: Callable[..., Any]
) -> None:
    playing = command("emulate", rig("emulate_virtual"), "--sunspec", "0", "--soc", "40%")
    playing.line()
    found = re.fullmatch(
        r"SunSpec 802 and 803 over Modbus TCP at 127\.0\.0\.1:(\d+), unit 1\n?", playing.line()
    )
    assert found is not None
    reader = client.SunSpecModbusClientDeviceTCP(slave_id=1, ipaddr="127.0.0.1", ipport=int(found[1]))
    reader.scan()

    def speaks() -> bool:
        """While its packs start the bank has no values to tell."""
        reader.battery[0].read()
        return reader.battery[0].SoC.cvalue is not None

    assert wait_on_wall(speaks, 20.0)
    assert reader.battery[0].SoC.cvalue == pytest.approx(40.0, abs=0.2)
    reader.close()
    assert playing.finish(signal.SIGINT)[0] == 0


def test_a_port_that_is_taken_is_told_in_one_line(rig: Callable[..., Path], capsys: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["emulate", str(rig("emulate_virtual")), "--sunspec", str(port), "--duration", "1"]) == 2
    told = capsys.readouterr().err
    assert f"sunspec 127.0.0.1:{port}: no server" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("text", ["", "here", "here:", "70000", "-1", "1.5"])
def test_an_address_that_is_none_is_refused(text: str, capsys: Any) -> None:
    assert main(["emulate", "emulate_virtual", f"--sunspec={text}"]) == 2
    assert "write a port or host:port" in capsys.readouterr().err
