"""Rig files: what they say, and the one line that names a mistake."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bmshil.errors import IdentifierError, InputError
from bmshil.rig import Rig, find, load, rig_names

Bend = Callable[..., Rig]

PACKS = (
    "[{module: generic-16s, capacity: 100}, {module: generic-16s, capacity: 50}, "
    "{module: generic-16s, capacity: 100}]"
)
SUPPLY = "supply: {driver: scpi-supply, resource: twin}"
REAL_SUPPLY = 'supply: {driver: scpi-supply, resource: "TCPIP::192.0.2.11::5025::SOCKET"}'


def test_the_twin_is_three_packs_of_software() -> None:
    rig = load("twin")
    assert (rig.name, rig.placement, rig.all_twin, rig.acceptance) == ("twin", "inside", True, "default")
    assert (rig.profile.name, rig.dut.firmware, rig.dut.serial) == ("pylon_parallel", "twin", "1")
    assert [one.capacity for one in rig.modules] == [100.0, 50.0, 100.0]
    assert (rig.cells, rig.bank.soc, rig.current) == (16, 0.6, 150.0)
    assert [rig.ids.wire(0x351, pack) for pack in (1, 2, 3)] == [
        (0x351, False),
        (0x451, False),
        (0x551, False),
    ]
    assert rig.dialect.name == "pylontech-lv-1.2"
    assert list(rig.can) == ["emulator", "witness", "disturber"]
    assert list(rig.instruments) == ["supply", "meter", "load", "relays", "ohmmeter"]
    assert {name: (source.rating, source.by) for name, source in rig.power.items()} == {
        "ac_grid": (6000.0, "relays"),
        "ac_load": (6000.0, "load"),
        "pv": (6000.0, "relays"),
    }


@pytest.mark.parametrize(
    ("name", "all_twin", "outputs", "packs"),
    [
        ("twin", True, True, 3),
        ("twin-single", True, True, 1),
        ("twin-lab", True, True, 3),
        ("twin-process", True, True, 3),
        ("twin-five", True, True, 5),
        ("twin-master", True, True, 3),
        ("twin-bus-a", True, True, 4),
        ("twin-rs485", True, True, 1),
        ("twin-polled", True, True, 3),
        ("twin-bus-b", True, True, 4),
        ("template_real", False, True, 1),
        ("template_slcan", False, True, 1),
        ("template_selftest", False, True, 3),
        ("emulate_virtual", False, False, 3),
        ("emulate_slcan", False, False, 1),
    ],
)
def test_every_shipped_rig_can_be_read(name: str, all_twin: bool, outputs: bool, packs: int) -> None:
    rig = load(name)
    assert (rig.all_twin, bool(rig.instruments), len(rig.modules)) == (all_twin, outputs, packs)
    assert (rig.envelope is not None) == outputs


def test_no_shipped_rig_is_forgotten_here() -> None:
    assert rig_names() == [
        "emulate_rs485",
        "emulate_slcan",
        "emulate_virtual",
        "template_real",
        "template_selftest",
        "template_slcan",
        "twin",
        "twin-bus-a",
        "twin-bus-b",
        "twin-collector",
        "twin-five",
        "twin-gated",
        "twin-hub",
        "twin-lab",
        "twin-lone",
        "twin-master",
        "twin-polled",
        "twin-process",
        "twin-rs485",
        "twin-single",
        "twin-site",
    ]


def test_a_rig_without_an_envelope_sets_no_limit_of_its_own() -> None:
    assert load("emulate_slcan").current == float("inf")


def test_a_bare_name_is_looked_up_in_the_present_folder_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rigs").mkdir()
    own = tmp_path / "rigs" / "twin.yaml"
    own.write_text(find("twin").read_text().replace("name: twin", "name: my-own", 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load("twin").name == "my-own"
    assert load(own).name == "my-own"
    assert load("twin-single").name == "twin-single"


def test_an_unknown_rig_gets_the_nearest_name() -> None:
    with pytest.raises(InputError, match=r"no rig is called 'twinn', did you mean 'twin'\?"):
        load("twinn")
    with pytest.raises(InputError, match=r"nowhere\.yaml: cannot be read \(No such file or directory\)"):
        load("nowhere.yaml")


def test_another_device_may_stand_on_the_rig() -> None:
    rig = load("twin-single", dut="pylon_parallel")
    assert rig.profile.name == "pylon_parallel"


def test_a_profile_may_lie_beside_the_rig_file(bend: Bend, tmp_path: Path) -> None:
    source = load("twin").profile.path.read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(source, encoding="utf-8")
    assert bend("twin", ("profile: pylon_parallel", "profile: mine.yaml")).profile.name == "mine"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("placement: inside", "plcement: inside"), "plcement: unknown key, did you mean 'placement'?"),
        (("name: twin\n", ""), "line 4: the key 'name' is missing"),
        (("name: twin\n", "name: a/b\n"), "name: expected 'str' matching regex"),
        (("soc: 0.6", "soc: 60"), "bank.soc: expected 'float' <= 1.0"),
        ((PACKS, "[]"), "bank.packs: expected 'array' of length >= 1"),
        (("{module: generic-16s, capacity: 50}", "{module: us9}"), "bank.packs[1].module: module 'us9'"),
        (
            ("{module: generic-16s, capacity: 50}", "{module: us5000}"),
            "bank.packs[1]: us5000 has 15 cells in series, pack 1 has 16",
        ),
        (("capacity: 50", "capacity: -5"), "bank.packs[1].capacity: expected 'float' > 0.0"),
        (
            ("pylon_parallel", "pylon_paralel"),
            "dut.profile: no profile is called 'pylon_paralel', did you mean",
        ),
        (("witness:", "witnes:"), "can.witnes: unknown key, did you mean 'witness'?"),
        (("bitrate: 500000", "bitrate: fast"), "can.emulator.bitrate: expected 'int', got 'str'"),
        (("  emulator: {interface: twin, channel: bus0, bitrate: 500000}", "  {}"), "not YAML"),
        (("channel: bus0, bitrate: 500000", "channel: bus0, listen_only: true"), "the emulator has to send"),
        (
            ("channel: bus0, listen_only", "channel: bus0, bitrate: 250000, listen_only"),
            "can.witness.bitrate: 250000 bit/s, but the emulator has 500000",
        ),
        (("dc_precharge: 2", "dc_prechrge: 2"), "relay role, did you mean 'dc_precharge'?"),
        (("dc_precharge: 2", "dc_precharge: 1"), "channels.dc_precharge: channel 1 is dc_main already"),
        (("ac_grid: 4, ", ""), "power.ac_grid.by: no relay has the role ac_grid"),
        (("  load: {driver: scpi-load, resource: twin}", ""), "power.ac_load.by: the rig has no load"),
        (("by: load", "by: hand"), "power.ac_load.by: no such word: 'hand', known are"),
        (("resource: twin}", "resource: twin, channels: {a: 1}}"), "relays and the permit have channels"),
        (
            ("  load:", "  permit: {driver: scpi-relays, resource: twin, channels: {dc_main: 1}}\n  load:"),
            "instruments.permit: the permit has a board of its own: write channels: {permit: <its channel>}",
        ),
        (("envelope: {voltage: 60, current: 150, power: 7500}", ""), "needs an envelope"),
        (("power: 7500", "power: 0"), "envelope.power: expected 'float' > 0.0"),
        (("period: 0.1", "period: 0"), "control.period: expected 'float' >= 0.02"),
        (("soc: 0.6", "id_scheme: '+0x200'"), "bank.id_scheme: no id scheme '+0x200'"),
        (
            ("soc: 0.6", "id_scheme: +0x100"),
            "bank.id_scheme: expected 'str | null', got 'int': put it in quotes",
        ),
        (("soc: 0.6", "dialect: pylon"), "bank.dialect: "),
    ],
)
def test_a_mistake_is_named_in_one_line(bend: Bend, change: tuple[str, str], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        bend("twin", change)
    assert re.search(r"rig\.yaml, line \d+: ", str(caught.value))
    assert "\n" not in str(caught.value)


def test_twin_and_real_do_not_mix(bend: Bend) -> None:
    with pytest.raises(InputError, match=r"line 21: instruments\.supply\.resource: real, but can\.emulator"):
        bend("twin", (SUPPLY, REAL_SUPPLY))
    with pytest.raises(InputError, match=r"readback\.address: real, but can\.emulator\.interface is a twin"):
        bend("twin", ("address: twin", "address: 192.0.2.20:502"))


def test_twin_and_real_mix_for_a_selftest_without_real_outputs(bend: Bend) -> None:
    assert bend("twin", *SELFTEST, INVERTER).selftest
    with pytest.raises(InputError, match="no real output may be on"):
        bend("twin", *SELFTEST, INVERTER, (SUPPLY, REAL_SUPPLY))


SELFTEST = (
    ("emulator: {interface: twin, channel: bus0,", "emulator: {interface: virtual, channel: a,"),
    ("witness: {interface: twin, channel: bus0,", "witness: {interface: virtual, channel: a,"),
    ("placement: inside", "placement: real\nselftest: true"),
)
INVERTER = ("\ninstruments:", "\n  inverter: {interface: virtual, channel: a}\n\ninstruments:")


def test_a_software_inverter_on_a_real_bus_belongs_to_a_selftest(bend: Bend) -> None:
    rig = bend("twin", *SELFTEST, INVERTER)
    assert (rig.twin_device, rig.all_twin, rig.can["inverter"].interface) == (True, False, "virtual")
    with pytest.raises(InputError, match=r"line \d+: can\.inverter\.interface: only a selftest has"):
        bend("template_real", INVERTER)
    with pytest.raises(InputError, match=r"line \d+: can: a selftest on a real bus needs can\.inverter"):
        bend("twin", *SELFTEST)
    with pytest.raises(InputError, match=r"can\.inverter\.interface: twin, but a selftest joins software"):
        bend("twin", *SELFTEST, (INVERTER[0], INVERTER[1].replace("virtual", "twin")))
    with pytest.raises(InputError, match=r"can\.emulator\.interface: twin, but a selftest joins software"):
        bend("twin", *SELFTEST[1:], INVERTER)


def test_placement_fits_the_parts(bend: Bend) -> None:
    with pytest.raises(InputError, match="placement: every part is a twin: write placement: inside"):
        bend("twin", ("placement: inside", "placement: real"))
    with pytest.raises(
        InputError, match=r"can\.emulator\.interface: real, but the rig has placement: inside"
    ):
        bend("template_real", ("placement: real", "placement: inside"))
    with pytest.raises(
        InputError,
        match=r"can\.emulator\.interface: real, but the rig has placement: process, which means all",
    ):
        bend("template_real", ("placement: real", "placement: process"))


def test_the_can_lines_have_a_meter_of_their_own(bend: Bend) -> None:
    ohmmeter = "  ohmmeter: {driver: scpi-ohmmeter, resource: 'TCPIP::192.0.2.%d::5025::SOCKET'}\n  load:"
    assert "ohmmeter" in bend("template_real", ("  load:", ohmmeter % 15)).instruments
    with pytest.raises(InputError, match=r"instruments\.ohmmeter\.resource: .* is the meter already"):
        bend("template_real", ("  load:", ohmmeter % 12))


def test_every_role_has_an_adapter_of_its_own(bend: Bend) -> None:
    first = "emulator: {interface: slcan, channel: /dev/ttyACM0, bitrate: 500000}"
    second = "\n  witness: {interface: slcan, channel: /dev/ttyACM%d}"
    assert "witness" in bend("emulate_slcan", (first, first + second % 1)).can
    with pytest.raises(
        InputError, match=r"line 19: can\.witness\.channel: slcan /dev/ttyACM0 is can\.emulator"
    ):
        bend("emulate_slcan", (first, first + second % 0))
    software = "{interface: socketcan, channel: vcan0}"
    assert "witness" in bend("emulate_slcan", (first, f"emulator: {software}\n  witness: {software}")).can


def test_a_served_twin_has_serial_adapters(bend: Bend) -> None:
    assert [load("twin-process").interface(role) for role in ("emulator", "witness")] == ["slcan", "slcan"]
    assert load("twin").interface("emulator") == "twin"
    assert load("template_real").interface("witness") == "socketcan"
    assert (load("twin").inside, load("twin").served) == (True, False)
    served = bend("twin", ("placement: inside", "placement: process"))
    assert (served.inside, served.served, served.all_twin) == (False, True, True)


def test_real_outputs_stay_at_60_volts(bend: Bend) -> None:
    with pytest.raises(InputError, match=r"envelope\.voltage: real outputs above 60 V DC are refused"):
        bend("template_real", ("voltage: 60", "voltage: 60.5"))
    assert bend("template_real", ("voltage: 60", "voltage: 58")).envelope is not None


def test_identifiers_that_overlap_are_named(bend: Bend) -> None:
    with pytest.raises(IdentifierError, match=r"rig\.yaml: base with 3 packs overlaps: 0x351 is pack 1"):
        bend("twin", ("soc: 0.6", "id_scheme: base"))


def test_several_packs_on_a_device_for_one_battery_keep_apart(bend: Bend) -> None:
    single = ("pylon_parallel", "pylon_single")
    shipped, bent = load("twin", dut="pylon_single"), bend("twin", single)
    for rig in (shipped, bent):
        assert [rig.ids.wire(0x351, pack) for pack in (1, 2, 3)] == [
            (0x351, False),
            (0x451, False),
            (0x551, False),
        ]
    assert bend("twin", single, ("soc: 0.6", "id_scheme: '+0x10'")).ids.wire(0x351, 2) == (0x361, False)
    with pytest.raises(IdentifierError, match="base with 3 packs overlaps"):
        bend("twin", single, ("soc: 0.6", "id_scheme: base"))
    assert load("twin-single").ids.wire(0x351, 1) == (0x351, False)


def test_identifiers_that_the_device_uses_are_not_given_to_packs(bend: Bend, tmp_path: Path) -> None:
    profile = load("twin").profile.path.read_text(encoding="utf-8")
    mine = profile.replace("  batteries: several\n", "  batteries: several\n  also_uses: [victron]\n", 1)
    (tmp_path / "mine.yaml").write_text(mine, encoding="utf-8")
    named = ("profile: pylon_parallel", "profile: mine.yaml")
    with pytest.raises(IdentifierError, match=r"0x371 is pack 3 \(0x351\) and Victron device name part 2"):
        bend("twin", named, ("soc: 0.6", "id_scheme: '+0x10'"))
    assert bend("twin", named).ids.packs == 3


def test_a_bank_fits_the_number_of_packs_of_the_device(bend: Bend) -> None:
    fixed = ("pylon_parallel", "pylon_fixed3")
    two = (PACKS, "[{module: generic-16s}, {module: generic-16s}]")
    six = (PACKS, "[" + ", ".join(["{module: generic-16s}"] * 6) + "]")
    assert len(bend("twin", fixed).modules) == 3
    with pytest.raises(InputError, match=r"bank\.packs: 2 packs, but pylon_fixed3 is set to 3"):
        bend("twin", fixed, two)
    with pytest.raises(InputError, match=r"bank\.packs: 6 packs, but pylon_parallel takes 5 at most"):
        bend("twin", six)


@pytest.mark.parametrize(("name", "architecture"), [("twin", "parallel"), ("twin-single", "single")])
def test_the_number_of_packs_tells_the_architecture(name: str, architecture: str) -> None:
    assert load(name).architecture.kind == architecture


def test_one_pack_may_be_the_first_of_a_parallel_bank(bend: Bend) -> None:
    assert bend("twin-single", ("bank:", "architecture: parallel\nbank:")).architecture.kind == "parallel"
    assert bend("twin", ("bank:", "architecture: parallel\nbank:")).architecture.kind == "parallel"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (
            "single",
            "line 10: architecture: single, but the bank has 3 packs: write parallel, or leave one pack",
        ),
        ("ring", "line 10: architecture: no architecture is called 'ring'"),
        (
            "{kind: master, arithmetic: pylontec}",
            "line 10: architecture.arithmetic: no arithmetic is called 'pylontec', did you mean 'pylontech'?",
        ),
    ],
)
def test_an_architecture_that_cannot_be_is_refused(bend: Bend, word: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as refusal:
        bend("twin", ("bank:", f"architecture: {word}\nbank:"))
    assert "\n" not in str(refusal.value)


def test_how_well_a_rig_measures(bend: Bend) -> None:
    usual = load("twin").tolerances
    assert (usual.voltage, usual.current, usual.time) == (0.02, 0.2, 0.1)
    own = bend("twin", ("control:", "tolerances: {voltage: 0.05, time: 0.5}\ncontrol:")).tolerances
    assert [own.of(unit) for unit in ("V", "A", "s", "degC")] == [0.05, 0.2, 0.5, 0.0]
    with pytest.raises(InputError, match=r"tolerances.current: expected 'float' > 0"):
        bend("twin", ("control:", "tolerances: {current: 0}\ncontrol:"))
    with pytest.raises(InputError, match=r"tolerances.volts: unknown key"):
        bend("twin", ("control:", "tolerances: {volts: 0.1}\ncontrol:"))


def test_a_link_on_which_no_round_ends_in_time_is_refused(tmp_path: Path) -> None:
    text = find("twin-master").read_text(encoding="utf-8")
    pack = "    - {module: generic-16s, capacity: 200}\n"
    assert text.count(pack) == 3
    path = tmp_path / "many.yaml"
    path.write_text(text.replace(3 * pack, 40 * pack), encoding="utf-8")
    with pytest.raises(InputError, match=r"40 packs on one link, 0\.15 s .* each is asked every 5\.85 s"):
        load(path)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            "{kind: collector, chooses: best}",
            r"architecture\.chooses: 'best' is none.*lowest_instance, ",
        ),
        ("{kind: gated, gate: door}", r"architecture\.gate: 'door' is none.*any, "),
        (
            "{kind: master, groups: [2, 1]}",
            r"architecture\.groups: only a hub has groups",
        ),
    ],
)
def test_words_of_an_architecture_that_mean_nothing_are_refused(bend: Bend, keys: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        bend("twin", ("bank:", f"architecture: {keys}\nbank:"))
