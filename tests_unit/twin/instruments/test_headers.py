"""SCPI headers in all their spellings."""

from bmshil.twin.instruments.headers import spellings


def test_short_and_long_forms_and_optional_nodes() -> None:
    assert set(spellings("MEASure:VOLTage[:DC]?")) == {
        "MEAS:VOLT?",
        "MEAS:VOLT:DC?",
        "MEAS:VOLTAGE?",
        "MEAS:VOLTAGE:DC?",
        "MEASURE:VOLT?",
        "MEASURE:VOLT:DC?",
        "MEASURE:VOLTAGE?",
        "MEASURE:VOLTAGE:DC?",
    }


def test_an_optional_first_node() -> None:
    assert set(spellings("[SOURce]:RES")) == {"RES", "SOUR:RES", "SOURCE:RES"}
