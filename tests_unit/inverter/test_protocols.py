"""Which protocol a device speaks, told from the identifiers that it sends."""

import pytest

from bmshil.inverter import protocol_family, protocol_of


def standard(*identifiers: int) -> set[tuple[int, bool]]:
    return {(one, False) for one in identifiers}


@pytest.mark.parametrize(
    ("sent", "protocol"),
    [
        (set(), "silent"),
        (standard(0x305), "pylontech-lv"),
        (standard(0x305, 0x306), "sma"),
        # A whole Sunny Island as it was captured; 0x306 and 0x307 alone would be a Victron.
        (standard(*range(0x300, 0x30A)), "sma"),
        (standard(0x305, 0x307), "victron"),
        (standard(0x305, 0x306, 0x307), "victron"),
        (standard(0x301), "growatt-lv"),
        (standard(0x151), "byd-hvs"),
        ({(0x3010, True), (0x4200, True), (0x8210, True)}, "growatt-hv"),
        ({(0x4200, True)}, "pylontech-hv"),
        ({(0x4200, False)}, "unknown"),
    ],
)
def test_protocol_by_what_is_sent(sent: set[tuple[int, bool]], protocol: str) -> None:
    assert protocol_of(sent) == protocol


@pytest.mark.parametrize(
    ("dialect", "family"),
    [
        ("pylontech-lv-1.2", "pylontech-lv"),
        ("pylontech-lv-1.3", "pylontech-lv"),
        ("sma-si", "sma"),
        ("sma", "sma"),
        ("victron", "victron"),
        ("growatt-lv", "growatt-lv"),
        ("smart-lv-1.0", "smart-lv-1.0"),
    ],
)
def test_a_dialect_belongs_to_a_protocol(dialect: str, family: str) -> None:
    assert protocol_family(dialect) == family
