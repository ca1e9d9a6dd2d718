import socket
from pathlib import Path

import pytest

from bmshil.errors import PortError
from bmshil.twin.adapters import vhci

STATUS = """\
hub port sta spd dev      sockfd local_busid
hs  0000 006 002 00010001 000003 1-1
hs  0001 004 000 00000000 000000 0-0
hs  0002 004 000 00000000 000000 0-0
ss  0008 004 000 00000000 000000 0-0
"""


@pytest.fixture
def controller(tmp_path: Path) -> Path:
    (tmp_path / "status").write_text(STATUS)
    return tmp_path


def test_a_device_goes_into_the_first_free_port(controller: Path) -> None:
    with socket.socket() as line:
        vhci.plug(line, controller=controller)
        assert (controller / "attach").read_text() == f"1 {line.fileno()} 2 2"  # port, file, id, full speed


def test_a_kernel_without_the_controller(tmp_path: Path) -> None:
    with socket.socket() as line, pytest.raises(PortError, match="needs root and the module vhci-hcd"):
        vhci.plug(line, controller=tmp_path)


def test_a_controller_that_is_full(controller: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vhci, "PATIENCE", 0.05)
    (controller / "status").write_text(STATUS.replace("004", "006"))
    with socket.socket() as line, pytest.raises(PortError, match="no port became free"):
        vhci.plug(line, controller=controller)


def test_a_port_that_refuses(controller: Path) -> None:
    (controller / "attach").mkdir()
    with socket.socket() as line, pytest.raises(PortError, match="port 1 takes no device"):
        vhci.plug(line, controller=controller)
