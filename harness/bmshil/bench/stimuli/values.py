"""Values: what is odd, wrong, contradictory or of another dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.stimuli import oddities
from bmshil.bench.stimuli.oddities import bytes_of, saying
from bmshil.bench.stimuli.saying import MEASURED, STATE
from bmshil.bench.stimuli.states import charging, discharging, nearly_full, resting
from bmshil.bench.stimuli.stimulus import Stimulus
from bmshil.dialects import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench

    Play = Callable[[Bench], None]

_HAZARDOUS = frozenset({"S18", "S19", "S22", "S24", "S37"})
"""What asks for something that the device may not bear."""

_PLAYS: dict[str, tuple[str, str, Play, Play]] = {
    "S18": ("A CVL of 0 V, once", "every pack says CVL 0 V for one period", oddities.cvl_zero_once, charging),
    "S19": ("0.1 as a word for stop", "CVL 0.1 V, CCL and DCL 0.1 A", oddities.stop_code, charging),
    "S20": ("A tenth of the voltage", "530 where 5300 is meant", oddities.tenth_of_the_voltage, nearly_full),
    "S21": ("The voltage in other steps", "0.1 V steps for 0.01 V", oddities.tenth_of_the_voltage, charging),
    "S22": ("Another byte order", "limits in the other byte order", oddities.other_byte_order, nearly_full),
    "S23": ("CCL and DCL exchanged", "CCL 0 A on the wire as the DCL", oddities.limits_exchanged, charging),
    "S24": ("A negative DCL", "half the DCL, below zero", oddities.negative_dcl, discharging),
    "S25": ("Limits of six and eight bytes", "lengths in turn", oddities.lengths_in_turn, charging),
    "S26": ("A fine SOC of zero", "bytes 4 and 5 of 0x355 are 0", bytes_of(STATE, "0000", 4), charging),
    "S27": ("A cell's voltage in the place of the fine SOC", "bytes 4 and 5 of 0x355 are 3350",
            bytes_of(STATE, "160D", 4), charging),
    "S28": ("The capacity in another unit", "a tenth of the capacity", saying(capacity=10.0), charging),
    "S29": ("Alarm bits that set two conditions", "over-temperature and under-voltage together",
            saying(protections=Alarm.HIGH_TEMPERATURE | Alarm.CELL_LOW_VOLTAGE), charging),
    "S30": ("High voltage for low", "the protection of high voltage",
            saying(protections=Alarm.CELL_HIGH_VOLTAGE), discharging),
    "S31": ("An alarm never leaves", "raised, then never cleared", oddities.alarm_never_leaves, charging),
    "S32": ("No enable bits", "the message with the enable bits ends", oddities.without_requests, charging),
    "S33": ("A SOC above 100 %", "bytes 0 and 1 of 0x355 are 140", bytes_of(STATE, "8C00"), charging),
    "S34": ("The SOC jumps to full", "100 % in the next frame", saying(soc=1.0), charging),
    "S35": ("A SOC of 0 % at first", "0 % for five periods", oddities.soc_zero_at_first, discharging),
    "S36": ("The SOC stands still", "65 % while the bank is charged full", saying(soc=0.65), nearly_full),
    "S37": ("A CVL beyond the range", "0.5 V above what the device bears", oddities.cvl_beyond, nearly_full),
    "S38": ("The CVL toggles", "0.1 V up and down each second", oddities.cvl_toggles, nearly_full),
    "S39": ("An absurd cell", "19.4 V for 2 s", oddities.absurd_cell, charging),
    "S40": ("No temperature", "bytes 4 and 5 of 0x356 are 0x8000", bytes_of(MEASURED, "0080", 4), charging),
    "S41": ("Another manufacturer", "the name DIYPYLON", saying(manufacturer="DIYPYLON"), resting),
    "S42": ("The number of modules jumps", "10, 0 and 1 in turn every 10 s", oddities.modules_jump, charging),
    "S43": ("Nothing enabled", "no enable bit, limits above zero", oddities.nothing_enabled, charging),
    "S44": ("The enable bit flaps", "forbidden and enabled every 1.5 s", oddities.enable_flaps, charging),
    "S45": ("The request for a charge flaps", "9 % with it, 10 % without it, in turn",
            oddities.request_flaps, discharging),
    "S46": ("A request for a full charge", "bit 3 of 0x35C", saying(full_charge=True), discharging),
    "S47": ("A request with nothing enabled", "14 %, forced charge, no enable bit",
            oddities.request_without_enables, discharging),
}  # fmt: skip

VALUES = tuple(
    Stimulus(
        scenario=scenario,
        title=title,
        recipe=recipe,
        play=play,
        bring=bring,
        needs=("can", "hazard") if scenario in _HAZARDOUS else ("can",),
    )
    for scenario, (title, recipe, play, bring) in _PLAYS.items()
)
