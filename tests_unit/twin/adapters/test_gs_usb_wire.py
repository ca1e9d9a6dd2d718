import can
import pytest

from bmshil.twin.adapters import gs_usb_wire as wire
from bmshil.twin.adapters.gs_usb_descriptors import descriptor
from bmshil.twin.adapters.gs_usb_wire import Feature, HostFrame
from bmshil.twin.canbus.confinement import BusError, State


def test_the_device_descriptor_names_a_candlelight() -> None:
    # lsusb: ID 1d50:606f OpenMoko, Inc. Geschwister Schneider CAN adapter
    assert descriptor(0x0100, "A1") == bytes.fromhex("12 01 00 02 00 00 00 40 50 1d 6f 60 00 00 01 02 03 01")


def test_the_configuration_has_one_interface_with_a_bulk_endpoint_in_and_one_out() -> None:
    assert descriptor(0x0200, "A1") == bytes.fromhex(
        "09 02 20 00 01 01 00 80 4b  09 04 00 00 02 ff ff ff 00  07 05 81 02 40 00 00  07 05 02 02 40 00 00"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0x0300, "04 03 09 04"),
        (0x0301, "12 03 62 00 79 00 74 00 65 00 77 00 65 00 72 00 6b 00"),
        (0x0303, "06 03 41 00 31 00"),
    ],
)
def test_strings_are_utf_16(value: int, expected: str) -> None:
    assert descriptor(value, "A1") == bytes.fromhex(expected)


@pytest.mark.parametrize("value", [0x0304, 0x0600, 0x0F00])
def test_descriptors_that_it_does_not_have(value: int) -> None:
    assert descriptor(value, "A1") is None


def test_bit_timing_constants() -> None:
    # features 0x3039; 48 MHz; tseg1 1..16; tseg2 1..8; sjw 4; brp 1..1024 in steps of 1
    bit_timing_constants = wire.BT_CONST
    assert bit_timing_constants == bytes.fromhex(
        "39300000 006cdc02 01000000 10000000 01000000 08000000 04000000 01000000 00040000 01000000"
    )


def test_the_device_configuration_has_one_channel() -> None:
    device_configuration = wire.DEVICE_CONFIG
    assert device_configuration == bytes.fromhex("00 00 00 00 02000000 01000000")


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        ("06000000 07000000 02000000 01000000 06000000", 500_000),  # what Linux chooses at 48 MHz
        ("06000000 07000000 02000000 01000000 0c000000", 250_000),
        ("05000000 06000000 04000000 01000000 18000000", 125_000),
        ("03000000 03000000 01000000 01000000 06000000", 1_000_000),
    ],
)
def test_the_bit_rate_follows_from_the_bit_timing(timing: str, expected: int) -> None:
    assert wire.bit_rate(bytes.fromhex(timing)) == expected


@pytest.mark.parametrize(
    "timing",
    [
        "06000000 07000000 02000000 01000000",  # cut off
        "0a000000 07000000 02000000 01000000 06000000",  # tseg1 17
        "06000000 07000000 09000000 01000000 06000000",  # tseg2 9
        "06000000 07000000 02000000 05000000 06000000",  # sjw 5
        "06000000 07000000 02000000 01000000 00000000",  # brp 0
    ],
)
def test_a_bit_timing_that_cannot_be_set(timing: str) -> None:
    with pytest.raises(ValueError, match="bit timing"):
        wire.bit_rate(bytes.fromhex(timing))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("01000000 00000000", (True, Feature(0))),
        ("01000000 09100000", (True, Feature.LISTEN_ONLY | Feature.ONE_SHOT | Feature.BERR_REPORTING)),
        ("01000000 10000000", (True, Feature.HW_TIMESTAMP)),
        ("00000000 00000000", (False, Feature(0))),
    ],
)
def test_modes(data: str, expected: tuple[bool, Feature]) -> None:
    assert wire.mode(bytes.fromhex(data)) == expected


def test_a_mode_that_is_cut_off() -> None:
    with pytest.raises(ValueError, match="a mode of 4 bytes"):
        wire.mode(bytes(4))


