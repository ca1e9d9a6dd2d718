"""Commands of single packs, against captures of real batteries: literal bytes, literal values, both ways."""

import pytest

from bmshil.dialects import Alarm, Report
from bmshil.dialects.pack_data import PackData
from bmshil.dialects.pylontech_rs485 import (
    Command,
    alarms,
    analog,
    frame,
    identity,
    maker,
    management,
    parameters,
    parse,
    request,
    set_points,
    version,
)
from bmshil.dialects.pylontech_rs485.alarm_bits import Status1, Status2, Status3
from bmshil.dialects.pylontech_rs485.alarms import PackAlarms
from bmshil.dialects.pylontech_rs485.analog import PackAnalog
from bmshil.dialects.pylontech_rs485.charge_status import ChargeStatus
from bmshil.dialects.pylontech_rs485.identity import Software
from bmshil.dialects.pylontech_rs485.maker import Maker
from bmshil.dialects.pylontech_rs485.management import Management
from bmshil.dialects.pylontech_rs485.parameters import Parameters
from bmshil.dialects.pylontech_rs485.set_points import SetPoints
from bmshil.errors import CodecError

BOTH_ON = ChargeStatus.CHARGE | ChargeStatus.DISCHARGE


def wire(text: str) -> bytes:
    return b"~" + text.encode() + b"\r"


def volts(text: str) -> tuple[float, ...]:
    return tuple(int(value) / 1000 for value in text.split())


# V2 with its checksum corrected, V7, V13, V14, V19, V21, V22
ANALOG = {
    "20024600F07A11020F0D450D440D450D440D450D440D3E0D450D4A0D4A0D4B0D4A0D4A0D4A0D4A050BC30BC30BC30BCD0BCD0000"
    "C725FFFF04FFFF000200CA58012110E27A": (
        0x11,
        2,
        [
            PackAnalog(
                volts("3397 3396 3397 3396 3397 3396 3390 3397 3402 3402 3403 3402 3402 3402 3402"),
                (28.0, 28.0, 28.0, 29.0, 29.0),
                0.0,
                50.981,
                51.800,
                74.000,
                2,
                long=True,
            )
        ],
    ),
    "20024600C06E00020F0D1F0D200D200D200D200D200D210D200D200D210D220D200D220D220D21050BCD0BAF0BAF0BAF0BAF0015"
    "C4E88AAC02C350004FE594": (
        0x00,
        2,
        [
            PackAnalog(
                volts("3359 3360 3360 3360 3360 3360 3361 3360 3360 3361 3362 3360 3362 3362 3361"),
                (29.0, 26.0, 26.0, 26.0, 26.0),
                2.1,
                50.408,
                35.5,
                50.0,
                79,
            )
        ],
    ),
    "20034600F07A00030F0D140D120D120D120D140D140D120D120D120D140D140D130D130D130D14050BFD0BEF0BF10BED0BFE00BF"
    "C41DFFFF04FFFF00110172B90186A0E2B4": (
        0x00,
        3,
        [
            PackAnalog(
                volts("3348 3346 3346 3346 3348 3348 3346 3346 3346 3348 3348 3347 3347 3347 3348"),
                (33.8, 32.4, 32.6, 32.2, 33.9),
                19.1,
                50.205,
                94.905,
                100.0,
                17,
                long=True,
            )
        ],
    ),
    "20044600F07A00040F0D180D150D160D140D180D180D150D160D140D180D190D150D160D150D18050BFB0BEE0BED0BE90BF800BD"
    "C44FFFFF04FFFF00B2016CC90186A0E263": (
        0x00,
        4,
        [
            PackAnalog(
                volts("3352 3349 3350 3348 3352 3352 3349 3350 3348 3352 3353 3349 3350 3349 3352"),
                (33.6, 32.3, 32.2, 31.8, 33.3),
                18.9,
                50.255,
                93.385,
                100.0,
                178,
                long=True,
            )
        ],
    ),
    "20024600914211030F0CE70CE80CE60CE70CE80CE80CE80CE60CE50CE60CE80CE70CEA0CE50CE6050B910B870B870B870B87FFE6"
    "C18982DC02C350001F0F0CE20CE60CE60CE10CE50CE70CE60CE30CE20CE50CE30CE90CE70CE90CE9050B910B870B870B870B87FF"
    "E7C17082DC02C350001F0F0CE20CE50CE50CE20CE30CE30CE40CE50CE60CE60CE30CE40CE40CE60CE6050B910B7D0B7D0B7D0B7D"
    "FFE5C16082DC02C350001FB476": (
        0x11,
        3,
        [
            PackAnalog(
                volts("3303 3304 3302 3303 3304 3304 3304 3302 3301 3302 3304 3303 3306 3301 3302"),
                (23.0, 22.0, 22.0, 22.0, 22.0),
                -2.6,
                49.545,
                33.5,
                50.0,
                31,
            ),
            PackAnalog(
                volts("3298 3302 3302 3297 3301 3303 3302 3299 3298 3301 3299 3305 3303 3305 3305"),
                (23.0, 22.0, 22.0, 22.0, 22.0),
                -2.5,
                49.520,
                33.5,
                50.0,
                31,
            ),
            PackAnalog(
                volts("3298 3301 3301 3298 3299 3299 3300 3301 3302 3302 3299 3300 3300 3302 3302"),
                (23.0, 21.0, 21.0, 21.0, 21.0),
                -2.7,
                49.504,
                33.5,
                50.0,
                31,
            ),
        ],
    ),
    "2002460010F011020F0CCD0CCE0CCC0CCE0CCB0CCC0CCD0CCC0CCD0CCB0CCC0CCD0CCD0CCE0CCC050BE10BCD0BCD0BD70BCDFFC3"
    "BFFDFFFF04FFFF0234007F300121100F0CCA0CCA0CCB0CCC0CCA0CCC0CCB0CCB0CCB0CCB0CCB0CCA0CCC0CCC0CCB050BEB0BCD0B"
    "CD0BCD0BC3FFD1BFE5FFFF04FFFF0292005FB400C350C4A7": (
        0x11,
        2,
        [
            PackAnalog(
                volts("3277 3278 3276 3278 3275 3276 3277 3276 3277 3275 3276 3277 3277 3278 3276"),
                (31.0, 29.0, 29.0, 30.0, 29.0),
                -6.1,
                49.149,
                32.56,
                74.0,
                564,
                long=True,
            ),
            PackAnalog(
                volts("3274 3274 3275 3276 3274 3276 3275 3275 3275 3275 3275 3274 3276 3276 3275"),
                (32.0, 29.0, 29.0, 29.0, 28.0),
                -4.7,
                49.125,
                24.5,
                50.0,
                658,
                long=True,
            ),
        ],
    ),
    "20024600D05E1002080D020D020D020D030D000D010D010D03050B7D0B690B690B690B73FFFA680EFFFF04FFFF00000174E401B1"
    "98E906": (
        0x10,
        2,
        [
            PackAnalog(
                volts("3330 3330 3330 3331 3328 3329 3329 3331"),
                (21.0, 19.0, 19.0, 19.0, 20.0),
                -0.6,
                26.638,
                95.46,
                111.0,
                0,
                long=True,
            )
        ],
    ),
}


