"""The physical layer on benches whose cable, adapters or device are bad: each is caught as what it is."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import bmshil.inverter
from bmshil.bench import Bench, Trial, foreseen, open_bench
from bmshil.bench.bus.disturber import Disturber
from bmshil.bench.bus.physical import PhysicalBus
from bmshil.errors import Blocked, Inconclusive, RigError
from bmshil.journal import Frame
from bmshil.judge import Conclusion, Measurement, Requirement, Verdict
from bmshil.ports.outbox import Outbox
from bmshil.rig import find, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.timeline import Nanoseconds

    Rig = Callable[..., Path]

TESTS = Path(__file__).parents[2] / "tests_hil"
PROFILES = Path(bmshil.inverter.__file__).parent / "profiles"
PLAIN = Requirement("LIM-04", "A CCL of 0 A stops the charge", "dut")


PAUSE = 0.002  # s; eight frames of the flood take 1.85 ms
NOBODY = "nobody acknowledges: check the cable, its termination, the bit rate and that the device is on"


@pytest.fixture(scope="module")
def phy() -> Any:
    """The requirement tests themselves."""
    found: dict[str, Any] = {}
    for name in ("test_phy", "test_phy_presence"):
        spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= vars(module)
    return SimpleNamespace(**found)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """The twin's rig file with all that the physical layer needs, and with a cable as given."""

    def make(
        *, without: tuple[str, ...] = (), term_relays: bool = True, meter: bool = True, **wire: Any
    ) -> Path:
        content = yaml.safe_load(find("twin").read_text(encoding="utf-8"))
        content["wire"] = wire
        content["can"]["disturber"] = {"interface": "twin", "channel": "bus0", "listen_only": True}
        relays = content["instruments"]["relays"]["channels"]
        relays |= {"can_break": 6, "can_term_a": 7, "can_term_b": 8}
        if not term_relays:
            del relays["can_term_a"], relays["can_term_b"]
        content["instruments"]["ohmmeter"] = {"driver": "scpi-ohmmeter", "resource": "twin"}
        if not meter:
            del content["instruments"]["ohmmeter"]
        for role in without:
            del content["can"][role]
        path = tmp_path / "rig.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    return make


def conclusion_of(bench: Bench, test: Any, *arguments: Any) -> Conclusion:
    """Run one requirement test as the plugin does."""
    trial = Trial(
        bench, test.__name__, next(one.args[0] for one in test.pytestmark if one.name == "requirement")
    )
    error: BaseException | None = None
    try:
        trial.begin()
        test(bench, *arguments)
    except (Blocked, Inconclusive, RigError) as caught:
        error = caught
    conclusion = trial.conclude(error)
    trial.end()
    return conclusion


def begun(bench: Bench, requirement: Requirement = PLAIN) -> Trial:
    trial = Trial(bench, "test_one", requirement)
    trial.begin()
    return trial


def judge_the_terminals(bench: Bench) -> None:
    bench.judge.at_most(bench.voltage(), 60.0)


# Termination


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, ("open", "no terminator")),
        (1, ("120 ohm", "one terminator")),
        (3, ("40 ohm", "three terminators")),
        (8, ("15 ohm", "eight terminators")),
    ],
)
def test_wrong_termination_is_named_and_blocks_all_other_tests(
    rig: Rig, phy: Any, lab: Any, count: int, told: tuple[str, str]
) -> None:
    reads, named = told
    with open_bench(rig(terminators=count, term_relays=False)) as bench:
        assert bench.wire.trouble == (
            f"termination reads {reads}: {named}; it must be 55 to 65 ohm, "
            "one terminator of 120 ohm at either end of the cable"
        )
        found = conclusion_of(bench, phy.test_termination)
        assert found.verdict is Verdict.FAIL
        assert f"terminators is '{named}', not 'two terminators'" in found.reason
        blocked = conclusion_of(bench, phy.test_wrong_bit_rate)
        assert blocked.verdict is Verdict.BLOCKED
        assert blocked.reason == f"rig twin is broken: {bench.wire.trouble}"
        assert lab.twin.world.output is False, "nothing was energised"
        assert len(bench.journal.frames(0.0, bench.seconds)) == 0, "nobody spoke"