@pytest.mark.parametrize(
    ("data", "echo", "message"),
    [
        (
            "02000000 51030000 08 00 00 00 3202 f401 f401 d601",
            2,
            can.Message(
                arbitration_id=0x351,
                is_extended_id=False,
                data=[0x32, 0x02, 0xF4, 0x01, 0xF4, 0x01, 0xD6, 0x01],
            ),
        ),
        (
            "00000000 51032098 02 00 00 00 aabb 000000000000",
            0,
            can.Message(arbitration_id=0x18200351, is_extended_id=True, data=[0xAA, 0xBB]),
        ),
        (
            "09000000 05030040 04 00 00 00 0000000000000000",
            9,
            can.Message(arbitration_id=0x305, is_extended_id=False, is_remote_frame=True, dlc=4),
        ),
    ],
)
def test_frames_to_send(data: str, echo: int, message: can.Message) -> None:
    frame = HostFrame.unpack(bytes.fromhex(data))
    assert frame.echo == echo
    assert frame.message.equals(message, timestamp_delta=None, check_direction=False)
    assert wire.pack_frame(frame.message, echo=echo) == bytes.fromhex(data)


@pytest.mark.parametrize(
    "data", ["00000000 51030000 08 00 00 00", "00000000 51030000 09 00 00 00" + " 00" * 8]
)
def test_frames_that_cannot_be_sent(data: str) -> None:
    with pytest.raises(ValueError, match="a host frame"):
        HostFrame.unpack(bytes.fromhex(data))


def test_a_frame_from_the_bus_has_no_echo_number_and_a_stamp_when_asked() -> None:
    message = can.Message(arbitration_id=0x305, is_extended_id=False, data=bytes(8))
    plain = bytes.fromhex("ffffffff 05030000 08 00 00 00 0000000000000000")
    assert wire.pack_frame(message) == plain
    assert wire.pack_frame(message, stamp=0x1_0000_2710) == plain + bytes.fromhex("10270000")
    assert wire.pack_frame(message, lost=True)[10] == 1


@pytest.mark.parametrize(
    ("tec", "rec", "identifier", "byte_1"),
    [
        (96, 0, 0x20000204, 0x08),  # warning, sending
        (128, 0, 0x20000204, 0x20),  # passive, sending
        (0, 96, 0x20000204, 0x04),  # warning, receiving
        (96, 135, 0x20000204, 0x10),  # passive, receiving
        (130, 130, 0x20000204, 0x30),
        (95, 12, 0x20000204, 0x40),  # active again
    ],
)
def test_changes_of_state(tec: int, rec: int, identifier: int, byte_1: int) -> None:
    frame = wire.pack_state(BusError("state", True, State.ERROR_ACTIVE, tec, rec))
    assert frame[:4] == b"\xff\xff\xff\xff"
    assert int.from_bytes(frame[4:8], "little") == identifier
    assert frame[8] == 8
    assert frame[12:] == bytes((0, byte_1, 0, 0, 0, 0, tec, rec))


def test_bus_off() -> None:
    frame = wire.pack_state(BusError("bit", True, State.BUS_OFF, 256, 0), stamp=5)
    assert frame == bytes.fromhex("ffffffff 40000020 08 00 00 00 0000000000000000 05000000")


@pytest.mark.parametrize(
    ("kind", "identifier", "byte_2", "byte_3"),
    [
        ("bit", 0x20000288, 0x10, 0x00),
        ("stuff", 0x20000288, 0x04, 0x00),
        ("form", 0x20000288, 0x02, 0x00),
        ("crc", 0x20000288, 0x00, 0x08),
        ("acknowledge", 0x200002A8, 0x00, 0x00),
    ],
)
def test_bus_errors(kind: str, identifier: int, byte_2: int, byte_3: int) -> None:
    frame = wire.pack_bus_error(BusError(kind, True, State.ERROR_ACTIVE, 8, 3))
    assert int.from_bytes(frame[4:8], "little") == identifier
    assert frame[12:] == bytes((0, 0, byte_2, byte_3, 0, 0, 8, 3))