@pytest.mark.parametrize(("text", "said"), ANALOG.items())
def test_analog_values_of_the_field(text: str, said: tuple[int, int, list[PackAnalog]]) -> None:
    reply = parse(wire(text))
    flag, command, packs = said
    assert analog.decode(reply.info) == analog.AnalogReply(flag, command, tuple(packs))
    assert frame(reply.adr, 0, analog.encode(packs, command, flag=flag)) == wire(text)


def test_alarm_information_of_the_field() -> None:
    """V9, a US2000 Plus that charges."""
    text = "20024600C04000020F000000000000000000000000000000050000000000000000000E800000F161"
    switches = Status2.PACK_POWER | Status2.DISCHARGE_ON | Status2.CHARGE_ON
    pack = PackAlarms((0,) * 15, (0,) * 5, 0, 0, 0, Status1(0), switches, Status3.CHARGING, ())
    assert alarms.decode(parse(wire(text)).info) == alarms.AlarmsReply(0, 2, (pack,))
    assert frame(2, 0, alarms.encode([pack], 2)) == wire(text)


def test_one_byte_more_behind_the_alarms_is_let_be() -> None:
    """A US5000 sends 66 characters where the documents have 64."""
    info = bytes.fromhex("00020F000000000000000000000000000000050000000000000000000E80000000")
    assert len(alarms.decode(info).packs) == 1


MANAGEMENT = {
    # V10, V15, V23
    "20024600B01402D002B79800FAFF06C0F92D": (2, Management(53.25, 47.0, 25.0, 25.0, BOTH_ON)),
    "20024600B01402D002AFC800C8FE0CC0F915": (2, Management(53.25, 45.0, 20.0, 50.0, BOTH_ON)),
    "20034600B01403D002AFC800C8FE0CC0F913": (3, Management(53.25, 45.0, 20.0, 50.0, BOTH_ON)),
    "20024600B014026EF05AA0022BFDD5C0F915": (2, Management(28.4, 23.2, 55.5, 55.5, BOTH_ON)),
}


