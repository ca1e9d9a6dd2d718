"""The DBC files: complete for a human, in step with their generator, open in another tool's eyes."""

import subprocess
import sys
from pathlib import Path

import cantools
import pytest
from cantools.database.can import Database

from bmshil.dialects import (
    SHIPPED,
    BankDbc,
    Dialect,
    Report,
    assign_ids,
    bank_dbc,
    dbc_folder,
    dialect,
    dialect_names,
    id_scheme,
    neighbour_ids,
    write_dbc,
)
from bmshil.dialects.known import KNOWN
from bmshil.dialects.neighbours import NEIGHBOURS
from bmshil.errors import IdentifierError, InputError

LV = "pylontech-lv-1.2"
BASE = ("pylontech_lv_1_2.dbc", "pylontech_lv_1_3.dbc", "sma_si.dbc")
ONE_SPEAKER = (
    *("victron.dbc", "byd_lvs.dbc", "solark_1_3.dbc", "luxpower.dbc", "seplos.dbc", "deye_pcs_3_3.dbc"),
)
ASKED = (
    "growatt_lv.dbc",
    "growatt_hv.dbc",
    "sofar_ext.dbc",
    "byd_hvs.dbc",
    "pylontech_hv.dbc",
    "pylontech_hv_msb.dbc",
    "pylontech_hv_no_offset.dbc",
    "pylontech_hv_msb_no_offset.dbc",
)
DEYE_PACKS = (0x110, 0x150, 0x200, 0x250, 0x400, 0x500, 0x550, 0x600, 0x650, 0x700, 0x750)
REPORT = Report(
    cvl=56.0,
    ccl=100.0,
    dcl=120.0,
    dvl=47.0,
    soc=0.5,
    soh=1.0,
    voltage=52.31,
    current=-12.3,
    temperature=25.1,
    cell_max=3.3,
    cell_min=3.2,
    modules=3,
)


def opened(path: Path) -> Database:
    database = cantools.database.load_file(str(path))
    assert isinstance(database, Database)
    return database


@pytest.mark.parametrize("name", [*BASE, *ONE_SPEAKER])
def test_base_sets_explain_themselves(name: str) -> None:
    database = opened(dbc_folder() / name)
    paces = (1000, 2000, 10000, 60000) if name == "byd_lvs.dbc" else (1000,)
    for message in database.messages:
        assert message.comment, message.name
        assert message.cycle_time in paces, message.name
        assert not message.is_extended_frame
        for signal in message.signals:
            assert signal.receivers == (["BMS"] if message.senders == ["Inverter"] else ["Inverter"])
            assert signal.minimum is not None, signal.name
            assert signal.maximum is not None, signal.name
            assert signal.comment or signal.name.rstrip("0123456789") == "Character", signal.name
    assert database.get_message_by_frame_id(0x305).senders == ["Inverter"]


def test_alarm_pairs_have_words() -> None:
    database = opened(dbc_folder() / "pylontech_lv_1_3.dbc")
    alarms = database.get_message_by_name("Alarms")
    assert len(alarms.signals) == 26
    payload = bytes.fromhex("56 55 69 A9 56 55 69 A9")  # every alarm raised that a BYD knows
    words = alarms.decode_simple(payload)
    assert words["AlarmGeneral"] == "cleared"
    assert words["AlarmHighVoltage"] == "raised"
    assert words["AlarmHighChargeCurrent"] == "raised"
    assert words["AlarmContactor"] == "cleared"
    assert words["AlarmShortCircuit"] == "cleared"
    assert words["WarningBmsInternal"] == "raised"
    assert words["WarningCellImbalance"] == "raised"
    assert alarms.decode_simple(bytes(8))["AlarmLowVoltage"] == "n/a"


@pytest.mark.parametrize("bank", SHIPPED, ids=lambda bank: bank.file_name)
def test_shipped_files_are_in_step_with_the_generator(bank: BankDbc) -> None:
    shipped = (dbc_folder() / bank.file_name).read_bytes()
    generated = bank_dbc(dialect(bank.dialect), id_scheme(bank.scheme), bank.packs)
    assert shipped == generated.encode("ascii")


def test_the_folder_holds_these_files_and_no_others() -> None:
    assert {path.name for path in dbc_folder().iterdir()} == {
        "README.md",
        *BASE,
        *ONE_SPEAKER,
        *ASKED,
        *(f"{base}__plus_0x10__3_packs.dbc" for base in ("pylontech_lv_1_2", "pylontech_lv_1_3")),
        *(f"{base}__plus_0x100__3_packs.dbc" for base in ("pylontech_lv_1_2", "pylontech_lv_1_3")),
        *(f"{base}__plus_0x100__5_packs.dbc" for base in ("pylontech_lv_1_2", "pylontech_lv_1_3")),
        *(f"{base}__29bit__3_packs.dbc" for base in ("pylontech_lv_1_2", "pylontech_lv_1_3")),
        *(f"{base}__shift_12__16_packs.dbc" for base in ("pylontech_lv_1_2", "pylontech_lv_1_3")),
    }


@pytest.mark.parametrize("bank", SHIPPED, ids=lambda bank: bank.file_name)
def test_plain_cantools_decodes_every_pack(bank: BankDbc) -> None:
    database = opened(dbc_folder() / bank.file_name)
    speaker = dialect(bank.dialect)
    ids = assign_ids(speaker, id_scheme(bank.scheme), bank.packs)
    assert len(database.messages) == 6 * bank.packs + 1
    for pack in range(1, bank.packs + 1):
        id_, extended = ids.wire(0x351, pack)
        limits = database.get_message_by_frame_id(id_, force_extended_id=extended)
        assert (limits.name, limits.is_extended_frame) == (f"Pack{pack}_Limits", extended)
        assert limits.senders == [f"Pack{pack}"]
        assert limits.cycle_time == 1000
        assert limits.comment is not None
        assert limits.decode_simple(speaker.encode(0x351, REPORT)) == pytest.approx(
            {
                "ChargeVoltageLimit": 56.0,
                "ChargeCurrentLimit": 100.0,
                "DischargeCurrentLimit": 120.0,
                "DischargeVoltageLimit": 47.0,
            }
        )
        measured = database.get_message_by_name(f"Pack{pack}_Measurements")
        assert measured.frame_id == ids.wire(0x356, pack)[0]
        assert [signal.unit for signal in measured.signals] == ["V", "A", "degC"]


