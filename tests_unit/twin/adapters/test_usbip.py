import socket
from collections.abc import Iterator

import pytest

from bmshil.twin.adapters.usbip import Setup, UsbLink

WORDS = "00000001 {number} 00010001 {direction} {endpoint} 00000000 {length} 00000000 00000000 00000000"
SUBMITTED = "00000003 {number} 00000000 00000000 00000000 {status} {length} 00000000 00000000 00000000"
NO_SETUP = " 00000000 00000000"


class Device:
    def __init__(self) -> None:
        self.setups: list[tuple[Setup, bytes]] = []
        self.frames: list[bytes] = []
        self.reply: bytes | None = b"\x12\x01\x00\x02\x00"
        self.was_cut_off = False

    def control(self, setup: Setup, data: bytes) -> bytes | None:
        self.setups.append((setup, data))
        return self.reply

    def bulk_out(self, data: bytes) -> None:
        self.frames.append(data)

    def cut_off(self) -> None:
        self.was_cut_off = True


class Host:
    """The other end, byte by byte as the kernel's vhci_hcd speaks."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line

    def say(self, text: str, data: bytes = b"") -> None:
        self.line.sendall(bytes.fromhex(text) + data)

    def hear(self, length: int) -> str:
        return self.line.recv(length, socket.MSG_WAITALL).hex(" ", -4)


@pytest.fixture
def ends() -> Iterator[tuple[Host, Device, UsbLink]]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(10)
    device = Device()
    link = UsbLink(ours, device, depth=2)
    link.start()
    yield Host(theirs), device, link
    link.close()
    theirs.close()


def test_a_control_request_is_answered_under_its_number_and_cut_to_its_length(
    ends: tuple[Host, Device, UsbLink],
) -> None:
    host, device, _ = ends
    host.say(
        WORDS.format(number="00000007", direction="00000001", endpoint="00000000", length="00000004")
        + "80 06 00 01 00 00 04 00"
    )
    assert host.hear(52) == (
        "00000003 00000007 00000000 00000000 00000000 00000000 00000004"
        " 00000000 00000000 00000000 00000000 00000000 12010002"
    )
    assert device.setups == [(Setup(0x80, 6, 0x0100, 0, 4), b"")]


def test_a_refused_request_ends_with_epipe(ends: tuple[Host, Device, UsbLink]) -> None:
    host, device, _ = ends
    device.reply = None
    host.say(
        WORDS.format(number="00000008", direction="00000000", endpoint="00000000", length="00000002")
        + "41 01 00 00 00 00 02 00",
        b"\xab\xcd",
    )
    assert host.hear(48) == (
        "00000003 00000008 00000000 00000000 00000000 ffffffe0 00000000"
        " 00000000 00000000 00000000 00000000 00000000"
    )
    assert device.setups == [(Setup(0x41, 1, 0, 0, 2), b"\xab\xcd")]


def _ask(host: Host, number: str) -> None:
    host.say(
        WORDS.format(number=number, direction="00000001", endpoint="00000001", length="00000014") + NO_SETUP
    )


def _answer(number: str, payload: str) -> str:
    length = f"{len(bytes.fromhex(payload)):08x}"
    head = SUBMITTED.format(number=number, status="00000000", length=length)
    return f"{head} 00000000 00000000 {payload}"


def test_a_transfer_to_the_host_waits_for_a_request_or_a_request_for_it(
    ends: tuple[Host, Device, UsbLink],
) -> None:
    host, _, link = ends
    assert link.bulk_in(b"\x01\x02\x03\x04")
    _ask(host, "00000010")
    assert host.hear(52) == _answer("00000010", "01020304")
    _ask(host, "00000011")
    assert _submit_out(host, "00000012") == "00000012"  # the request before it is known by now
    assert link.bulk_in(b"\x05\x06\x07\x08")
    assert host.hear(52) == _answer("00000011", "05060708")


def _submit_out(host: Host, number: str) -> str:
    host.say(
        WORDS.format(number=number, direction="00000000", endpoint="00000002", length="00000003") + NO_SETUP,
        b"abc",
    )
    answer = host.hear(48).split()
    assert answer[0] == "00000003"
    assert answer[5:7] == ["00000000", "00000003"]
    return answer[1]


def test_a_transfer_from_the_host_is_confirmed_with_its_length(ends: tuple[Host, Device, UsbLink]) -> None:
    host, device, _ = ends
    assert _submit_out(host, "00000020") == "00000020"
    assert _submit_out(host, "00000021") == "00000021"
    assert device.frames[0] == b"abc"


def test_a_request_can_be_taken_back(ends: tuple[Host, Device, UsbLink]) -> None:
    host, _, link = ends
    _ask(host, "00000030")
    host.say("00000002 00000031 00010001 00000000 00000000 00000030" + " 00000000" * 6)
    taken_back = "00000004 00000031 00000000 00000000 00000000 ffffff98" + " 00000000" * 6
    assert host.hear(48) == taken_back
    host.say("00000002 00000032 00010001 00000000 00000000 00000030" + " 00000000" * 6)
    too_late = "00000004 00000032 00000000 00000000 00000000 00000000" + " 00000000" * 6
    assert host.hear(48) == too_late
    assert link.bulk_in(b"kept")


def test_a_device_without_room_says_so_and_forgets_on_demand(ends: tuple[Host, Device, UsbLink]) -> None:
    _, _, link = ends
    assert [link.bulk_in(b"1"), link.bulk_in(b"2"), link.bulk_in(b"3")] == [True, True, False]
    link.purge()
    assert link.bulk_in(b"4")


def test_a_host_that_goes_away_cuts_the_device_off(ends: tuple[Host, Device, UsbLink]) -> None:
    host, device, link = ends
    host.line.close()
    link.close()
    assert device.was_cut_off


def test_unplugging_twice_does_no_harm(ends: tuple[Host, Device, UsbLink]) -> None:
    host, device, link = ends
    link.close()
    link.close()
    assert device.was_cut_off
    assert host.line.recv(1) == b""
    assert link.bulk_in(b"nobody asks")
