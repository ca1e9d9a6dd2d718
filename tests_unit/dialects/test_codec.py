"""The compiled codec against cantools, the codec of record, over all our messages and some odd ones."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cantools.database import load_string
from cantools.database.can import Database, Message
from hypothesis import given
from hypothesis import strategies as st

from bmshil.dialects import CompiledMessage, dbc_folder, load_dbc
from bmshil.errors import CodecError, InputError

ODD = """VERSION ""
NS_ :
BS_:
BU_: A B
BO_ 1 Mixed: 8 A
 SG_ BigSigned : 4|11@0- (0.1,-12.3) [0|0] "V" B
 SG_ BigCount : 9|3@0+ (1,0) [0|7] "" B
 SG_ LittleOdd : 24|13@1+ (0.02,5) [5|100] "A" B
 SG_ LittleSigned : 37|7@1- (3,-40) [0|0] "degC" B
 SG_ Negative : 44|6@1- (-0.5,0) [-16|16] "" B
 SG_ Narrow : 50|4@1+ (1,0) [0|9] "" B
BO_ 2 Whole: 8 A
 SG_ Everything : 0|64@1+ (1,0) [0|0] "" B
BO_ 3 Halves: 8 A
 SG_ Low : 0|32@1- (0.001,0) [-2000000|2000000] "" B
 SG_ High : 32|32@1+ (10,7) [0|0] "" B
BO_ 4 BigWhole: 7 A
 SG_ Left : 7|16@0- (0.01,0) [-327.68|327.67] "V" B
 SG_ Middle : 23|24@0+ (0.5,-100) [-100|1000000] "" B
 SG_ Right : 47|16@0+ (1,0) [0|0] "" B
BO_ 5 Named: 2 A
 SG_ Mode : 0|4@1+ (1,0) [0|3] "" B
 SG_ SmallSigned : 8|8@1- (1,0) [0|0] "" B
BO_ 6 Empty: 8 A
BO_ 7 OneSided: 4 A
 SG_ Percent : 0|16@1+ (0.1,0) [0|100] "%" B
 SG_ Count : 16|16@1- (1,-5) [0|0] "" B
