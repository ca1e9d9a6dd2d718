"""The safety floor: a lab may ask for more, never for less."""

import re
from pathlib import Path

import pytest

from bmshil.errors import InputError
from bmshil.judge import Acceptance, acceptance

FLOOR = {
    "name": "lab",
    "voltage_over_cvl": "0.2",
    "current_over_limit": "0.05",
    "zero_current": "0.02",
    "zero_hold": "60",
    "loss_stop": "65",
    "follow": "15",
    "forced_discharge": "0.02",
    "fallback_cell_high": "3.4",
    "fallback_cell_low": "3.0",
    "fallback_rate": "0.3",
}


def own(folder: Path, **changes: str | None) -> str:
    path = folder / "lab.yaml"
    values = {key: value for key, value in {**FLOOR, **changes}.items() if value is not None}
    path.write_text("\n".join(f"{key}: {value}" for key, value in values.items()), encoding="utf-8")
    return str(path)


def test_the_default_floor() -> None:
    assert acceptance("default") == Acceptance(
        name="default",
        voltage_over_cvl=0.2,
        current_over_limit=0.05,
        zero_current=0.02,
        zero_hold=60.0,
        loss_stop=65.0,
        follow=15.0,
        forced_discharge=0.02,
        fallback_cell_high=3.4,
        fallback_cell_low=3.0,
        fallback_rate=0.3,
    )


def test_the_same_floor_again_is_accepted(tmp_path: Path) -> None:
    assert acceptance(own(tmp_path)).name == "lab"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("voltage_over_cvl", 0.1),
        ("voltage_over_cvl", 0.0),
        ("current_over_limit", 0.01),
        ("zero_current", 0.01),
        ("zero_hold", 120.0),
        ("loss_stop", 20.0),
        ("follow", 5.0),
        ("forced_discharge", 0.0),
        ("fallback_cell_high", 3.35),
        ("fallback_cell_low", 3.1),
        ("fallback_rate", 0.1),
    ],
)
def test_a_stricter_figure_counts(tmp_path: Path, key: str, value: float) -> None:
    assert getattr(acceptance(own(tmp_path, **{key: str(value)})), key) == value


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("voltage_over_cvl", "0.21", "voltage_over_cvl = 0.21 is laxer than the floor of 0.2; write at most"),
        ("current_over_limit", "0.06", "current_over_limit = 0.06 is laxer than the floor of 0.05"),
        ("zero_current", "0.03", "zero_current = 0.03 is laxer than the floor of 0.02"),
        ("zero_hold", "59", "zero_hold = 59 s is shorter than the floor of 60 s; write at least that"),
        ("loss_stop", "66", "loss_stop = 66 is laxer than the floor of 65"),
        ("follow", "16", "follow = 16 is laxer than the floor of 15"),
        ("forced_discharge", "0.5", "forced_discharge = 0.5 is laxer than the floor of 0.02"),
        ("fallback_cell_high", "3.45", "fallback_cell_high = 3.45 is laxer than the floor of 3.4"),
        ("fallback_cell_low", "2.9", "fallback_cell_low = 2.9 V is lower than the floor of 3 V; write"),
        ("fallback_rate", "0.5", "fallback_rate = 0.5 is laxer than the floor of 0.3"),
        ("loss_stop", ".nan", "loss_stop = nan: write a finite number from 0 on"),
        ("zero_hold", ".nan", "zero_hold = nan: write a finite number from 0 on"),
        ("zero_hold", ".inf", "zero_hold = inf: write a finite number from 0 on"),
        ("voltage_over_cvl", "-0.1", "voltage_over_cvl = -0.1: write a finite number from 0 on"),
        ("loss_stop", None, "required field `loss_stop`"),
        ("loss_stop", "soon", "`float`, got `str` - at `$.loss_stop`"),
        ("zero_current", "true", "`float`, got `bool` - at `$.zero_current`"),
        ("zero_curent", "0.02", "unknown field `zero_curent`"),
        ("name", "[", "acceptance file"),
    ],
)
def test_a_mistake_is_one_line_that_names_file_and_key(
    tmp_path: Path, key: str, value: str | None, message: str
) -> None:
    path = own(tmp_path, **{key: value})
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        acceptance(path)
    assert str(caught.value).startswith(f"acceptance file {path}: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_acceptance_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file or directory"):
        acceptance(str(tmp_path / "nowhere.yaml"))
    with pytest.raises(InputError, match="Is a directory"):
        acceptance(str(tmp_path))
    for content in (b"", b"- 1\n", b"\xff\xfe\x00", b"a: *b\n"):
        path = tmp_path / "odd.yaml"
        path.write_bytes(content)
        with pytest.raises(InputError, match=re.escape(f"acceptance file {path}: ")) as caught:
            acceptance(str(path))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("limit", "rating", "allowed"),
    [(100.0, 120.0, 105.0), (10.0, 120.0, 12.4), (0.0, 120.0, 2.4), (48.0, 120.0, 50.4)],
)
def test_the_current_that_a_limit_allows(limit: float, rating: float, allowed: float) -> None:
    assert acceptance("default").current_allowed(limit, rating) == pytest.approx(allowed)