def test_termination_is_measured_before_anything_else(rig: Rig, phy: Any, lab: Any) -> None:
    with open_bench(rig()) as bench:
        assert bench.wire.trouble is None
        measured = bench.wire.termination
        assert measured is not None
        assert measured.value == pytest.approx(60.0, abs=0.1)
        (on,) = [one for one in bench.journal.events(0.0, 100.0, "device") if one.data["on"]]
        frames = bench.journal.frames(0.0, 100.0)
        assert measured.end <= on.t
        assert not len(frames) or measured.end <= frames[0]["t"] * 1e-9
        begun(bench).end()
        assert conclusion_of(bench, phy.test_termination).verdict is Verdict.PASS
        assert lab.twin.world.output is False, "a test about the cable leaves the power off"
        begun(bench)
        assert bench.device_ready(), "and the next test finds its baseline"


@pytest.mark.parametrize(
    ("joined", "ohms", "named"),
    [
        ((), float("inf"), "no terminator"),
        (("can_term_a",), 120.0, "one terminator"),
        (("can_term_a", "can_term_b"), 60.0, "two terminators"),
    ],
)
def test_relays_show_that_the_bench_can_tell(
    rig: Rig, phy: Any, joined: tuple[str, ...], ohms: float, named: str
) -> None:
    with open_bench(rig()) as bench:
        assert (
            conclusion_of(bench, phy.test_terminators_are_told_apart, joined, named).verdict is Verdict.PASS
        )
        with bench.wire.joined(*joined):
            assert bench.wire.measure().value == pytest.approx(ohms, abs=0.1)
        assert bench.wire.measure().value == pytest.approx(60.0, abs=0.1)


def test_a_relay_that_does_not_move_is_caught(rig: Rig, phy: Any) -> None:
    with open_bench(rig(terminators=1)) as bench:
        found = conclusion_of(bench, phy.test_terminators_are_told_apart, (), "no terminator")
        assert found.verdict is Verdict.FAIL
        assert "terminators is 'one terminator', not 'no terminator'" in found.reason


def test_live_lines_are_not_measured(rig: Rig) -> None:
    with open_bench(rig()) as bench:
        with pytest.raises(RigError, match=r"with the power off only: call bench\.wire\.hush\(\) first"):
            bench.wire.measure()
        bench.wire.hush()
        assert bench.wire.measure().value == pytest.approx(60.0, abs=0.1)


def test_a_rig_without_a_meter_is_not_blocked(rig: Rig) -> None:
    with open_bench(rig(terminators=1, term_relays=False, meter=False)) as bench:
        assert (bench.wire.termination, bench.wire.trouble) == (None, None)
        begun(bench)


# Errors on the bus


@pytest.mark.parametrize(
    ("wire", "named"),
    [
        ({"coupling": 0.1}, "none"),
        ({"coupling": 1.0}, "noise grows with power"),
        ({"coupling": 0.5, "terminators": 8, "term_relays": False, "meter": False}, "noise grows with power"),
    ],
)
def test_noise_of_the_power_stage_is_found(rig: Rig, phy: Any, wire: dict[str, Any], named: str) -> None:
    with open_bench(rig(**wire)) as bench:
        found = conclusion_of(bench, phy.test_error_rate_against_power, bench.levels.reference)
        finding = bench.judge.judgements[0]
        assert finding.measurement.value == named
        assert found.verdict is (Verdict.PASS if named == "none" else Verdict.FAIL)


def test_a_fault_that_is_always_there_is_told_from_noise(rig: Rig, phy: Any, lab: Any) -> None:
    with open_bench(rig()) as bench:
        lab.twin.wiring._medium.disturbance = lambda _bits: 0.05
        found = conclusion_of(bench, phy.test_error_rate_against_power, bench.levels.reference)
        assert found.verdict is Verdict.FAIL
        assert "what destroys frames is 'constant fault', not 'none'" in found.reason


def test_a_device_that_does_not_charge_says_nothing_about_noise(rig: Rig, phy: Any) -> None:
    with open_bench(rig(), mutation="user_limit_binds") as bench:
        found = conclusion_of(bench, phy.test_error_rate_against_power, bench.levels.reference)
        assert found.verdict is Verdict.BLOCKED
        assert found.reason.startswith("stimulus not binding: with the limits open the device charges with ")