def test_extended_identifiers_carry_bit_31() -> None:
    text = bank_dbc(dialect(LV), id_scheme("<<12"), 2)
    assert "BO_ 2147484497 Pack1_Limits: 8 Pack1\n" in text  # 0x80000351
    assert "BO_ 2147488593 Pack2_Limits: 8 Pack2\n" in text  # 0x80001351
    assert "BU_: Pack1 Pack2 Inverter\n" in text
    assert text.count("BO_ 773 KeepAlive: 8 Inverter\n") == 1


def test_generator_refuses_what_cannot_be_addressed(tmp_path: Path) -> None:
    with pytest.raises(IdentifierError, match="0x851"):
        write_dbc(dialect(LV), id_scheme("+0x100"), 6, tmp_path / "six.dbc")
    assert not (tmp_path / "six.dbc").exists()


def test_written_file_opens(tmp_path: Path) -> None:
    write_dbc(dialect(LV), id_scheme("+0x100"), 4, tmp_path / "four.dbc")
    assert opened(tmp_path / "four.dbc").get_message_by_name("Pack4_Requests").frame_id == 0x65C


def test_a_dbc_that_does_not_fit_its_dialect_is_refused(tmp_path: Path) -> None:
    text = (dbc_folder() / BASE[0]).read_text()
    other = tmp_path / "other.dbc"
    other.write_text(text.replace("DischargeVoltageLimit", "CutOff"))
    with pytest.raises(InputError, match=r"other.dbc does not fit the dialect trial: look at Limits"):
        Dialect("trial", other, KNOWN[LV])


def test_layout_comes_from_the_dbc_alone(tmp_path: Path) -> None:
    text = (dbc_folder() / BASE[0]).read_text()
    other = tmp_path / "other.dbc"
    other.write_text(
        text.replace("Voltage : 0|16@1- (0.01,0) [-327.68|327.67]", "Voltage : 7|16@0- (0.1,0) [-327|327]")
    )
    changed = Dialect("trial", other, KNOWN[LV])
    payload = changed.encode(0x356, REPORT)
    assert payload == bytes.fromhex("02 0B 85 FF FB 00")  # 523 tenths, high byte first
    assert changed.read({0x356: payload})["voltage"] == pytest.approx(52.3)


def test_victron_refuses_plus_0x10_by_name() -> None:
    with pytest.raises(IdentifierError) as refusal:
        assign_ids(dialect(LV), id_scheme("+0x10"), 3, also_used=neighbour_ids("victron"))
    assert "0x371 is pack 3 (0x351) and Victron device name part 2" in str(refusal.value)
    assert "0x379 is pack 3 (0x359) and Victron installed capacity" in str(refusal.value)
    assert assign_ids(dialect(LV), id_scheme("+0x10"), 2, also_used=neighbour_ids("victron")).packs == 2
    assert assign_ids(dialect(LV), id_scheme("+0x100"), 5, also_used=neighbour_ids("victron")).packs == 5


def test_other_neighbours() -> None:
    for name, pack, id_ in (("seplos", 3, "0x371"), ("deye-pcs", 2, "0x361"), ("goodwe", 2, "0x455")):
        scheme = id_scheme("+0x100" if name == "goodwe" else "+0x10")
        with pytest.raises(IdentifierError, match=f"{id_} is pack {pack}"):
            assign_ids(dialect(LV), scheme, pack, also_used=neighbour_ids(name))
    with pytest.raises(InputError, match=r"'solax': known are pylontech-lv-1.2"):
        neighbour_ids("solax")


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_a_single_source_fits_every_neighbour(name: str) -> None:
    assert assign_ids(dialect(LV), id_scheme("base"), 1, also_used=neighbour_ids(name)).packs == 1


@pytest.mark.parametrize("name", dialect_names())
def test_neighbours_know_our_own_dialects(name: str) -> None:
    speaks = dialect(name)
    ids = {message.id for message in speaks.messages} | speaks.inverter_ids
    own = {id_ | (0x80000000 if id_ in speaks.extended else 0) for id_ in ids}
    # An SMA also listens to the quick stop and to events, which our batteries never send, nor do they send
    # single cells to a Growatt.
    # Not every battery of the Victron family sends every message, and a bank of ours tells Deye two messages
    # of each pack at most, which are none of those that are sent for the bank.
    silent = {
        "sma-si": {0x00F, 0x35B},
        "growatt-lv": {0x315, 0x316, 0x317, 0x318},
        "victron": {0x35B},
        "byd-lvs": {0x370, 0x371, 0x380, 0x381},
        "deye-pcs-3.3": {
            *(one for one in range(0x300, 0x310) if one not in {0x305, 0x306}),
            0x358,
            *(base + pack for base in DEYE_PACKS for pack in range(16)),
        },
    }
    assert set(neighbour_ids(name)) - own == silent.get(name, set())
    assert own <= set(neighbour_ids(name))


def test_importing_the_room_does_not_import_cantools() -> None:
    code = "import sys, bmshil.dialects; sys.exit('cantools' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - our own interpreter
    assert done.returncode == 0
