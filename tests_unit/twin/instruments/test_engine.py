"""The language of the instruments, without a socket."""

import pytest

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.instruments import Contacts, Meter, PowerSupply, Relays
from bmshil.twin.world import World


@pytest.fixture
def timeline() -> SimulatedTimeline:
    return SimulatedTimeline()


@pytest.fixture
def supply(timeline: SimulatedTimeline) -> PowerSupply:
    return PowerSupply(World(timeline))


@pytest.mark.parametrize(
    "message",
    ["VOLT 52.1;VOLT?", "volt 52.1;:sour:volt:lev?", "SOURce:VOLTage:LEVel:IMMediate:AMPLitude 52.1;AMPL?"],
)
def test_any_spelling_in_any_case(supply: PowerSupply, message: str) -> None:
    assert supply.execute(message) == "52.1000"


def test_a_compound_answers_once(supply: PowerSupply) -> None:
    assert supply.execute("VOLT 52.1;:MEAS:CURR?") == "-0.0000"
    assert supply.execute("MEAS:VOLT?;CURR?") == "0.0000;-0.0000"


def test_a_header_continues_from_the_one_before(supply: PowerSupply) -> None:
    assert supply.execute("MEAS:VOLT?;*OPC?;CURR?") == "0.0000;1;-0.0000"


def test_settings_answer_nothing(supply: PowerSupply) -> None:
    assert supply.execute("CURR:NEG 40;:RES 0.012;:VOLT:PROT 58") is None
    assert supply.execute("CURR:NEG?;:RES?;:VOLT:PROT?") == "40.000;0.01200;58.000"


@pytest.mark.parametrize(
    ("message", "error", "status"),
    [
        ("VOTL 3", '-113,"Undefined header"', "32"),
        ("MEAS:FOO?", '-113,"Undefined header"', "32"),
        (":", '-113,"Undefined header"', "32"),
        ("VOLT", '-109,"Missing parameter"', "32"),
        ("VOLT abc", '-104,"Data type error"', "32"),
        ("OUTP MAYBE", '-104,"Data type error"', "32"),
        ("VOLT 81", '-222,"Data out of range"', "16"),
        ("VOLT nan", '-222,"Data out of range"', "16"),
        ("CURR:NEG -5", '-222,"Data out of range"', "16"),
    ],
)
def test_a_refused_command_goes_to_the_error_queue(
    supply: PowerSupply, message: str, error: str, status: str
) -> None:
    assert supply.execute(message) is None
    assert supply.execute("SYST:ERR?") == error
    assert supply.execute("SYSTem:ERRor:NEXT?") == '0,"No error"'
    assert supply.execute("*ESR?;*ESR?") == f"{status};0"


def test_the_rest_of_a_message_is_carried_out(supply: PowerSupply) -> None:
    assert supply.execute("VOTL 3;VOLT 20;VOLT?") == "20.0000"


def test_the_error_queue_overflows_at_its_end(supply: PowerSupply) -> None:
    for _ in range(25):
        supply.execute("NONSENSE")
    answers = [supply.execute("SYST:ERR?") for _ in range(21)]
    assert answers[0] == '-113,"Undefined header"'
    assert answers[19] == '-350,"Queue overflow"'
    assert answers[20] == '0,"No error"'


def test_clearing_and_completing(supply: PowerSupply) -> None:
    supply.execute("NONSENSE")
    supply.execute("*CLS;*OPC")
    assert supply.execute("*ESR?;:SYST:ERR?") == '1;0,"No error"'


def test_reset_switches_the_supply_off(timeline: SimulatedTimeline, supply: PowerSupply) -> None:
    supply.execute("VOLT 52;:OUTP ON")
    timeline.run(0.2)
    assert supply.execute("MEAS:VOLT?;:OUTP?") == "52.0000;1"
    supply.execute("*RST")
    assert supply.execute("VOLT?;:OUTP?") == "0.0000;0"


def test_the_supply_counts_current_negative_while_it_sinks(timeline: SimulatedTimeline) -> None:
    world = World(timeline)
    supply = PowerSupply(world)
    supply.execute("VOLT 52;:RES 0.02;:CURR:NEG 30;:OUTP ON")
    world.switch_relay("dc_main", True)
    world.switch_relay("ac_grid", True)
    timeline.run(0.1)
    world.command(running=True, cvl=56.0, dvl=45.0, charge=20.0, discharge=0.0)
    timeline.run(2.0)
    assert supply.execute("MEAS:CURR?;POW?;:STAT:LIM?") == "-20.0000;-1048.00;0"  # 52.4 V x 20 A
    world.command(running=True, cvl=53.5, dvl=45.0, charge=50.0, discharge=0.0)
    timeline.run(4.0)
    assert supply.execute("STAT:LIM?") == "1"


def test_the_meter_has_resolution_noise_and_an_offset(timeline: SimulatedTimeline) -> None:
    world = World(timeline)
    world.set_supply(voltage=50.0)
    world.switch_supply(True)
    world.switch_relay("dc_main", True)
    timeline.run(1.0)
    meter = Meter(world, seed=7)
    volts, amps = [], []
    for _ in range(400):
        timeline.run(0.1)
        answer = str(meter.execute("MEAS:VOLT:DC?;:MEAS:CURR:DC?"))
        voltage, current = answer.split(";")
        assert len(voltage.partition(".")[2]) == 3
        assert len(current.partition(".")[2]) == 2
        volts.append(float(voltage))
        amps.append(float(current))
    assert sum(volts) / 400 == pytest.approx(50.0, abs=0.0005)
    assert sum(amps) / 400 == pytest.approx(-0.015, abs=0.005)  # 15 mA offset, 30 mA of electronics
    assert 0.0005 < max(volts) - 50.0 < 0.006
    assert 0.02 < max(amps) + 0.015 < 0.12


def test_the_same_instant_reads_the_same(timeline: SimulatedTimeline) -> None:
    meter = Meter(World(timeline), seed=7)
    timeline.run(0.1)
    assert meter.execute("MEAS:VOLT:DC?") == meter.execute("MEAS:VOLT:DC?")


def test_a_stuck_meter_repeats_itself(timeline: SimulatedTimeline) -> None:
    world = World(timeline)
    meter = Meter(world, seed=7)
    before = meter.execute("MEAS:VOLT:DC?")
    meter.faults.stuck = True
    world.set_supply(voltage=50.0)
    world.switch_supply(True)
    world.switch_relay("dc_main", True)
    timeline.run(1.0)
    assert meter.execute("MEAS:VOLT:DC?") == before
    meter.faults.stuck = False
    assert float(str(meter.execute("MEAS:VOLT:DC?"))) == pytest.approx(50.0, abs=0.01)


def test_relays_move_in_lists_and_read_back() -> None:
    moves: list[tuple[str, bool]] = []
    roles = {1: "dc_main", 2: "pv", 3: "can_break"}
    relays = Relays(Contacts(SimulatedTimeline(), roles, lambda role, on: moves.append((role, on))))
    assert relays.execute("ROUT:CLOS (@1,3);CLOS? (@1:3)") == "1,0,1"
    assert relays.execute("ROUTe:OPEN (@ 1 );:ROUT:OPEN? (@1,2)") == "1,1"
    assert moves == [("dc_main", True), ("can_break", True), ("dc_main", False)]
    assert relays.execute("ROUT:CLOS (@4);:SYST:ERR?") == '-222,"Data out of range"'
    assert relays.execute("ROUT:CLOS (@1,,2);:SYST:ERR?") == '-104,"Data type error"'
    assert relays.execute("*RST;:ROUT:CLOS? (@3)") == "0"
