"""bmshil emulate on a polled dialect: the batteries answer whoever asks on the bus, by the same code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import can
import pytest

from bmshil.bench import open_emulator
from bmshil.rig import find, load

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.wall


def test_a_real_inverter_is_answered(tmp_path: Path) -> None:
    text = find("emulate_virtual").read_text(encoding="utf-8")
    text = text.replace("channel: bmshil", "channel: asked").replace("emulate-virtual", "asked")
    (tmp_path / "asked.yaml").write_text(text, encoding="utf-8")
    with open_emulator(load(tmp_path / "asked.yaml", dut="pylon_hv_host"), purpose="emulate") as house:
        house.bank.start()
        with can.Bus(interface="virtual", channel="asked", ignore_config=True) as inverter:
            assert house.timeline.until(lambda: all(node.on_air for node in house.bank), timeout=10.0)
            assert inverter.recv(0.0) is None
            inverter.send(can.Message(arbitration_id=0x4200, is_extended_id=True, data=bytes(8)))
            heard: list[int] = []
            while len(heard) < 27 and (message := inverter.recv(5.0)) is not None:
                assert message.is_extended_id
                heard.append(message.arbitration_id)
    assert sorted(heard) == sorted(base + 0x10 * place + pack for base, place, pack in BASES)


BASES = [(0x4210, place, pack) for place in range(9) for pack in (1, 2, 3)]
