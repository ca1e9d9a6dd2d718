"""A node: the emulated BMS of one pack."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bmshil.bms.addressing.panel import Panel
from bmshil.bms.faults.switchboard import NodeFaults
from bmshil.bms.management import NO_LIMITS, Management, chosen_limits
from bmshil.bms.own_limits import OwnLimits
from bmshil.bms.pack_frames import PackFrames
from bmshil.bms.rhythm import Rhythm, has_measured
from bmshil.bms.settings import NodeSettings
from bmshil.bms.transmitter import Transmitter
from bmshil.dialects import Report

if TYPE_CHECKING:
    from bmshil.battery import Bank, Inrush, Pack
    from bmshil.bms.contactor import Contactor
    from bmshil.bms.sender import Sender
    from bmshil.dialects import Dialect, IdMap
    from bmshil.journal import Frame, Journal
    from bmshil.timeline import Timeline


Voice = Callable[[Report], Report | None]
"""From what a node knows of its own pack to what it says; None is silence. Asked once per period."""


class Node:
    """Reads its pack, decides once per period what to say, and says it message by message.

    A node measures and protects its pack also while a fault keeps it silent. After ``start`` it is silent
    for the start-up time and until its values are valid. All methods may be called from a test's thread.

    Args:
        number: of the pack, 1..n.
        pack: what is measured.
        dialect: how reports become bytes.
        ids: identifiers of the bank.
        sender: takes the frames.
        timeline: gives the time.
        journal: where limits, faults and contactors are written.
        settings: timing, tapers, thresholds.
        terminal_voltage: gives the voltage measured at the device under test, V; see ``Management``.
        bank: what the pack joins; see ``Management``.
        speaks_as: number of the pack under whose identifiers it speaks; its own when left out.
        carried: whether somebody speaks for the bank, for a node that sends what each pack has beside the
            messages of the bank; None for one that sends nothing of the kind.

    Attributes:
        number: of the pack.
        voice: turns the node's own report into what it says, and None into silence; None for its own report.
        answers: whether it is asked over a serial line instead of sending by itself.
        panel: its front: address switches, and what is plugged into its ports.
        name: "pack1" and so on, its name in the journal.
        faults: switches faults on and off.
    """

    def __init__(
        self,
        number: int,
        pack: Pack,
        *,
        dialect: Dialect,
        ids: IdMap,
        sender: Sender,
        timeline: Timeline,
        journal: Journal,
        settings: NodeSettings | None = None,
        terminal_voltage: Callable[[], float] | None = None,
        bank: Bank | None = None,
        speaks_as: int | None = None,
        carried: Callable[[], bool] | None = None,
    ) -> None:
        settings = settings or NodeSettings()
        self.voice: Voice | None = None
        self.answers = False
        self.panel = Panel()
        self.number = number
        self.name = f"pack{number}"
        self.pack = pack
        self._timeline = timeline
        self._management = Management(
            pack, settings, timeline, journal, terminal_voltage=terminal_voltage, bank=bank
        )
        self._transmitter = Transmitter(
            number,
            speaks_as=speaks_as or number,
            dialect=dialect,
            ids=ids,
            sender=sender,
            timeline=timeline,
            journal=journal,
            settings=settings,
        )
        self._beside = None if carried is None else PackFrames(self._transmitter, carried, settings.period)
        self._rhythm = Rhythm(self._transmitter, self._beside, self._decide, settings.spacing)
        self._lost_supply = False
        self.faults = NodeFaults(self._transmitter, self._management.report, journal)
        self._limits = OwnLimits(self._management, self.faults, journal)

    @property
    def settings(self) -> NodeSettings:
        """Timing, tapers, thresholds. Timing is taken over when the node is made."""
        return self._management.settings

    @settings.setter
    def settings(self, value: NodeSettings) -> None:
        self._timeline.call(lambda: setattr(self._management, "settings", value))

    @property
    def own_report(self) -> Report:
        """What the node knows of its own pack, whatever it says."""
        return self._management.report()

    @property
    def told(self) -> Report | None:
        """What it tells its own kind over a link or a bus of their own, faults of values included.

        None while it is off, starts up, or is kept wholly silent by faults.
        """
        transmitter = self._transmitter
        if not self._rhythm.running or not self._rhythm.started_up:
            return None
        if all(transmitter.mutes(base_id) for base_id in transmitter.slots):
            return None
        own = transmitter.deviating_report(None, self._management.report(), transmitter.effects)
        return own if has_measured(own) else None

    @property
    def report(self) -> Report:
        """What the node would say now, faults of values included; its own report where it says nothing."""
        transmitter = self._transmitter
        own = self._management.report()
        said = own if self.voice is None else self.voice(own) or own
        return transmitter.deviating_report(None, said, transmitter.effects)

    @property
    def period(self) -> float:
        """Time between two decisions, s."""
        return self._rhythm.period

    @property
    def next_set(self) -> float:
        """Time from now to its next set of messages, s, above 0 and at most a period."""
        return self._rhythm.next_set

    @property
    def chosen(self) -> dict[str, float]:
        """Limits that were set with ``limit``, by name."""
        return self._management.chosen

    @property
    def running(self) -> bool:
        """Whether the node is powered, be it silent or not."""
        return self._rhythm.running

    @property
    def on_air(self) -> bool:
        """Whether at least one of its messages is being sent, or who asks it gets an answer."""
        return self.told is not None if self.answers else self._transmitter.audible

    @property
    def contactor(self) -> Contactor:
        """The contactor of its pack: what keeps it open, and its latch."""
        return self._management.contactor

    def hear(self, frame: Frame, delay: float) -> None:
        """Take a frame of the device, on the timeline; answers begin ``delay`` (s) from now."""
        self._transmitter.questions.hear(frame, delay)

    def feel(self, inrush: Inrush, share: float) -> None:
        """Bear a share (0..1) of an inrush of the bank; see ``Fleet.inrush``."""
        self._timeline.call(lambda: self._management.feel(inrush, share))

    @property
    def sent(self) -> int:
        """Frames handed to the port."""
        return self._transmitter.sent + (0 if self._beside is None else self._beside.sent)

    @property
    def skipped(self) -> int:
        """Slots that were too late to be sent; on wall time only."""
        return self._transmitter.skipped

    @property
    def muted(self) -> int:
        """Frames that a fault kept back."""
        return self._transmitter.muted

    def limit(
        self,
        *,
        cvl: float | None = None,
        ccl: float | None = None,
        dcl: float | None = None,
        dvl: float | None = None,
    ) -> None:
        """Make limits the node's own decision, from its next report on; V and A, positive.

        A limit stays until it is set anew or ``unlimit`` is called. A pack that is off the bus or protects
        itself still says 0 A.

        Raises:
            InputError: a value that the dialect cannot carry.
        """
        self._timeline.call(lambda: self.choose(chosen_limits(self._management.chosen, cvl, ccl, dcl, dvl)))

    def unlimit(self) -> None:
        """Let the node decide all limits by itself again."""
        self._timeline.call(lambda: self.choose(NO_LIMITS))

    def choose(self, limits: dict[str, float], *, quiet: bool = False) -> bool:
        """Take over limits by name, on the timeline; say whether anything changed."""
        return self._limits.choose(limits, self.name, quiet=quiet)

    def disconnect(self, *, silent: bool = False) -> None:
        """Take the pack off the busbar: its contactor opens and stays open, its node says 0 A.

        Args:
            silent: the BMS loses its supply too and stops, as when the pack is switched off.
        """

        def run() -> None:
            self._management.disconnect()
            if silent and self.running:
                self._stop()
                self._lost_supply = True

        self._timeline.call(run)

    def connect(self, *, force: bool = False) -> None:
        """Undo ``disconnect``, unless a protection keeps the contactor open, or a bank that does not match.

        In both cases it closes once that is over.

        Args:
            force: close it whether they match or not, as when somebody joins a pack by hand.
        """

        def run() -> None:
            self._management.connect(force=force)
            self._regain_supply()

        self._timeline.call(run)

    def reset(self) -> None:
        """Forget limits, faults, protections and ``disconnect``; for use with ``Bank.reset``."""

        def run() -> None:
            self.faults.clear()
            self.choose(NO_LIMITS)
            self._management.reset()
            self._regain_supply()

        self._timeline.call(run)

    def start(self, *, phase: float | None = None, spacing: float | None = None) -> None:
        """Power the node up; a running node moves to another phase without a start-up silence.

        Args:
            phase: s from now to its first slot; None keeps the place among the nodes that it had before.
            spacing: s between the messages of a set; None keeps it too.
        """
        self._timeline.call(lambda: self._start(phase, spacing))

    def stop(self) -> None:
        """Power the node down: it neither measures nor speaks. The contactor stays as it is."""
        self._timeline.call(self._stop)

    def _start(self, phase: float | None = None, spacing: float | None = None) -> None:
        self._lost_supply = False
        if not self._rhythm.running:
            self.panel.restart()
        self._rhythm.start(phase, spacing, self.settings.start_up)

    def _regain_supply(self) -> None:
        if self._lost_supply:
            self._start()

    def _stop(self) -> None:
        self._lost_supply = False
        self._rhythm.stop()

    def _decide(self) -> None:
        report = self._management.decide()
        said = report if self.voice is None else self.voice(report)
        transmitter, beside = self._transmitter, self._beside
        if said is None:
            transmitter.report = None
        elif transmitter.report is not None or (self._rhythm.started_up and has_measured(said)):
            transmitter.report = said
        if beside is not None and (
            beside.report is not None or (self._rhythm.started_up and has_measured(report))
        ):
            beside.report = report
