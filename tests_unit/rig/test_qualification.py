"""What a rig lacks for a report of class qualification."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bmshil.rig import load, qualification_lacks
from bmshil.rig.finding import find
from bmshil.rig.sheet import Sheet, Step, write_sheet
from bmshil.safety.drills import Drill, record_drill

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.rig import Rig

METER = 'meter: {driver: keysight-34461a, resource: "TCPIP::192.0.2.12::5025::SOCKET"}'
GOOD = "{due: 2027-03-31, certificate: K-12345, uncertainty: {V: 0.01, A: 0.1}}"
NUMBERS = count()
TODAY = date(2026, 11, 21)


def real(folder: Path, calibration: str = GOOD, *, serial: str = "SN77") -> Rig:
    text = find("template_real").read_text(encoding="utf-8")
    assert METER in text
    text = text.replace(METER, f"{METER[:-1]}, calibration: {calibration}}}")
    # A drill is kept by the name of the rig, for all tests of this process.
    text = text.replace("name: lab-a", f"name: lab-{next(NUMBERS)}")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("firmware:", "serial:"))]
    where = next(number for number, line in enumerate(lines) if line.startswith("dut:"))
    lines[where] = f"dut: {{profile: pylon_parallel, firmware: V9.1, serial: '{serial}'}}"
    while lines[where + 1].startswith(" "):
        del lines[where + 1]
    path = folder / "real.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return load(path)


def lacks(rig: Rig, *, operator: str = "Ann", ambient: str = "23 degC, 45 %") -> list[str]:
    return list(qualification_lacks(rig, operator=operator, ambient=ambient, today=TODAY))


def made_fit(rig: Rig) -> None:
    steps = tuple(Step(text) for text in rig.profile.declares.setup_sheet)
    now = datetime.now(UTC)
    write_sheet(
        rig,
        Sheet(
            rig=rig.name,
            profile="pylon_parallel",
            firmware="V9.1",
            serial="SN77",
            operator="Ann",
            when=now,
            steps=steps,
        ),
    )
    record_drill(Drill(rig.name, now, 0.8, 0.3, True))


def test_a_rig_that_lacks_nothing(tmp_path: Path) -> None:
    rig = real(tmp_path)
    made_fit(rig)
    assert lacks(rig) == []


def test_everything_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    rig = real(tmp_path, "{}", serial="")
    assert [one.partition(":")[0] for one in lacks(rig, operator=" ", ambient="")] == [
        "no operator",
        "no ambient",
        "the device has no serial",
        "no instruments.meter.calibration.due",
        "no instruments.meter.calibration.certificate",
        "no instruments.meter.calibration.uncertainty.V",
        "no instruments.meter.calibration.uncertainty.A",
        "no set-up sheet",
        "nobody has drilled on this rig",
    ]


@pytest.mark.parametrize(
    ("calibration", "told"),
    [
        (
            GOOD.replace("2027", "2026"),
            "instruments.meter.calibration ended on 2026-03-31: have it calibrated",
        ),
        (
            GOOD.replace("V: 0.01", "V: 0.5"),
            "tolerances claim 0.02 V, less than the 0.5 of instruments.meter.calibration",
        ),
    ],
)
def test_a_calibration_has_to_hold_and_to_be_as_good_as_claimed(
    tmp_path: Path, calibration: str, told: str
) -> None:
    rig = real(tmp_path, calibration)
    made_fit(rig)
    (found,) = lacks(rig)
    assert found.startswith(told)


def test_software_qualifies_nothing() -> None:
    assert lacks(load("twin"))[0].startswith("the device is software")
