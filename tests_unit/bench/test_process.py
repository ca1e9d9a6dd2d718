"""A rig whose twin another process makes: where its doors are, and that nothing else differs."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bmshil.bench import open_bench, open_emulator
from bmshil.bench.assembly import parse_twin_fault, serve_twin
from bmshil.bench.assembly.adapter_faults import AdapterFault, parse_adapter_fault
from bmshil.bench.assembly.doors import (
    Doors,
    check_device,
    doors_folder,
    find_doors,
    own_folder,
    publish,
    served,
    through,
)
from bmshil.errors import InputError, RigError
from bmshil.rig import Rig, find, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.wall(16)

ROLES = ["emulator", "witness"]
PORTS = {"supply": 1001, "meter": 1002, "load": 1003, "relays": 1004, "ohmmeter": 1006}


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other runs of these tests may be under way on this machine."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """``twin-process`` with an inverter that boots quickly."""
    profile = load("twin").profile.path.read_text(encoding="utf-8")
    assert "boot: 8.0" in profile
    (tmp_path / "quick.yaml").write_text(profile.replace("boot: 8.0", "boot: 0.2"), encoding="utf-8")
    path = tmp_path / "rig.yaml"
    text = find("twin-process").read_text(encoding="utf-8")
    path.write_text(text.replace("profile: pylon_parallel", "profile: quick.yaml"), encoding="utf-8")
    return load(path)


def doors(**changes: Any) -> Doors:
    """What ``bmshil twin`` publishes for that rig."""
    usual: dict[str, Any] = {
        "rig": "twin-process",
        "pid": os.getpid(),
        "since": "2026-01-01T00:00:00+00:00",
        "profile": "quick",
        "mutation": None,
        "packs": 3,
        "can": {role: f"/doors/{role}" for role in ("emulator", "witness", "disturber")},
        "instruments": {name: f"TCPIP::127.0.0.1::{port}::SOCKET" for name, port in PORTS.items()},
        "readback": "127.0.0.1:1005",
    }
    return Doors(**usual | changes)


@pytest.fixture
def published(rig: Rig) -> Iterator[Callable[[Doors], None]]:
    with own_folder(rig.name):
        yield publish


def dead_process() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_without_a_server_one_line_says_what_to_start(rig: Rig) -> None:
    told = f"rig twin-process: .* another process: start `bmshil twin {rig.path}` first and leave it running"
    with pytest.raises(RigError, match=told), open_bench(rig.path):
        pass
    with pytest.raises(RigError, match=told), open_emulator(rig, purpose="emulate"):
        pass


def test_what_a_dead_process_has_left_is_recognised(rig: Rig, published: Callable[[Doors], None]) -> None:
    pid = dead_process()
    published(doors(pid=pid))
    assert served(rig.name) is None
    with pytest.raises(RigError, match=f"process {pid}, which served it, has ended: start `bmshil twin "):
        find_doors(rig)


def test_it_is_published_in_one_piece_and_taken_away(rig: Rig) -> None:
    with own_folder(rig.name) as folder:
        assert served(rig.name) is None
        publish(doors())
        assert served(rig.name) == doors()
        assert [one.name for one in folder.iterdir()] == ["doors.json"]
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not doors_folder(rig.name).exists()


def test_a_folder_that_was_left_behind_is_cleared_but_nobody_elses(rig: Rig, tmp_path: Path) -> None:
    folder = doors_folder(rig.name)
    folder.mkdir()
    (folder / "emulator").symlink_to("/dev/pts/nowhere")
    with own_folder(rig.name):
        assert list(folder.iterdir()) == []
    folder.symlink_to(tmp_path)
    with pytest.raises(RigError, match="belongs to somebody else"), own_folder(rig.name):
        pass
    assert (tmp_path / "rig.yaml").exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"packs": 1}, "is set up for 1 packs, not for 3"),
        ({"can": {"emulator": "/doors/emulator"}}, r"has no can\.witness, can\.disturber"),
        ({"instruments": {}, "readback": None}, r"no instruments\.supply, instruments\.meter, .*, readback"),
    ],
)
def test_a_server_of_another_rig_file_is_refused(
    rig: Rig, published: Callable[[Doors], None], changes: dict[str, Any], told: str
) -> None:
    published(doors(**changes))
    with pytest.raises(RigError, match=told):
        find_doors(rig)


def test_what_is_no_list_of_doors_is_refused(rig: Rig) -> None:
    with own_folder(rig.name) as folder:
        (folder / "doors.json").write_text("{}")
        with pytest.raises(RigError, match=r"doors\.json: .*`rig`: remove it"):
            find_doors(rig)


def test_another_device_than_the_served_one_is_refused(rig: Rig, published: Callable[[Doors], None]) -> None:
    published(doors(mutation="averages_cvl"))
    told = "is quick with averages_cvl, not quick: give both commands the same --dut and --mutate"
    with pytest.raises(RigError, match=told), open_bench(rig.path):
        pass
    with pytest.raises(RigError, match="is quick, not pylon_single"):
        check_device(load(rig.path, dut="pylon_single"), doors(), None)
    check_device(rig, doors(mutation="averages_cvl"), "averages_cvl")


def test_only_the_doors_differ(rig: Rig) -> None:
    there = through(rig, doors())
    assert [(one.interface, one.channel) for one in there.can.values()] == [
        ("slcan", "/doors/emulator"),
        ("slcan", "/doors/witness"),
        ("slcan", "/doors/disturber"),
    ]
    assert [one.listen_only for one in there.can.values()] == [False, True, True]
    assert there.instruments["relays"].resource == "TCPIP::127.0.0.1::1004::SOCKET"
    assert there.readback is not None
    assert there.readback.address == "127.0.0.1:1005"
    same = set(rig.__dataclass_fields__) - {"can", "instruments", "readback"}
    assert {name: getattr(there, name) for name in same} == {name: getattr(rig, name) for name in same}


def test_a_served_twin_charges_and_ends_switched_off(rig: Rig) -> None:
    with serve_twin(rig) as twin:
        with open_bench(rig.path) as bench:
            assert bench.rig.can["emulator"].interface == "slcan"
            assert bench.until(lambda: bench.device_ready() and bench.control.steps > 5, timeout=30.0)
            bench.set_open_limits()
            bench.power.start_charge()
            assert bench.until(lambda: bench.control.current > 20.0, timeout=30.0)
            held = r"rig twin-process is held by process \d+ \(qualify"
            with pytest.raises(RigError, match=held), open_bench(rig.path):
                pass
            report = bench.switch_off()
            assert report.clean, str(report)
            assert bench.journal.events(0.0, bench.seconds, "port_error") == []
        assert twin.adapters["emulator"].counters.from_host > 18
        with pytest.raises(RigError, match=f"is served already by process {os.getpid()} "), serve_twin(rig):
            pass
    assert not doors_folder(rig.name).exists()


def test_what_cannot_be_served_is_refused() -> None:
    for name, mutation, told in (
        ("emulate_virtual", None, "only a rig that is all twin can be served"),
        ("twin", "nonsense", "no mutation is called 'nonsense'"),
    ):
        with pytest.raises(InputError, match=told), serve_twin(load(name), mutation=mutation):
            pass
    assert not doors_folder("twin").exists()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("emulator.unplug @10s for 2s", AdapterFault("emulator", "unplug", 0.0, 10.0, 2.0)),
        ("witness.stall", AdapterFault("witness", "stall")),
        ("emulator.drop share=10% @500ms", AdapterFault("emulator", "drop", 0.1, 0.5)),
        ("emulator.garble for 1min share=0.5", AdapterFault("emulator", "garble", 0.5, 0.0, 60.0)),
        ("witness.flood rate=500", AdapterFault("witness", "flood", 500.0)),
    ],
)
def test_a_fault_of_an_adapter_is_read(text: str, fault: AdapterFault) -> None:
    assert parse_adapter_fault(text, ROLES) == fault


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "write <role>.<fault>, for example emulator.unplug @10s for 2s"),
        ("unplug", "write <role>.<fault>"),
        ("disturber.unplug", "no adapter 'disturber', the rig has emulator, witness"),
        ("emulator.unplg", "no fault 'unplg', known are unplug, stall, drop, garble, flood"),
        ("emulator.unplug share=1", "unknown option 'share', it takes none"),
        ("emulator.drop", "share= is missing"),
        ("emulator.drop share=1.5", "share=1.5: write a number above 0 and up to 1"),
        ("emulator.flood rate=0", "rate=0: write a number above 0 and up to 20000"),
        ("emulator.unplug @soon", "'soon' is no time, write 10s, 500ms or 2min"),
        ("emulator.unplug for", "'' is no time"),
        ("emulator.unplug 'now", "the quotes do not match"),
    ],
)
def test_a_mistake_in_a_fault_is_one_line(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_adapter_fault(text, ROLES)
    assert str(caught.value).startswith(f"fault {text!r}: ")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


class Recorder:
    """An adapter that writes down what is done to it."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.done.append((name, *arguments))


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("emulator.unplug", [("unplug",), ("replug",)]),
        ("emulator.stall", [("stall", True), ("stall", False)]),
        ("emulator.drop share=0.2", [("drop", 0.2), ("drop", 0.0)]),
        ("emulator.garble share=0.3", [("garble", 0.3), ("garble", 0.0)]),
        ("emulator.flood rate=100", [("flood", 100.0), ("flood", 0.0)]),
    ],
)
def test_a_fault_begins_and_ends(text: str, done: list[tuple[Any, ...]]) -> None:
    adapter: Any = Recorder()
    fault = parse_adapter_fault(text, ROLES)
    fault.begin(adapter)
    fault.end(adapter)
    assert adapter.done == done