@pytest.mark.parametrize(("text", "said"), MANAGEMENT.items())
def test_management_of_the_field(text: str, said: tuple[int, Management]) -> None:
    command, pack = said
    assert management.decode(parse(wire(text)).info) == pack
    assert frame(command, 0, management.encode(pack, command)) == wire(text)


def test_system_parameters_of_the_field() -> None:
    """V17, a US5000."""
    text = "20024600B032110E420BEA0AF00D030A4703E8D2F0B3B0A7F80D030A47FC18F27E"
    pack = Parameters(3.65, 3.05, 2.8, 60.0, -10.0, 100.0, 54.0, 46.0, 43.0, 60.0, -10.0, 100.0)
    assert parameters.decode(parse(wire(text)).info) == pack
    assert frame(2, 0, parameters.encode(pack, flag=0x11)) == wire(text)


def test_the_version_of_the_protocol_stands_in_the_header() -> None:
    """V5, and the document's example: V2.1 is 21H."""
    assert version.decode(parse(wire("200246000000FDB2")).ver) == (2, 0)
    assert frame(2, 0, ver=version.encode((2, 0))) == wire("200246000000FDB2")
    assert version.encode((2, 1)) == 0x21


def test_manufacturer_information_of_the_field() -> None:
    """V6, a US2000 Plus."""
    text = "20024600C0405553324B42504C000000020350796C6F6E2D2D2D2D2D2D2D2D2D2D2D2D2D2D2DEF98"
    us2000 = Maker("US2KBPL", (2, 3), "Pylon")
    assert maker.decode(parse(wire(text)).info) == us2000
    assert frame(2, 0, maker.encode(us2000)) == wire(text)


def test_software_versions_of_the_field() -> None:
    """V11: manufacturer 2.3, main line 0.6.5."""
    text = "20024600400C020203000605FB49"
    software = Software((2, 3), (0, 6, 5))
    assert identity.decode_software(parse(wire(text)).info) == software
    assert frame(2, 0, identity.encode_software(software, 2)) == wire(text)


def test_a_serial_number_has_sixteen_characters() -> None:
    info = identity.encode_serial("PPTAP02013314183", 2)
    assert info == b"\x02PPTAP02013314183"
    assert parse(frame(2, 0, info)).info == info
    assert frame(2, 0, info)[9:13] == b"C022"
    assert identity.decode_serial(info) == "PPTAP02013314183"


def test_set_points_are_asked_with_nine_bytes() -> None:
    points = SetPoints(53.25, 47.0, 25.0, 25.0)
    asked = parse(set_points.request(points, 2))
    assert (asked.adr, asked.cid2) == (2, 0x94)
    assert asked.info == bytes.fromhex("02D002B79800FAFF06")
    assert set_points.request(points, 2)[9:13] == b"D012"
    assert set_points.decode(asked.info) == points


@pytest.mark.parametrize(
    ("command", "adr", "text"),
    [
        (Command.ANALOG, 2, "20024642E00202FD33"),
        (Command.ALARMS, 2, "20024644E00202FD31"),
        (Command.MANAGEMENT, 2, "20024692E00202FD2E"),
        (Command.SYSTEM_ANALOG, 0x12, "201246610000FDAA"),
        (Command.VERSION, 2, "2002464F0000FD98"),
    ],
)
def test_requests_of_the_field(command: Command, adr: int, text: str) -> None:
    assert request(command, adr) == wire(text)


def test_all_packs_are_asked_at_the_first_address() -> None:
    assert request(Command.ANALOG, 2, all_packs=True) == wire("20024642E002FFFD09")


@pytest.mark.parametrize("size", range(30))
def test_a_reply_that_ends_in_the_middle_is_refused(size: int) -> None:
    info = bytes.fromhex("00020F000000000000000000000000000000050000000000000000000E800000")[:size]
    with pytest.raises(CodecError, match="ends in the middle"):
        alarms.decode(info)


def test_voltages_that_do_not_fit_are_clamped_and_told() -> None:
    """Batteries of the field let 67.04 V wrap around: 1.504 V is read."""
    told: list[tuple[str, float]] = []
    high = Management(67.04, 45.44, 38.0, 190.0, BOTH_ON)
    info = management.encode(high, 2, tell=lambda name, value: told.append((name, value)))
    assert management.decode(info).cvl == 65.535
    assert told == [("cvl", 67.04)]


def pack(**changes: object) -> PackData:
    said = {"cvl": 56.0, "ccl": 50.0, "dcl": 90.0, "dvl": 44.8, "soc": 0.6, "soh": 1.0, "voltage": 52.8}
    said |= {"current": 12.3, "temperature": 25.0, "cell_max": 3.305, "cell_min": 3.295} | changes
    cells = (float(str(said["cell_max"])), 3.3, 3.3, float(str(said["cell_min"])))
    return PackData(1, Report(**said), cells, (25.0, 25.0, 25.0), remaining=60.0)  # type: ignore[arg-type]  # a table


