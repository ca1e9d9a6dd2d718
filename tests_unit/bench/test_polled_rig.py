"""An inverter that asks three packs on one RS485 bus: all heard, and what two with one address do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.bench import Trial, open_bench
from bmshil.bms.architectures.polled import Polled
from bmshil.judge import Requirement

if TYPE_CHECKING:
    from bmshil.bms.architectures.architecture import Architecture


REQUIREMENT = Requirement("SER-01", "Batteries are asked one by one", "dut")


def polled(architecture: Architecture) -> Polled:
    assert isinstance(architecture, Polled)
    return architecture


def test_every_pack_answers_and_limits_of_all_are_obeyed(lab: Any) -> None:
    with open_bench("twin-polled") as bench:
        Trial(bench, "test_polled", REQUIREMENT).begin()
        bank = polled(bench.bank.architecture)
        bench.run(30)
        assert lab.twin.inverter.display.packs == 3
        assert lab.twin.inverter.poller.garbled == 0
        counts = list(bank.replies.values())
        assert min(counts) > 20
        assert max(counts) - min(counts) <= 2
        bench.bank.limit(ccl=10.0)
        bench.bank[2].limit(ccl=5.0)
        bench.run(10)
        assert lab.twin.inverter.display.ccl == 25.0


def test_two_packs_with_one_address_are_lost_and_found_again(lab: Any) -> None:
    with open_bench("twin-polled") as bench:
        Trial(bench, "test_polled", REQUIREMENT).begin()
        bank = polled(bench.bank.architecture)
        bench.run(5)
        bank.readdress(2, bank.addresses[1])
        before = bank.replies[3]
        bench.run(30)
        assert lab.twin.inverter.poller.garbled > 10
        assert lab.twin.inverter.display.packs == 1
        assert bank.replies[3] > before + 20
        bank.readdress(2, 3)
        assert bench.until(lambda: lab.twin.inverter.display.packs == 3, 30)