def test_an_adapter_is_unplugged_when_it_was_planned(rig: Rig) -> None:
    told: list[str] = []
    faults = [parse_twin_fault("witness.unplug @300ms for 300ms", rig)]
    with serve_twin(rig, faults=faults, tell=told.append) as twin:
        witness = twin.adapters["witness"]
        assert witness.link.exists()
        assert twin.timeline.until(lambda: told == ["witness.unplug begins"], timeout=10.0)
        assert not witness.plugged
        assert not witness.link.exists()
        assert twin.timeline.until(lambda: told[1:] == ["witness.unplug ends"], timeout=10.0)
        assert witness.link.exists()
        assert twin.adapters["emulator"].plugged


def test_a_battery_at_its_terminals_wakes_the_device(rig: Rig) -> None:
    with serve_twin(rig, battery=True) as twin, open_emulator(rig, purpose="emulate") as house:
        assert house.rig.can["emulator"].channel == twin.doors.can["emulator"]
        assert house.software is None
        house.bank.start()
        emulator = house.ports["emulator"]
        assert house.timeline.until(lambda: emulator.health.received >= 2, timeout=30.0)


def test_doors_are_plain_json(rig: Rig) -> None:
    with own_folder(rig.name) as folder:
        publish(doors(mutation="averages_cvl"))
        document = msgspec.json.decode((folder / "doors.json").read_bytes())
    assert document["can"]["witness"] == "/doors/witness"
    assert document["instruments"]["meter"] == "TCPIP::127.0.0.1::1002::SOCKET"
    assert (document["pid"], document["mutation"]) == (os.getpid(), "averages_cvl")
