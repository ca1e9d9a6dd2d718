"""A dialect: how reports become frames and frames become reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from bmshil.dialects.codec import CompiledMessage
from bmshil.dialects.encoder import compile_encoder
from bmshil.dialects.fields import letters, unpadded
from bmshil.dialects.files import dbc_folder, load_dbc
from bmshil.dialects.known import KNOWN
from bmshil.dialects.source import compile_function
from bmshil.errors import CodecError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from cantools.database.can import Message

    from bmshil.dialects.fields import Piece
    from bmshil.dialects.known import Grade, Known
    from bmshil.dialects.report import PartialReport, Report

_ROLES = {
    "limits": "ccl",
    "state": "soc",
    "measured": "current",
    "requests": "charge_enabled",
    "on_grid": "on_grid_ccl",
}
BATTERY = "BMS"  # the name of the battery among the nodes of our DBC files


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """One message of a dialect: name, base identifier, length in bytes, period in seconds."""

    name: str
    id: int
    length: int
    period: float


class Dialect:
    """How reports become bytes, and when they are sent.

    Attributes:
        name: such as "pylontech-lv-1.2".
        path: its DBC file.
        source, grade: who says so, and how well that is known.
        messages: what the battery sends, in the order of sending.
        pack_messages: what it sends for each pack beside them, at base + (address - 1).
        inverter_ids: identifiers that the inverter sends.
        extended: those identifiers, of either direction, that have 29 bits.
        asks: what the inverter asks, and what it is answered.
        asked_by: identifiers of the inverter without which the battery says something, or anything, not at
            all; empty for a battery that sends by itself.
        answers: base identifiers of what is sent only when it is asked for.
        occasional: those of them that do not come with the limits, but when the device wants to know.
        begins: whether the rest is sent only once the inverter has spoken.
        roles: which message carries what devices watch one by one, by base identifier: "limits" (CCL),
            "state" (SOC), "measured" (current), "requests" (enable bits) and "on_grid" (limits that bind
            while the grid is there), as far as the dialect has them.
    """

    def __init__(self, name: str, path: Path, known: Known) -> None:
        """Compile the messages of a DBC file.

        Args:
            name: of the dialect.
            path: DBC file; the battery's messages have the sender "BMS" and a cycle time.
            known: what its messages stand for, and who says so.

        Raises:
            InputError: the file cannot be read or does not have exactly these messages and signals.
        """
        database = load_dbc(path)
        meaning = known.meaning
        self.name = name
        self.path = path
        self.source = known.source
        self.grade: Grade = known.grade
        self.asks = known.asks
        self.asked_by = frozenset(ask.id for ask in known.asks if ask.answers or ask.then == "begin")
        self.answers = frozenset(base_id for ask in known.asks for base_id in ask.answers)
        self.begins = any(ask.then == "begin" for ask in known.asks)
        self._sequences = known.sequences
        self.extended = frozenset(m.frame_id for m in database.messages if m.is_extended_frame)
        self.inverter_ids = frozenset(m.frame_id for m in database.messages if BATTERY not in m.senders)
        sent = [m for m in database.messages if BATTERY in m.senders]
        found = {m.name: {signal.name for signal in m.signals} for m in sent}
        wanted = {message: set(signals) for message, signals in meaning.items()}
        if found != wanted:
            differing = sorted(k for k in found.keys() | wanted.keys() if found.get(k) != wanted.get(k))
            raise InputError(f"{path} does not fit the dialect {name}: look at {', '.join(differing)}")
        specs = [MessageSpec(m.name, m.frame_id, m.length, (m.cycle_time or 1000) / 1000) for m in sent]
        self.messages = tuple(one for one in specs if one.id not in known.per_pack)
        self.pack_messages = tuple(one for one in specs if one.id in known.per_pack)
        self.roles = {
            role: base_id
            for role, field in _ROLES.items()
            if (base_id := _carrier(field, sent, meaning)) is not None
        }
        self.occasional = frozenset(
            base_id
            for ask in known.asks
            for base_id in ask.answers
            if self.roles.get("limits") not in ask.answers
        )
        self._codecs = {m.frame_id: CompiledMessage(m) for m in sent}
        self._meaning = {m.frame_id: meaning[m.name] for m in sent}
        self._encoders = {
            m.frame_id: _report_encoder(self._codecs[m.frame_id], meaning[m.name]) for m in sent
        }

    def encode(self, base_id: int, report: Report) -> bytes:
        """Encode one message of a report.

        Args:
            base_id: identifier of the message before any id scheme.
            report: what the node says.

        Raises:
            CodecError: a value does not fit, or the dialect has no such message for the battery.
        """
        encoder = self._encoders.get(base_id)
        if encoder is None:
            raise self._unknown(base_id)
        return encoder(report)

    def speech(self, base_id: int) -> Callable[[int, Report], bytes]:
        """Return the encoder of one sender of a message: rolling counters count what this sender sends."""
        turn = self._sequences.get(base_id)
        if turn is None:
            return self.encode
        numbers = count()
        return lambda base_id, report: turn(self.encode(base_id, report), next(numbers))

    def frames(self, report: Report) -> dict[int, bytes]:
        """Encode all messages of a report: base identifier to payload, in the order of sending.

        Raises:
            CodecError: a value does not fit.
        """
        return {message.id: self._encoders[message.id](report) for message in self.messages}

    def decode(self, base_id: int, data: bytes) -> dict[str, float]:
        """Decode one payload of the battery: signal name to physical value, in the units of the DBC.

        Signals that the payload is too short for are absent, bytes beyond the message are ignored.

        Raises:
            CodecError: the dialect has no such message for the battery.
        """
        return self.message(base_id).decode(data)

    def read(self, frames: Mapping[int, bytes]) -> PartialReport:
        """Read payloads back into the fields of a report.

        Args:
            frames: base identifier to payload; identifiers of other dialects are ignored.

        Returns:
            The fields that these frames carry, in the units of a report. What they do not carry is absent.
        """
        fields: dict[str, Any] = {}
        for base_id, meaning in self._meaning.items():
            data = frames.get(base_id)
            if data is None:
                continue
            values = self._codecs[base_id].decode(data)
            for name, piece in meaning.items():
                value = values.get(name)
                if value is not None:
                    piece.read(value, fields)
        if "manufacturer" in fields:
            fields["manufacturer"] = unpadded(fields["manufacturer"])
        return cast("PartialReport", fields)

    def message(self, base_id: int) -> CompiledMessage:
        """Return the codec of one message of the battery.

        Raises:
            CodecError: the dialect has no such message for the battery.
        """
        codec = self._codecs.get(base_id)
        if codec is None:
            raise self._unknown(base_id)
        return codec

    def role(self, name: str) -> int:
        """Return the base identifier of the message with this role, see ``roles``.

        Raises:
            CodecError: the dialect has no such message.
        """
        if name not in self.roles:
            raise CodecError(f"{self.name} has no message for {name!r}: it has {', '.join(self.roles)}")
        return self.roles[name]

    def _unknown(self, base_id: int) -> CodecError:
        known = ", ".join(f"0x{base_id:X}" for base_id in self._codecs)
        return CodecError(f"{self.name} has no message 0x{base_id:X} of the battery: it has {known}")


def _carrier(field: str, sent: Sequence[Message], meaning: Mapping[str, Mapping[str, Piece]]) -> int | None:
    """Base identifier of the first message that carries a field of the report."""
    for message in sent:
        if any(getattr(piece, "field", None) == field for piece in meaning[message.name].values()):
            return message.frame_id
    return None


def _report_encoder(codec: CompiledMessage, meaning: Mapping[str, Piece]) -> Callable[[Report], bytes]:
    """Compile the way from a report straight to bytes; the layout still comes from the DBC."""
    setup = list(dict.fromkeys(line for piece in meaning.values() for line in piece.setup()))
    inputs = {name: piece.expression() for name, piece in meaning.items()}
    names = {"letters": letters}
    items = ", ".join(f"{name!r}: {expression}" for name, expression in inputs.items())
    body = "\n".join(f"    {line}" for line in [*setup, f"return {{{items}}}"])
    values = compile_function(f"def values(source):\n{body}\n", "values", codec.name, names)

    def careful(report: Report) -> bytes:
        return codec.encode_carefully(values(report))

    return compile_encoder(codec.layout, inputs, careful, setup=setup, names=names)


def dialect_names() -> tuple[str, ...]:
    """Return the names of all dialects."""
    return tuple(KNOWN)


@cache
def dialect(name: str) -> Dialect:
    """Return a dialect by name, loaded on first use.

    Raises:
        InputError: there is no such dialect, or its DBC file cannot be read.
    """
    if name not in KNOWN:
        raise InputError(f"no dialect {name!r}: known are {', '.join(KNOWN)}")
    known = KNOWN[name]
    return Dialect(name, dbc_folder() / known.file, known)
