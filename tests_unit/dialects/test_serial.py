"""The serial dialects by name."""

import pytest

from bmshil.dialects import default_baud, serial_names
from bmshil.errors import InputError


def test_names_and_their_speeds() -> None:
    assert serial_names() == ("pylontech-rs485", "jk-modbus", "growatt-rs485", "voltronic-rs485")
    assert [default_baud(name) for name in serial_names()] == [9600, 115200, 9600, 9600]


def test_a_name_that_there_is_not() -> None:
    with pytest.raises(InputError, match="no serial dialect is called 'pace': take one of pylontech"):
        default_baud("pace")
