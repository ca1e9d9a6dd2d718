"""Site files: several rigs side by side."""

from pathlib import Path

import pytest

from bmshil.errors import InputError
from bmshil.rig import find, load
from bmshil.rig.site import load_site


def test_the_shipped_site_is_that_of_the_article() -> None:
    site = load_site("twin-site")
    assert [(part.letter, part.rig.name, list(part.packs)) for part in site.parts] == [
        ("a", "twin-bus-a", [1, 2, 3, 4]),
        ("b", "twin-bus-b", [5, 6, 7, 8]),
    ]
    assert site.energy == pytest.approx(200.0, abs=0.5)  # kWh
    assert not site.joined


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: x\nsite: []\n", "site: expected 'array' of length >= 1"),
        ("name: x\n", "the key 'site' is missing"),
        ("name: x\nsite: [twin]\ncolour: red\n", "line 3: colour: unknown key"),
        ("name: x\nsite: [twin, nowhere]\n", "line 2: site[1]: no rig is called 'nowhere'"),
        ("name: x\nsite: [twin, twin]\n", "the name 'twin' is there twice: every rig has its own"),
        ("name: x\nsite: [twin, template_real]\n", "is not all software inside one process"),
    ],
)
def test_a_mistake_names_file_and_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_site(path)
    assert str(caught.value).startswith(str(path))
    assert told in str(caught.value)


def test_a_site_where_a_rig_is_wanted_names_its_parts() -> None:
    with pytest.raises(InputError, match=r"line 5: site: this is a site, no rig: name one of its parts, \["):
        load("twin-site")


def test_a_part_beside_the_site_file_comes_before_a_shipped_one(tmp_path: Path) -> None:
    text = find("twin-single").read_text(encoding="utf-8").replace("name: twin-single", "name: mine")
    (tmp_path / "twin.yaml").write_text(text, encoding="utf-8")
    path = tmp_path / "site.yaml"
    path.write_text("name: x\nsite: [twin]\n", encoding="utf-8")
    assert load_site(path).parts[0].rig.name == "mine"
