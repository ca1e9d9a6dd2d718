"""What a user gets wrong is answered with one line and exit code 2, and nothing is left running."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bmshil.cli import main
from bmshil.dialects import dialect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = Path(__file__).parents[1] / "data"
VIRTUAL = """\
name: bad-input
placement: real
dut: {profile: pylon_parallel}
bank: {packs: [{module: us3000c}, {module: us3000c}]}
can: {emulator: {interface: virtual, channel: bad-input, isolated: true}}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], str]:
    """Write a rig file, a good one with one part replaced."""

    def make(old: str, new: str) -> str:
        assert old in VIRTUAL
        path = tmp_path / "rig.yaml"
        path.write_text(VIRTUAL.replace(old, new))
        return str(path)

    return make


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command, which must refuse; returns its one line."""
    before = threading.enumerate()
    code = main(list(arguments))
    output, errors = capsys.readouterr()
    assert code == 2
    assert output == ""
    assert errors.count("\n") == 1
    assert errors.startswith(f"bmshil {arguments[0]}: ")
    assert threading.enumerate() == before
    return errors


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("placement:", "colour: red\nplacement:", "colour"),
        ("pylon_parallel", "pylon_paralel", "no profile is called 'pylon_paralel', did you mean"),
        ("us3000c}]", "us9000}]", "module 'us9000' is unknown"),
        ("interface: virtual", "interface: nonsense", "CAN emulator: nonsense bad-input cannot be opened"),
        ("virtual, channel: bad-input", "slcan, channel: /dev/none", "slcan /dev/none cannot be opened"),
        ("{interface: virtual", "{bitrate: 12345, interface: slcan", "cannot be opened"),
        ("true}}", "true}, witness: {interface: twin, channel: b}}",
         "can.witness.interface is a twin: a rig is all twin or has none"),
        ("packs:", "id_scheme: base, packs:", "base with 2 packs overlaps: 0x351 is pack 1 (0x351) and"),
        ("bank: {", "bank: {soc: 1.2, ", "soc"),
        ("virtual, channel: bad-input, isolated: true", "slcan, channel: /dev/none",
         "rig.yaml: can.emulator: is slcan /dev/none galvanically isolated? Look at its data sheet and add"),
        ("isolated: true", "bitrate: 2000", "planned bus load is 74.8 % of 2000 bit/s, the limit is 70 %"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_rig_file(
    write: Callable[[str, str], str], capsys: pytest.CaptureFixture[str], old: str, new: str, told: str
) -> None:
    assert told in refused(capsys, "emulate", write(old, new))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--dut", "nobody"], "no profile is called 'nobody'"),
        (["--duration", "soon"], "--duration soon: write a time above 0"),
        (["--duration", "-3"], "--duration -3: write a time above 0"),
        (["--soc", "60"], "--soc 60: write a fraction from 0 to 1, such as 0.6, or 60%"),
        (["--current", "much"], "--current much: write a current in A"),
        (["--fault", "pack9.silence"], "fault 'pack9.silence': no pack 9, the bank has packs 1 to 2"),
        (["--fault", "pack2.override cvl=9999"], "pack2.override cvl=9999"),
        (["--fault", "pack2.silence ids=0x999"], "no message 0x999 in pylontech-lv-1.2"),
        (["--trace", "frames.txt"], "--trace frames.txt: the ending says the format"),
        (["--trace", "nowhere/frames.log"], "there is no folder nowhere"),
    ],
)
def test_a_mistake_on_the_command_line(
    write: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    told: str,
) -> None:
    # With --json not even the heading goes to standard output.
    assert told in refused(capsys, "emulate", write("virtual", "virtual"), "--json", *options)


def test_a_trace_is_never_overwritten(
    write: Callable[[str, str], str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    trace = tmp_path / "old.log"
    trace.write_text("kept\n")
    told = refused(capsys, "emulate", write("virtual", "virtual"), "--trace", str(trace))
    assert "the file is there already" in told
    assert trace.read_text() == "kept\n"


def test_a_twin_makes_its_own_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the inverter of twin makes the current itself" in refused(
        capsys, "emulate", "twin", "--current", "20"
    )


def test_there_is_no_such_rig(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no rig is called 'twni', did you mean 'twin'?" in refused(capsys, "emulate", "twni")


@pytest.fixture
def broken_dbc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """DBC files that say nothing."""
    for name in ("pylontech_lv_1_2.dbc", "pylontech_lv_1_3.dbc"):
        (tmp_path / name).write_text("good morning\n")
    # The module is hidden behind the function of the same name.
    monkeypatch.setattr(sys.modules["bmshil.dialects.dialect"], "dbc_folder", lambda: tmp_path)
    dialect.cache_clear()
    yield
    dialect.cache_clear()


@pytest.mark.usefixtures("broken_dbc")
@pytest.mark.parametrize("arguments", [["emulate", "twin"], ["dbc", "-o", "-"]])
def test_an_unreadable_dbc_file(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert "pylontech_lv_1_2.dbc as a DBC file: " in refused(capsys, *arguments)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("capture.xyz", "", "unknown format '.xyz', known are .asc, .blf"),
        ("capture.log", "(1.0) can0 351#14", "is cut off"),
        ("capture.log", "good morning\n", "is damaged, cut off or no .log capture"),
        ("capture.log", "(1.0) can0 305#0000000000000000\n", "holds no frame of a battery"),
        ("capture.blf", "LOGG", "is no .blf capture"),
    ],
)
def test_a_capture_that_cannot_be_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str, told: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    assert told in refused(capsys, "replay", str(path), "--rig", "twin")


def test_a_capture_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No such file" in refused(capsys, "replay", "gone.log", "--rig", "twin")


def test_playing_less_than_no_times(capsys: pytest.CaptureFixture[str]) -> None:
    capture = str(DATA / "us5000_v1_2.log")
    assert "--loop -1" in refused(capsys, "replay", capture, "--rig", "twin", "--loop", "-1")


@pytest.mark.parametrize(
    "arguments",
    [
        ["emulate", "{rig}"],
        ["replay", "{capture}", "--rig", "{rig}"],
        ["emulate", "twin", "--fault", "pack1.nonsense"],
    ],
)
def test_as_a_process_it_leaves_nothing_running(
    write: Callable[[str, str], str], command: Callable[..., object], arguments: list[str]
) -> None:
    rig = write("virtual, channel: bad-input", "slcan, channel: /dev/none")
    places = {"{rig}": rig, "{capture}": str(DATA / "us5000_v1_2.log")}
    one = command(*(places.get(word, word) for word in arguments))
    code, output, errors = one.finish()  # type: ignore[attr-defined]
    assert (code, output, errors.count("\n")) == (2, "", 1)
    assert not one.has_left_something()  # type: ignore[attr-defined]
