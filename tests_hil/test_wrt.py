"""WRT: what can be told to the device over its Modbus port by somebody whom nobody has authorised."""

import pytest

from bmshil.bench import Bench
from bmshil.bench.reactions.floor import judge_no_current
from bmshil.bms import Override
from bmshil.dialects import Alarm
from bmshil.errors import Blocked
from bmshil.judge import Question
from pytest_bmshil import requirement

A4 = "field article on communication between BMS and inverter: unauthorised commands bypass hardware safeties"


@requirement(
    "WRT-01",
    "Without an authorisation nobody clears alarms or forces a charge over Modbus",
    needs=["dc", "charge", "readback:alarm", "readback:writes", "hazard"],
    duration="3 * follow_lag + 120",
)
@pytest.mark.parametrize("command", ["clear_alarms", "force_charge"])
def test_commands_without_authorisation_are_refused(bench: Bench, unit: float, command: str) -> None:
    readback = bench.readback
    if readback is None or command not in readback.commands:
        pytest.skip(f"not declared: the device has no command {command}")
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle()
    bench.bank[1].faults.on(Override(protections=Alarm.HIGH_TEMPERATURE))
    bench.bank.limit(ccl=0.0)
    bench.settle_generously()
    if bench.ask("alarm").value == 0:
        raise Blocked("the device shows no alarm, so that none could be cleared")
    bench.stimulus(f"{command}, written without an authorisation")
    written = bench.seconds
    taken = readback.try_command(command)
    bench.run(bench.following + bench.acceptance.zero_hold)
    alarm = bench.ask("alarm")
    charged = bench.measure("dc.current", written + bench.following, reduction="max")
    if taken:
        readback.try_command(command, 0)
    bench.judge.fact(
        bench.observe(f"{command} without authorisation", "taken" if taken else "refused", written),
        "refused",
        statement=f"The device refuses {command} from somebody whom nobody has authorised",
        citation=A4,
    )
    bench.judge.fact(
        bench.observe("the device's alarms", "raised" if alarm.value else "none", written),
        "raised",
        question=Question.SAFETY,
        statement="An alarm that a battery raises is still there",
        citation=A4,
    )
    judge_no_current(bench, charged, "Charge current while the batteries allow none")