def leaves_the_bus(bench: Bench, twin: Any, *, above: float, lasts: float | None = None) -> None:
    """Let the device's controller fall off the bus as soon as it moves so many amperes."""

    def look() -> None:
        if abs(twin.world.current) > above:
            leaving.cancel()
            twin.inverter.plug(False)
            if lasts is not None:
                bench.timeline.after(lasts, lambda: twin.inverter.plug(True))

    leaving = bench.timeline.every(0.05, look)


def test_a_device_that_leaves_the_bus_under_power_has_destroyed_nothing(rig: Rig, phy: Any, lab: Any) -> None:
    with open_bench(rig()) as bench:
        unit = bench.levels.reference
        leaves_the_bus(bench, lab.twin, above=6.2 * unit)
        found = conclusion_of(bench, phy.test_error_rate_against_power, unit)
        assert found.verdict is Verdict.BLOCKED
        assert found.reason.startswith(NOBODY)


def test_errors_while_the_current_rises_count_too(rig: Rig, phy: Any, lab: Any) -> None:
    with open_bench(rig()) as bench:
        unit = bench.levels.reference
        leaves_the_bus(bench, lab.twin, above=6.2 * unit, lasts=1.5)
        found = conclusion_of(bench, phy.test_error_rate_against_power, unit)
        assert found.verdict is Verdict.FAIL
        assert "Errors on the bus over the whole test, ramps included: 16 is more than 0" in found.reason


def test_a_witness_that_hears_nothing_proves_nothing(rig: Rig) -> None:
    with open_bench(rig()) as bench:
        begun(bench)
        bench.ports["witness"].close()
        with pytest.raises(Inconclusive, match="the witness heard nothing at 0 A"):
            bench.bus.error_rate(over=2.0)


def test_a_device_that_fails_right_after_its_start_is_not_excused_as_booting(rig: Rig, lab: Any) -> None:
    with open_bench(rig()) as bench:
        trial = begun(bench)
        (on,) = [one for one in bench.journal.events(0.0, bench.seconds, "device") if one.data["on"]]
        assert bench.seconds >= on.t + 8.0, "it has had the 8 s that its profile declares"
        judge_the_terminals(bench)
        lab.twin.inverter.plug(False)
        bench.run(0.3)
        lab.twin.inverter.plug(True)
        bench.run(2.0)
        found = trial.conclude(None)
        assert found.verdict is Verdict.FAIL
        assert "emulator error-passive" in found.reason


