"""The page about rig files names every key that there is, and none that there is not."""

import re

import msgspec

from bmshil.bms import ArchitectureSettings, Failover, Link, Switches
from bmshil.rig import SerialChannel, Serials, find
from bmshil.rig.calibration import Calibration
from bmshil.rig.channels import Channel, Channels, Wire
from bmshil.rig.equipment import InstrumentEntry, Instruments, Ratings, Sources
from bmshil.rig.layout import BankEntry, Control, Dut, Envelope, RigFile, Safety, Tolerances

PARTS: dict[str, type[msgspec.Struct]] = {
    "": RigFile,
    "dut": Dut,
    "bank": BankEntry,
    "bank.packs.switches": Switches,
    "architecture": ArchitectureSettings,
    "architecture.link": Link,
    "architecture.failover": Failover,
    "serial": Serials,
    "serial.emulator": SerialChannel,
    "can": Channels,
    "can.*": Channel,
    "instruments": Instruments,
    "instruments.*": InstrumentEntry,
    "instruments.*.rating": Ratings,
    "instruments.*.calibration": Calibration,
    "power": Sources,
    "control": Control,
    "safety": Safety,
    "wire": Wire,
    "envelope": Envelope,
    "tolerances": Tolerances,
}


def documented() -> set[str]:
    text = (find("twin").parent / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?`) \| (?:yes|no|with)", text, flags=re.MULTILINE)
    names: set[str] = set()
    for row in rows:
        prefix = ""
        for name in re.findall(r"`([^`]+)`", row):
            full = prefix + name if name.startswith(".") else name
            prefix = full.rpartition(".")[0]
            names.add(full)
    return names


def test_every_key_is_explained_and_no_other() -> None:
    names = documented()
    assert len(names) > 30
    for prefix, part in PARTS.items():
        for key in part.__struct_fields__:
            full = f"{prefix}.{key}".lstrip(".")
            nested = any(name.startswith(f"{full}.") for name in names)
            if full == "instruments.*.channels":
                full = "instruments.relays.channels"
            assert full in names or nested, f"rigs/README.md does not explain {full}"
    for name in names:
        parent, _, key = name.rpartition(".")
        kind = PARTS.get(parent)
        if kind is not None:
            assert key in kind.__struct_fields__, f"rigs/README.md explains {name}, which does not exist"
