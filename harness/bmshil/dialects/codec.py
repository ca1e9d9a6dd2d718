"""One message as functions: signal values to bytes and back, one frame at a time or whole columns.

cantools is the codec of record. What is compiled here gives the same bytes and the same numbers, faster;
values that are not ordinary are encoded by cantools itself.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from bmshil.dialects.columns import decode_columns
from bmshil.dialects.decoder import compile_decoder
from bmshil.dialects.encoder import compile_encoder
from bmshil.dialects.layout import layout_of
from bmshil.errors import CodecError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cantools.database.can import Message, Signal
    from numpy.typing import NDArray


class CompiledMessage:
    """One message of a DBC, compiled.

    Attributes:
        name: as in the DBC.
        id: base identifier.
        length: bytes.
        encode: ``encode(values) -> bytes``; values maps every signal, and no other, to its physical value.
            Raises CodecError as cantools in its strict mode raises.
        decode: ``decode(data) -> values``; signals that the data is too short for are absent, bytes
            beyond the message are ignored. Numbers are never replaced by texts of a value table.

    Raises:
        InputError: the message cannot be compiled, see :func:`bmshil.dialects.layout.layout_of`.
    """

    encode: Callable[[Mapping[str, float]], bytes]
    decode: Callable[[bytes], dict[str, float]]

    def __init__(self, message: Message) -> None:
        self.name = message.name
        self.id = message.frame_id
        self.length = message.length
        self.layout = layout_of(message)
        self._message = message
        self._partial: dict[int, Callable[[bytes], dict[str, float]]] = {}
        signals = self.layout.signals
        self.encode = compile_encoder(
            self.layout,
            {signal.name: f"source[{signal.name!r}]" for signal in signals},
            self.encode_carefully,
            setup=[f"if len(source) != {len(signals)}: return careful(source)"],
        )
        self.decode = compile_decoder(self.layout, signals, self._decode_other_length)

    def decode_columns(
        self, data: NDArray[np.uint8], length: NDArray[np.integer] | int
    ) -> dict[str, NDArray[np.float64]]:
        """Decode a column of frames of this message.

        Args:
            data: payloads, shape (n, 8); bytes beyond a frame's length are ignored.
            length: bytes of each frame, shape (n,), or one length for all.

        Returns:
            One array for each signal, shape (n,), physical units, NaN where the frame is too short.

        Raises:
            CodecError: the shape or the type of the data is another.
        """
        return decode_columns(self.layout, data, length)

    def encode_carefully(self, values: Mapping[str, float]) -> bytes:
        """Encode with cantools, strictly. Same arguments, result and errors as ``encode``, slower."""
        plain = {
            name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()
        }
        self._refuse(plain)
        try:
            return self._message.encode(plain, strict=True)
        except Exception as error:  # cantools lets errors of its bit packer through, whose types vary
            reason = " ".join(str(error).split())
            raise CodecError(f"{self.name} (0x{self.id:X}) cannot carry {plain}: {reason}") from error

    def _refuse(self, values: Mapping[str, object]) -> None:
        """Raise for what cantools would refuse, with words for a person at a bench."""
        where = f"{self.name} (0x{self.id:X})"
        known = {signal.name for signal in self._message.signals}
        if missing := sorted(known - values.keys()):
            raise CodecError(f"{where} needs a value for {', '.join(missing)}")
        if unknown := sorted(values.keys() - known):
            raise CodecError(f"{where} has no signal {', '.join(unknown)}: it has {', '.join(sorted(known))}")
        for signal in self._message.signals:
            value = values[signal.name]
            if not isinstance(value, int | float) or not math.isfinite(value):
                raise CodecError(f"{where}: {signal.name} must be a finite number, not {value!r}")
            if not _accepts(signal, value):
                raise CodecError(
                    f"{where}: {signal.name} = {value:g}{_unit(signal)} is outside {_range(signal)}"
                )

    def _decode_other_length(self, data: bytes) -> dict[str, float]:
        size = len(data)
        if size > self.length:
            return self.decode(data[: self.length])
        if size not in self._partial:
            present = [signal for signal in self.layout.signals if signal.end <= 8 * size]
            self._partial[size] = compile_decoder(self.layout, present, self._decode_other_length)
        return self._partial[size](bytes(data).ljust(self.length, b"\xff"))


def _unit(signal: Signal) -> str:
    return f" {signal.unit}" if signal.unit else ""


def _accepts(signal: Signal, value: float) -> bool:
    try:
        count = signal.conversion.numeric_scaled_to_raw(value)
    except OverflowError:  # so large that even the count is infinite
        return False
    if signal.conversion.choices and count in signal.conversion.choices:
        return True
    tolerance = abs(signal.conversion.scale) * 1e-6
    if signal.minimum is not None and value < signal.minimum - tolerance:
        return False
    if signal.maximum is not None and value > signal.maximum + tolerance:
        return False
    bits = signal.length - 1 if signal.is_signed else signal.length
    return (-(1 << bits) if signal.is_signed else 0) <= count < 1 << bits


def _range(signal: Signal) -> str:
    if signal.minimum is None or signal.maximum is None:
        return f"what {signal.length} bits of {signal.conversion.scale:g}{_unit(signal)} hold"
    return f"{signal.minimum:g} .. {signal.maximum:g}{_unit(signal)}"