def test_errors_and_controllers_in_trouble_fail_a_test_that_does_not_disturb(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench(rig()) as bench:
        trial = begun(bench)
        judge_the_terminals(bench)
        bench.disturber.collide(2)
        found = trial.conclude(None)
        assert found.verdict is Verdict.FAIL
        assert "error frames" in found.reason
        assert "emulator error-passive" in found.reason
        trial.end()
        trial = begun(bench)
        judge_the_terminals(bench)
        assert trial.conclude(None).verdict is Verdict.PASS, "the next test begins with a clean slate"
        trial.end()
        trial = begun(bench)
        judge_the_terminals(bench)
        monkeypatch.setattr(bench.ports["disturber"], "send", lambda *_frame: None)
        with bench.disturber.speaking():
            bench.disturber.say(Frame(0x111, b"\x55"))
            bench.run(0.5)
        found = trial.conclude(None)
        assert found.verdict is Verdict.INCONCLUSIVE
        assert "disturber only 0 of 1 disturbing frames were on the bus" in found.reason


def test_listening_at_another_bit_rate_is_noticed_by_nobody(rig: Rig, lab: Any) -> None:
    with open_bench(rig()) as bench:
        medium = lab.twin.wiring._medium
        before = medium.error_frames
        assert bench.disturber.bit_rate(250_000, over=3.0) == "another bit rate than 250000 bit/s"
        assert bench.disturber.bit_rate(500_000, over=3.0) == "500000 bit/s"
        assert medium.error_frames == before
        assert bench.ports["disturber"].listen_only
        bench.wire.hush()
        assert bench.disturber.bit_rate(500_000, over=3.0) == "silent"


# Acknowledgement


def test_a_cable_that_breaks_within_a_test_blocks_it(rig: Rig) -> None:
    with open_bench(rig()) as bench:
        trial = begun(bench)
        judge_the_terminals(bench)
        with bench.wire.broken():
            bench.run(5.0)
        bench.run(2.0)
        found = trial.conclude(None)
        assert found.verdict is Verdict.BLOCKED
        assert found.reason.startswith(f"{NOBODY} (seen at emulator)")


def test_a_cable_that_is_broken_before_a_test_blocks_it(
    rig: Rig, lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_bench(rig()) as bench:
        plug = lab.twin.inverter.plug
        plug(False)
        monkeypatch.setattr(lab.twin, "_can", lab.twin._can | {"can_break": lambda _closed: None})
        with pytest.raises(Blocked, match=f"^reset needed: {NOBODY}"):
            begun(bench)


def test_what_nobody_acknowledged_was_heard_but_has_reached_nobody(rig: Rig, lab: Any) -> None:
    with open_bench(rig()) as bench:
        begun(bench)
        limits = bench.bus.identifiers(0x351)
        lab.twin.inverter.plug(False)
        cut = bench.seconds
        bench.run(0.4)
        lost = bench.bus.last_acknowledged(limits)
        assert bench.bus.alternating_packs(over=2.0) == "none"
        assert bench.bus.duplicate_addresses(over=3.0) == "none"
        assert bench.bus.heard_from_bank(over=1.0), "the witness hears the bank go on"
        assert lost is not None
        assert cut - 1.0 <= lost <= cut
        assert bench.bus.last_acknowledged(limits) == lost
        frames, _ = bench.bus.traffic(since=cut)
        assert float(frames.value) > 100, "and it hears repetitions"


def test_a_device_that_the_bench_itself_switches_off_blocks_nothing(rig: Rig) -> None:
    with open_bench(rig()) as bench:
        trial = begun(bench)
        judge_the_terminals(bench)
        bench.power_cycle()
        bench.run(20.0)
        assert bench.device_ready()
        assert bench.journal.events(0.0, bench.seconds, "unacknowledged"), "it was off for three periods"
        found = trial.conclude(None)
        assert found.verdict is Verdict.PASS


def test_a_port_that_sends_old_frames_is_caught(rig: Rig, phy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outbox, "_take_back", lambda *_: None)
    with open_bench(rig()) as bench:
        found = conclusion_of(bench, phy.test_unacknowledged_frames)
        assert found.verdict is Verdict.FAIL
        assert "an old value after the reconnection is true, not false" in found.reason


def test_a_device_that_stays_off_the_bus_is_caught(rig: Rig, phy: Any) -> None:
    with open_bench(rig(), mutation="stays_bus_off") as bench:
        found = conclusion_of(bench, phy.test_bus_off_recovery)
        assert found.verdict is Verdict.FAIL
        assert "the device speaks again is false, not true" in found.reason
        found = conclusion_of(bench, phy.test_device_acknowledges)
        assert found.verdict is Verdict.PASS, "a power cycle brings it back for the next test"


NOT_HEARD = (
    "nobody acknowledges, and the device was not heard: a cut cable, a device without power and "
    "a device that only listens look the same"
)


def test_a_device_that_only_listens_looks_like_a_cut_cable(rig: Rig, phy: Any, tmp_path: Path) -> None:
    good = (PROFILES / "pylon_parallel.yaml").read_text(encoding="utf-8")
    assert good.count("  acknowledges: true") == 1
    listener = tmp_path / "only_listens.yaml"
    listener.write_text(good.replace("  acknowledges: true", "  acknowledges: false"), encoding="utf-8")
    with open_bench(rig(), profile=str(listener)) as bench:
        found = conclusion_of(bench, phy.test_device_acknowledges)
        assert (found.verdict, found.reason) == (Verdict.BLOCKED, NOT_HEARD)


def test_a_cut_cable_is_not_blamed_on_the_device(rig: Rig, phy: Any, lab: Any) -> None:
    with open_bench(rig()) as bench:
        cut(lab.twin)
        found = conclusion_of(bench, phy.test_device_acknowledges)
        assert (found.verdict, found.reason) == (Verdict.BLOCKED, NOT_HEARD)
        found = conclusion_of(bench, phy.test_bit_rate_of_the_device)
        assert (found.verdict, found.reason) == (
            Verdict.BLOCKED,
            "the device is silent at every bit rate",
        )


def cut(twin: Any) -> None:
    """Cut the cable to the device for good."""
    twin.inverter.plug(False)
    twin.inverter.plug = lambda _plugged: None


def few_confirmed(bus: Any, over: float) -> Measurement:
    bus._bench.run(over)
    return Measurement("acknowledged frames", 0.0, over, "share", 0.5)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("confirmed_share", few_confirmed), "0.5 is less than 0.99"),
        (("emulator_passive", True), "the emulator is error-passive is true, not false"),
    ],
)
def test_a_device_that_speaks_must_acknowledge(
    rig: Rig, phy: Any, monkeypatch: pytest.MonkeyPatch, change: tuple[str, Any], reason: str
) -> None:
    monkeypatch.setattr(PhysicalBus, *change)
    with open_bench(rig()) as bench:
        found = conclusion_of(bench, phy.test_device_acknowledges)
        assert found.verdict is Verdict.FAIL
        assert reason in found.reason


