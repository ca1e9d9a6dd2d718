"""The commands that most electronic loads share."""

from collections.abc import Mapping
from typing import ClassVar

from bmshil.twin.instruments.engine import Instrument, ScpiError, number, switch
from bmshil.twin.instruments.loads.device import LoadDevice, Rated
from bmshil.twin.instruments.loads.terminals import AcOutput, BankTerminals
from bmshil.twin.instruments.place import Place

NODES = {"CURR": "CURRent", "VOLT": "VOLTage", "RES": "RESistance", "POW": "POWer"}
LEAST_RESISTANCE, MOST_RESISTANCE = 0.01, 10_000.0  # ohm


def device(place: Place, usual: Rated, load: Instrument, *, keeps_input: bool = False) -> LoadDevice:
    """Make the device behind a language, where it stands: role "sink" is at the bank's terminals."""
    rating = place.rating
    rated = Rated(
        rating.voltage or usual.voltage, rating.current or usual.current, rating.power or usual.power
    )
    terminals = BankTerminals(place.world) if place.role == "sink" else AcOutput(place.world)
    return LoadDevice(place.timeline, terminals, rated, load.faults, keeps_input=keeps_input)


class CoreLoad(Instrument):
    """Modes, levels, input and measurements. A model adds what is its own.

    Attributes:
        device: what it moves.
    """

    usual: ClassVar[Rated]
    maker: ClassVar[str] = "BMSHIL"
    unit: ClassVar[str]
    keeps_input: ClassVar[bool] = False
    on_after_reset: ClassVar[bool] = False
    answers: ClassVar[Mapping[str, str]] = {mode: mode for mode in NODES}
    """What it answers to a question for its mode; a mode that is missing is one that it does not have."""

    def __init__(self, place: Place) -> None:
        super().__init__(self.unit)
        self.device = device(place, self.usual, self, keeps_input=self.keeps_input)
        self.setting("[SOURce]:FUNCtion", self._choose)
        self.query("[SOURce]:FUNCtion?", lambda _: self.answers[self.device.mode])
        for mode, node in NODES.items():
            self._teach_level(mode, f"[SOURce]:{node}[:LEVel][:IMMediate][:AMPLitude]")
        for node in ("INPut", "OUTPut"):
            self.setting(f"[SOURce]:{node}[:STATe]", switch(self.device.switch))
            self.query(f"[SOURce]:{node}[:STATe]?", lambda _: str(int(self.device.on)))
        measure = "MEASure[:SCALar]:"
        self.query(f"{measure}VOLTage[:DC]?", lambda _: self.figure(self.device.voltage), measures=True)
        self.query(f"{measure}CURRent[:DC]?", lambda _: self.figure(self.device.current), measures=True)
        self.query(f"{measure}POWer[:DC]?", lambda _: self.figure(self.device.power), measures=True)

    @property
    def identity(self) -> str:
        """Maker, model, and a serial number that says what it is."""
        return f"{self.maker},{self.model},TWIN,1.0"

    def reset(self) -> None:
        """Come back to the settings after power-on."""
        self.device.reset(on=self.on_after_reset)

    def figure(self, value: float) -> str:
        """Write a number as this model does."""
        return f"{value:.4f}"

    def teach_value(self, pattern: str, key: str, low: float, high: float) -> None:
        """Teach it a number that is only remembered, and its question."""
        values = {key: low}
        self.setting(pattern, number(lambda value: values.update({key: value}), low, high))
        self.query(f"{pattern}?", lambda _: self.figure(values[key]))

    def teach_switch(self, pattern: str) -> None:
        """Teach it a switch that is only remembered, and its question."""
        states = [False]
        self.setting(pattern, switch(lambda on: states.__setitem__(0, on)))
        self.query(f"{pattern}?", lambda _: str(int(states[0])))

    def _choose(self, text: str) -> None:
        word = text.upper()
        for mode, node in NODES.items():
            if word in {mode, node.upper()} and mode in self.answers:
                self.device.mode = mode
                self.device.settle()
                return
        raise ScpiError(-104, "Data type error")

    def _teach_level(self, mode: str, pattern: str) -> None:
        rated = self.device.rated
        low, high = {
            "CURR": (0.0, rated.current),
            "VOLT": (0.0, rated.voltage),
            "RES": (LEAST_RESISTANCE, MOST_RESISTANCE),
            "POW": (0.0, rated.power),
        }[mode]

        def put(value: float) -> None:
            self.device.levels[mode] = value
            self.device.settle()

        self.setting(pattern, number(put, low, high))
        self.query(f"{pattern}?", lambda _: self.figure(self.device.levels[mode]))