VAL_ 5 Mode 0 "off" 1 "on" 15 "unknown" ;
"""


def odd() -> Database:
    database = load_string(ODD, database_format="dbc")
    assert isinstance(database, Database)
    return database


MESSAGES: list[Message] = [
    *odd().messages,
    *load_dbc(dbc_folder() / "pylontech_lv_1_2.dbc").messages,
    *load_dbc(dbc_folder() / "pylontech_lv_1_3.dbc").messages,
    *load_dbc(dbc_folder() / "sma_si.dbc").messages,
]
PAIRS = [(message, CompiledMessage(message)) for message in MESSAGES]
NUMBERS = st.one_of(
    st.integers(-(2**65), 2**65),
    st.integers(-300, 70_000),
    st.floats(-1e6, 1e6),
    st.integers(-70_000, 70_000).map(lambda count: count * 0.1),
    st.integers(-70_000, 70_000).map(lambda count: count / 100 + 0.005),
    st.booleans(),
    st.sampled_from([math.nan, math.inf, -math.inf, -0.0, 1.7e308, -1.7e308, 5e-324]),
)


def one(message: str) -> CompiledMessage:
    return next(compiled for _, compiled in PAIRS if compiled.name == message)


def both_encode(message: Message, compiled: CompiledMessage, values: dict[str, Any]) -> None:
    """Equal bytes, or both refuse."""
    try:
        expected = message.encode(values, strict=True)
    except Exception:  # noqa: BLE001 - cantools refuses with errors of several families
        with pytest.raises(CodecError):
            compiled.encode(values)
    else:
        assert compiled.encode(values) == expected


@given(st.data())
def test_any_values_encode_as_in_cantools(data: st.DataObject) -> None:
    message, compiled = data.draw(st.sampled_from(PAIRS))
    both_encode(message, compiled, {signal.name: data.draw(NUMBERS) for signal in message.signals})


@given(st.data())
def test_fitting_values_encode_as_in_cantools(data: st.DataObject) -> None:
    message, compiled = data.draw(st.sampled_from(PAIRS))
    values: dict[str, Any] = {}
    for signal in message.signals:
        bits = signal.length - 1 if signal.is_signed else signal.length
        count = data.draw(st.integers(-(1 << bits) if signal.is_signed else 0, (1 << bits) - 1))
        nudge = data.draw(st.sampled_from([0, 0, 0.3, 0.5, -0.5, 1e-7, -1e-7, 1e-5, -1e-5]))
        values[signal.name] = signal.conversion.raw_to_scaled(count, decode_choices=False)
        if nudge:
            values[signal.name] += nudge * signal.conversion.scale
    both_encode(message, compiled, values)


@given(st.data())
def test_any_bytes_decode_as_in_cantools(data: st.DataObject) -> None:
    message, compiled = data.draw(st.sampled_from(PAIRS))
    payload = data.draw(st.binary(max_size=10))
    expected = message.decode_simple(payload, decode_choices=False, allow_truncated=True)
    decoded = compiled.decode(payload)
    assert decoded == expected
    assert [math.copysign(1, value) for value in decoded.values()] == [
        math.copysign(1, float(expected[name]))  # type: ignore[arg-type]
        for name in decoded
    ]


@given(st.data())
def test_what_was_decoded_encodes_to_the_same_bytes(data: st.DataObject) -> None:
    message, compiled = data.draw(st.sampled_from(PAIRS))
    values = compiled.decode(data.draw(st.binary(min_size=message.length, max_size=message.length)))
    both_encode(message, compiled, values)
    try:
        payload = compiled.encode(values)
    except CodecError:
        return  # a count outside the range of its signal
    assert compiled.decode(payload) == values


@given(st.data())
def test_columns_are_what_cantools_decodes_frame_by_frame(data: st.DataObject) -> None:
    message, compiled = data.draw(st.sampled_from(PAIRS))
    frames = data.draw(st.lists(st.binary(max_size=8), max_size=6))
    table = np.zeros((len(frames), 8), np.uint8)
    for row, frame in zip(table, frames, strict=True):
        row[: len(frame)] = np.frombuffer(frame, np.uint8)
    columns = compiled.decode_columns(table, np.array([len(frame) for frame in frames], np.int64))
    expected = [message.decode_simple(frame, decode_choices=False, allow_truncated=True) for frame in frames]
    assert list(columns) == [signal.name for signal in message.signals]
    for name, column in columns.items():
        assert column.dtype == np.float64
        wanted = [float(values[name]) if name in values else math.nan for values in expected]  # type: ignore[arg-type]
        np.testing.assert_array_equal(column, np.array(wanted, np.float64))


@pytest.mark.parametrize(("value", "count"), [(23.4, 234), (23.45, 234), (23.35, 234), (0.05, 0), (0.15, 1)])
def test_rounding_of_tenths(value: float, count: int) -> None:
    # C code generated by cantools truncates 23.4 to 233 (its issue 635); the Python codec rounds and rules.
    values = {"Voltage": 0.0, "Current": 0.0, "Temperature": value}
    assert one("Measurements").encode(values) == bytes(4) + count.to_bytes(2, "little")


def test_numpy_numbers_are_numbers() -> None:
    values = {"SOC": np.int64(50), "SOH": np.float64(99.6)}
    assert one("StateOfCharge").encode(values) == bytes.fromhex("32 00 64 00")  # type: ignore[arg-type]
    bits = {f"Character{place}": np.int64(255) for place in range(1, 9)}
    assert one("Manufacturer").encode(bits) == b"\xff" * 8  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"SOC": 101, "SOH": 100}, r"StateOfCharge \(0x355\): SOC = 101 % is outside 0 .. 100 %"),
        ({"SOC": -1, "SOH": 100}, r"SOC = -1 % is outside 0 .. 100 %"),
        ({"SOC": 50}, r"StateOfCharge \(0x355\) needs a value for SOH"),
        ({"SOC": 50, "SOH": None}, r"SOH must be a finite number, not None"),
        ({"SOC": math.nan, "SOH": 100}, r"SOC must be a finite number, not nan"),
        ({"SOC": 50, "SOH": math.inf}, r"SOH must be a finite number, not inf"),
        ({"SOC": 50, "SOH": "full"}, r"SOH must be a finite number, not 'full'"),
        ({"SOC": 50, "SOH": 100, "SoH": 100}, r"has no signal SoH: it has SOC, SOH"),
        ({"SOC": 50, "SoH": 100}, r"needs a value for SOH"),
    ],
)
def test_refusal_says_what_and_where(values: dict[str, Any], message: str) -> None:
    with pytest.raises(CodecError, match=message):
        one("StateOfCharge").encode(values)


def test_without_a_range_the_bits_are_the_range() -> None:
    values = {
        "BigSigned": 200.0,
        "BigCount": 0,
        "LittleOdd": 5.0,
        "LittleSigned": -40,
        "Negative": 0,
        "Narrow": 0,
    }
    with pytest.raises(CodecError, match=r"BigSigned = 200 V is outside what 11 bits of 0.1 V hold"):
        one("Mixed").encode(values)


def test_a_value_table_extends_the_range() -> None:
    assert one("Named").encode({"Mode": 15, "SmallSigned": -1}) == b"\x0f\xff"
    with pytest.raises(CodecError, match=r"Mode = 14 is outside 0 .. 3"):
        one("Named").encode({"Mode": 14, "SmallSigned": 0})


def test_missing_bytes_are_absent_and_never_zero() -> None:
    limits = one("Limits")
    assert limits.decode(bytes.fromhex("14 02 74 0E 74 0E")) == pytest.approx(
        {"ChargeVoltageLimit": 53.2, "ChargeCurrentLimit": 370.0, "DischargeCurrentLimit": 370.0}
    )
    assert limits.decode(bytes.fromhex("14 02 74 0E 74")) == pytest.approx(
        {"ChargeVoltageLimit": 53.2, "ChargeCurrentLimit": 370.0}
    )
    assert limits.decode(b"\x14") == {}
    assert limits.decode(b"") == {}


def test_bytearray_decodes_as_python_can_delivers_it() -> None:
    assert one("StateOfCharge").decode(bytearray.fromhex("1A 00 64 00")) == {"SOC": 26, "SOH": 100}  # type: ignore[arg-type]
    assert one("StateOfCharge").decode(bytearray.fromhex("1A 00 64")) == {"SOC": 26}  # type: ignore[arg-type]


def test_columns_of_one_length() -> None:
    table = np.frombuffer(bytes.fromhex("14 02 74 0E 74 0E FF FF") * 3, np.uint8).reshape(3, 8)
    columns = one("Limits").decode_columns(table, 6)
    np.testing.assert_allclose(columns["ChargeVoltageLimit"], [53.2, 53.2, 53.2])
    assert np.isnan(columns["DischargeVoltageLimit"]).all()


def test_columns_refuse_another_shape() -> None:
    with pytest.raises(
        CodecError, match=r"Limits: frames must be uint8 of shape \(n, 8\), not uint8 \(3, 6\)"
    ):
        one("Limits").decode_columns(np.zeros((3, 6), np.uint8), 6)
    with pytest.raises(CodecError, match="3 frames, but"):
        one("Limits").decode_columns(np.zeros((3, 8), np.uint8), np.zeros(2, np.int64))
    with pytest.raises(CodecError, match="not int64"):
        one("Limits").decode_columns(np.zeros((3, 8), np.int64), 8)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('BO_ 1 Long: 12 A\n SG_ S : 0|8@1+ (1,0) [0|0] "" B\n', "Long is 12 bytes long"),
        (
            'BO_ 1 Real: 4 A\n SG_ S : 0|32@1+ (1,0) [0|0] "" B\nSIG_VALTYPE_ 1 S : 1;\n',
            r"Real holds floating-point signals \(S\)",
        ),
        (
            'BO_ 1 Mux: 2 A\n SG_ M M : 0|8@1+ (1,0) [0|0] "" B\n SG_ S m0 : 8|8@1+ (1,0) [0|0] "" B\n',
            "Mux is multiplexed",
        ),
    ],
)
def test_what_cannot_be_compiled_is_refused(body: str, reason: str) -> None:
    database = load_string(f'VERSION ""\nNS_ :\nBS_:\nBU_: A B\n{body}', database_format="dbc")
    assert isinstance(database, Database)
    with pytest.raises(InputError, match=reason):
        CompiledMessage(database.messages[0])


def test_unreadable_dbc_is_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.dbc"
    broken.write_text("this is\nno DBC file")
    binary = tmp_path / "binary.dbc"
    binary.write_bytes(bytes(range(256)))
    for path in (broken, binary, tmp_path / "absent.dbc", tmp_path):
        with pytest.raises(InputError, match=r"cannot read .* as a DBC file") as refusal:
            load_dbc(path)
        assert str(path) in str(refusal.value)
        assert "\n" not in str(refusal.value)