def test_a_pack_within_16_bits_says_its_capacity_in_them_and_a_larger_one_elsewhere() -> None:
    assert not PackAnalog.of(pack(capacity=65.0)).long
    assert PackAnalog.of(pack(capacity=74.0)).long


def test_an_analog_reply_reads_as_a_report() -> None:
    said = analog.decode(analog.encode([PackAnalog.of(pack(capacity=100.0))], 2)).packs[0].report
    assert said == {
        "voltage": 52.8,
        "current": 12.3,
        "capacity": 100.0,
        "soc": 0.6,
        "cell_max": 3.305,
        "cell_min": 3.295,
        "temperature": 25.0,
    }


@pytest.mark.parametrize(
    ("changes", "tail"),
    [
        # levels of 4 cells, 3 sensors, charge current, voltage, discharge current; status 1 to 5
        ({}, "04 00000000 03 000000 00 00 00 00 0E 80 00 00"),
        ({"current": -5.0}, "04 00000000 03 000000 00 00 00 00 0E 40 00 00"),
        ({"soc": 1.0, "current": 0.0}, "04 00000000 03 000000 00 00 00 00 0E 08 00 00"),
        ({"charge_enabled": False, "current": 0.0}, "04 00000000 03 000000 00 00 00 00 0C 00 00 00"),
        ({"alarms": Alarm.CELL_HIGH_VOLTAGE}, "04 02000000 03 000000 00 00 00 00 0E 80 00 00"),
        ({"protections": Alarm.CELL_HIGH_VOLTAGE}, "04 02000000 03 000000 00 02 00 01 0E 80 00 00"),
        ({"protections": Alarm.CELL_LOW_VOLTAGE}, "04 00000001 03 000000 00 01 00 82 0E 80 00 00"),
        ({"protections": Alarm.HIGH_TEMPERATURE}, "04 00000000 03 000202 00 00 00 60 0E 80 00 00"),
        ({"protections": Alarm.LOW_TEMPERATURE}, "04 00000000 03 000101 00 00 00 00 0E 80 00 00"),
        ({"protections": Alarm.CHARGE_OVERCURRENT}, "04 00000000 03 000000 02 00 00 04 0E 80 00 00"),
        ({"alarms": Alarm.DISCHARGE_OVERCURRENT}, "04 00000000 03 000000 00 00 02 00 0E 80 00 00"),
        ({"alarms": Alarm.INTERNAL}, "04 00000000 03 000000 00 F0 00 00 0E 80 00 00"),
        ({"cell_max": 4.25, "cell_min": 0.9}, "04 00000000 03 000000 00 00 00 00 0E 80 09 00"),
    ],
)
def test_alarms_of_a_report_have_their_bits(changes: dict[str, object], tail: str) -> None:
    info = alarms.encode([PackAlarms.of(pack(**changes))], 2)
    assert info == bytes.fromhex("0002" + tail.replace(" ", ""))
    assert alarms.encode(alarms.decode(info).packs, 2) == info


@pytest.mark.parametrize(
    ("raised", "read"),
    [
        ({"protections": Alarm.CELL_HIGH_VOLTAGE}, Alarm.CELL_HIGH_VOLTAGE),
        ({"protections": Alarm.CELL_LOW_VOLTAGE}, Alarm.CELL_LOW_VOLTAGE),
        ({"protections": Alarm.HIGH_TEMPERATURE}, Alarm.HIGH_TEMPERATURE),
        ({"protections": Alarm.DISCHARGE_OVERCURRENT}, Alarm.DISCHARGE_OVERCURRENT),
    ],
)
def test_alarms_read_as_a_report(raised: dict[str, object], read: Alarm) -> None:
    said = PackAlarms.of(pack(**raised)).report
    assert (said["protections"], said["alarms"]) == (read, read)
    assert (said["charge_enabled"], said["discharge_enabled"]) == (True, True)


def test_requests_of_a_battery_have_their_bits() -> None:
    report = pack(force_charge_1=True, full_charge=True, discharge_enabled=False).report
    info = management.encode(Management.of(report), 2)
    assert info == bytes.fromhex("02 DAC0 AF00 01F4 FC7C A8")
    assert management.decode(info).report == {
        "cvl": 56.0,
        "dvl": 44.8,
        "ccl": 50.0,
        "dcl": 90.0,
        "charge_enabled": True,
        "discharge_enabled": False,
        "force_charge_1": True,
        "force_charge_2": False,
        "full_charge": True,
    }
