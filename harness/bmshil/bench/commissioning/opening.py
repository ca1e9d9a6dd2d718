"""Opening what is commissioned: a twin rig, the bus of a real rig, or an interface by its name."""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from bmshil.bench.assembly import open_bench
from bmshil.bench.commissioning.on_bus import BusSite
from bmshil.bench.commissioning.on_twin import TwinSite
from bmshil.bench.equipment import connect_one
from bmshil.errors import InputError
from bmshil.instruments.operator import Operator
from bmshil.journal import Journal
from bmshil.ports import CanPort
from bmshil.rig import Rig, RigLock, check_ready, load
from bmshil.timeline import WallTimeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench.commissioning.site import Site

_INTERFACE = re.compile(r"([a-z0-9_]+):(.+)")


class Interface(NamedTuple):
    """A CAN interface by python-can's words: ``socketcan:can0``, ``slcan:/dev/ttyACM0``."""

    interface: str
    channel: str
    bitrate: int = 500_000

    def __str__(self) -> str:
        """As it is written on the command line."""
        return f"{self.interface}:{self.channel}"


def find_subject(text: str, *, bitrate: int = 500_000) -> Rig | Interface:
    """Read what is to be commissioned.

    Args:
        text: a rig file, the name of a rig, or ``interface:channel``.
        bitrate: of an interface, bit/s.

    Raises:
        InputError: neither; a rig without CAN; or a rig of software in another process, where nobody can
            unplug a pack.
    """
    named = _INTERFACE.fullmatch(text)
    if named is not None:
        return Interface(named[1], named[2], bitrate)
    rig = load(text)
    if "emulator" not in rig.can:
        raise InputError(f"{rig.path}: batteries are listened to on CAN, and this rig has only RS485")
    if rig.served:
        raise InputError(f"{rig.path}: another process makes its twin: name a rig with placement inside")
    return rig


@contextmanager
def open_site(subject: Rig | Interface) -> Iterator[Site]:
    """Open what is commissioned; on a real bus one adapter, and the ohmmeter where there is one.

    Raises:
        RigError: the rig is refused as it is, or held by another run.
        PortError: the adapter is missing or refuses.
    """
    if isinstance(subject, Rig) and subject.inside:
        with open_bench(subject.path, purpose="commission") as bench:
            yield TwinSite(bench)
        return
    with ExitStack() as stack:
        if isinstance(subject, Rig):
            check_ready(subject)
            stack.enter_context(RigLock(subject.name, "commission"))
        timeline = WallTimeline()
        stack.callback(timeline.close)
        journal = Journal(timeline)
        stack.callback(journal.close)
        port = _port(subject, timeline, journal)
        port.open()
        stack.callback(port.close)
        ohmmeter = None
        if isinstance(subject, Rig) and "ohmmeter" in subject.instruments:
            ohmmeter = connect_one(subject, "ohmmeter", journal, {}, stack)
        name = subject.name if isinstance(subject, Rig) else str(subject)
        yield BusSite(name, timeline, port, Operator(journal, name="commission"), ohmmeter)


def _port(subject: Rig | Interface, timeline: WallTimeline, journal: Journal) -> CanPort:
    """The emulator's adapter of a rig: it acknowledges, which a battery alone on the bus needs."""
    if isinstance(subject, Interface):
        return CanPort(
            timeline,
            journal,
            role="witness",
            interface=subject.interface,
            channel=subject.channel,
            bitrate=subject.bitrate,
        )
    channel = subject.can["emulator"]
    return CanPort(
        timeline,
        journal,
        role="witness",
        interface=channel.interface,
        channel=channel.channel,
        bitrate=channel.bitrate,
        options=channel.options,
        capabilities=channel.capabilities,
    )