def test_an_adapter_that_confirms_too_early_acknowledges_nothing(
    rig: Rig, phy: Any, lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_confirmed(bus: Any, over: float) -> Measurement:
        bus._bench.run(over)
        return Measurement("acknowledged frames", 0.0, over, "share", 1.0)

    monkeypatch.setattr(PhysicalBus, "confirmed_share", all_confirmed)
    with open_bench(rig()) as bench:
        cut(lab.twin)
        found = conclusion_of(bench, phy.test_device_acknowledges)
        assert (found.verdict, found.reason) == (Verdict.BLOCKED, NOT_HEARD)


# Bit rate


@pytest.fixture
def tuned(tmp_path: Path) -> Callable[[int], str]:
    """Write a profile of a device at another bit rate; returns its file."""

    def write(bitrate: int) -> str:
        good = (PROFILES / "pylon_parallel.yaml").read_text(encoding="utf-8")
        assert good.count("  bitrate: null") == 1
        wrong = tmp_path / "wrong.yaml"
        wrong.write_text(good.replace("  bitrate: null", f"  bitrate: {bitrate}"), encoding="utf-8")
        return str(wrong)

    return write


@pytest.mark.parametrize("bitrate", [250_000, 125_000, 1_000_000])
def test_a_device_at_another_bit_rate_is_named(
    rig: Rig, phy: Any, tuned: Callable[[int], str], bitrate: int
) -> None:
    with open_bench(rig(), profile=tuned(bitrate)) as bench:
        found = conclusion_of(bench, phy.test_bit_rate_of_the_device)
        assert found.verdict is Verdict.FAIL
        assert f"bit rate of the device is '{bitrate} bit/s', not '500000 bit/s'" in found.reason


def test_a_device_at_another_bit_rate_blocks_what_it_should_hear(
    rig: Rig, phy: Any, tuned: Callable[[int], str]
) -> None:
    with open_bench(rig(), profile=tuned(250_000)) as bench:
        found = conclusion_of(bench, phy.test_device_acknowledges)
        assert (found.verdict, found.reason) == (Verdict.BLOCKED, NOT_HEARD)
        found = conclusion_of(bench, phy.test_wrong_bit_rate)
        assert found.verdict is Verdict.BLOCKED
        assert NOBODY in found.reason
        assert conclusion_of(bench, phy.test_termination).verdict is Verdict.PASS


def test_nobody_notices_that_the_device_is_looked_for(rig: Rig, phy: Any, lab: Any) -> None:
    with open_bench(rig()) as bench:
        begun(bench).end()
        medium = lab.twin.wiring._medium
        before = medium.error_frames
        assert conclusion_of(bench, phy.test_bit_rate_of_the_device).verdict is Verdict.PASS
        assert medium.error_frames == before
        bench.bank.silence()
        bench.run(2.0)
        cut(lab.twin)
        assert bench.disturber.device_bit_rate(over=2.0) is None


def test_a_good_device_is_driven_off_and_back_within_two_seconds(rig: Rig, phy: Any) -> None:
    with open_bench(rig()) as bench:
        assert conclusion_of(bench, phy.test_bus_off_recovery).verdict is Verdict.PASS
        errors, speaks, back = bench.judge.judgements
        assert float(errors.measurement.value) >= 16
        assert speaks.measurement.value is True
        assert 0.0 < float(back.measurement.value) <= 2.0


def test_an_adapter_that_pauses_needs_several_floods(
    rig: Rig, phy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bmshil.bench.bus.disturber.DEPTH", 8)
    follow = Disturber._follow

    def late(self: Disturber, when: Nanoseconds, frame: Frame) -> None:
        self._bench.timeline.after(PAUSE, lambda: self._flood is not None and follow(self, when, frame))

    monkeypatch.setattr(Disturber, "_follow", late)
    with open_bench(rig()) as bench:
        assert conclusion_of(bench, phy.test_bus_off_recovery).verdict is Verdict.PASS
        floods = [
            event
            for event in bench.journal.events(0.0, bench.seconds, "stimulus")
            if event.data["text"].startswith("flood of 0x305, 7 bytes")
        ]
        assert 1 < len(floods) <= 16


def test_a_device_that_does_not_speak_cannot_be_driven_off(rig: Rig) -> None:
    with open_bench(rig()) as bench:
        begun(bench)
        stranger = bench.bus.last_set(2)._replace(id=0x7FE)
        with pytest.raises(Inconclusive, match="was not heard with 0x7FE: there is nothing to"):
            bench.disturber.drive_off(stranger, period=1.0)


def test_a_flood_that_hits_nothing_is_inconclusive(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Disturber, "_start", lambda *_: None)
    with open_bench(rig()) as bench:
        begun(bench)
        own = Frame(0x305, bytes(8))
        with pytest.raises(Inconclusive, match="0 collisions in 16 floods, and 1 of its frames came"):
            bench.disturber.drive_off(own, period=1.0)


def test_a_pack_that_is_silent_has_no_slot_to_collide_in(rig: Rig) -> None:
    with open_bench(rig()) as bench:
        begun(bench)
        bench.bank.silence()
        bench.run(3.0)
        with pytest.raises(Inconclusive, match="pack 2 was not heard for two periods"):
            bench.disturber.collide(2)


def test_a_rig_without_a_disturber_says_so(rig: Rig) -> None:
    with open_bench(rig(without=("disturber",))) as bench:
        with pytest.raises(RigError, match=r"rig twin has no disturber: add can\.disturber"):
            _ = bench.disturber
        assert bench.unmet(["disturber"]) == "not observable: the rig has no can.disturber"
        begun(bench).end()


# What a rig must have


@pytest.mark.parametrize(
    ("need", "reason"),
    [
        (
            "echo:emulator",
            "not observable: can.emulator is no adapter that confirms what it has sent (slcan, ",
        ),
        ("errors:emulator", "not observable: can.emulator is no adapter that reports error frames (slcan, "),
        ("errors:witness", "not observable: the rig has no can.witness"),
        ("listens:disturber", "not observable: the rig has no can.disturber"),
        ("disturber", "not observable: the rig has no can.disturber"),
        ("can_break", "not observable: no relay can_break in the CAN cable"),
        ("can_term", "not observable: no relays can_term_a and can_term_b for the terminators"),
        ("ohmmeter", "not observable: no instruments.ohmmeter between CAN-H and CAN-L"),
    ],
)
def test_what_a_rig_lacks_is_named(need: str, reason: str) -> None:
    told = foreseen(load("emulate_slcan"), [need])
    assert told is not None
    assert told.startswith(reason)


def test_a_rig_file_corrects_what_is_known_of_an_adapter(rig: Rig) -> None:
    path = rig()
    assert foreseen(load(path), ["echo:disturber", "errors:witness", "listens:disturber", "lone_dut"]) is None
    text = path.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    content["can"]["disturber"] |= {"capabilities": {"listen_only": False}, "listen_only": False}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    told = foreseen(load(path), ["listens:disturber"])
    assert told is not None
    assert told.startswith(
        "not observable: can.disturber is no adapter that can be told to listen only (twin,"
    )
    told = foreseen(load(path), ["lone_dut"])
    assert told == "not observable: another adapter than the emulator acknowledges too; let it only listen"


def test_old_frames_are_not_asked_for_where_the_adapter_cannot_take_them_back(rig: Rig) -> None:
    path = rig()
    assert foreseen(load(path), ["flushes:emulator"]) is None
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["can"]["emulator"] |= {"capabilities": {"flush": False}}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    told = foreseen(load(path), ["flushes:emulator"])
    assert told is not None
    assert told.startswith(
        "not observable: can.emulator is no adapter that takes back what it has not sent (twin,"
    )
