"""Complaints about a YAML file: one line with file, line, key and what to do."""

from pathlib import Path

import msgspec
import pytest

from bmshil.errors import InputError
from bmshil.inverter import Document, did_you_mean


class Wheel(msgspec.Struct, forbid_unknown_fields=True):
    size: float
    bolts: int = 4


class Car(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    wheels: tuple[Wheel, ...]
    spare: Wheel | None = None
    trailer: dict[str, int] = {}


GOOD = """\
name: small
wheels:
  - size: 13
  - {size: 13.5, bolts: 5}
spare:
  size: 12
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "car.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        Document.read(write(folder, text)).convert(Car)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(folder / "car.yaml"))
    return message.removeprefix(str(folder / "car.yaml")).lstrip(":, ")


def test_a_good_file_becomes_its_type(tmp_path: Path) -> None:
    car = Document.read(write(tmp_path, GOOD)).convert(Car)
    assert car == Car("small", (Wheel(13.0), Wheel(13.5, 5)), Wheel(12.0))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: small", "nam: small", "line 1: nam: unknown key, did you mean 'name'?"),
        ("bolts: 5", "bolt: 5", "line 4: wheels[1].bolt: unknown key, did you mean 'bolts'?"),
        (
            "  size: 12",
            "  size: 12\n  colour: red",
            "line 7: spare.colour: unknown key, known are bolts, size",
        ),
        ("name: small\n", "", "line 1: the key 'name' is missing"),
        ("- size: 13\n", "- bolts: 5\n", "line 3: wheels[0]: the key 'size' is missing"),
        ("size: 13.5", "size: big", "line 4: wheels[1].size: expected 'float', got 'str'"),
        ("  size: 12", "  - 12", "line 5: spare: expected 'object | null', got 'array'"),
        ("name: small", "name: small\nname: large", "line 2: 'name' is there twice"),
        ("bolts: 5}", "bolts: 5, bolts: 6}", "line 4: 'bolts' is there twice"),
        ("name: small", "name: [small", "line 2: not YAML (expected ',' or ']', but got ':')"),
        ("name: small", "name: small\ntrailer: {a: x}", "line 2: trailer: expected 'int', got 'str'"),
    ],
)
def test_a_mistake_is_named_with_line_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    assert complaint(tmp_path, GOOD.replace(old, new, 1)) == message


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n"])
def test_a_file_must_be_a_mapping(tmp_path: Path, text: str) -> None:
    assert "must be a mapping" in complaint(tmp_path, text)


def test_a_file_that_does_not_exist_or_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        Document.read(tmp_path / "missing.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match=r"binary.yaml: cannot be read"):
        Document.read(tmp_path / "binary.yaml")
    (tmp_path / "control.yaml").write_bytes(b"a: \x00\n")
    with pytest.raises(InputError, match=r"control.yaml.*not YAML"):
        Document.read(tmp_path / "control.yaml")


def test_a_number_as_key_is_read_as_an_identifier(tmp_path: Path) -> None:
    document = Document.read(write(tmp_path, 'timeouts: {0x351: 5, "0x355": 6, 0x00F: 7}\n'))
    assert document.data == {"timeouts": {"0x351": 5, "0x355": 6, "0x00F": 7}}


def test_an_error_about_a_place_finds_its_line(tmp_path: Path) -> None:
    document = Document.read(write(tmp_path, GOOD))
    assert str(document.error("too small", "wheels", 1, "size")).endswith(
        "car.yaml, line 4: wheels[1].size: too small"
    )
    assert str(document.error("is missing", "wheels", 7)).endswith("line 2: wheels[7]: is missing")


def test_a_complaint_about_a_place_is_told_where_it_stands(tmp_path: Path) -> None:
    document = Document.read(write(tmp_path, GOOD))
    with pytest.raises(InputError, match=r"line 1: name: no such car$"), document.place("name"):
        raise InputError("no such car")


@pytest.mark.parametrize(
    ("name", "known", "text"),
    [
        ("twim", ["twin", "lab"], ", did you mean 'twin'?"),
        ("x", ["twin", "lab"], ", known are lab, twin"),
        ("x", [], ""),
    ],
)
def test_a_wrong_name_gets_the_nearest_or_all(name: str, known: list[str], text: str) -> None:
    assert did_you_mean(name, known) == text
