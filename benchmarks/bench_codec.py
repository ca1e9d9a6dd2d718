"""Codec figures, each beside cantools in the same run: encode, decode, columns, report to frames and back."""

import json
from collections.abc import Callable
from statistics import median
from timeit import repeat

import numpy as np
from cantools.database.can import Message

from bmshil.dialects import Dialect, Report, dialect, load_dbc

COLUMN = 20_000  # frames of each message in a column
ROUNDS = 9
QUICK = {"column": 200, "rounds": 1}
REPORT = Report(
    cvl=56.0,
    ccl=100.0,
    dcl=100.0,
    dvl=47.0,
    soc=0.5,
    soh=1.0,
    voltage=52.31,
    current=-12.3,
    temperature=25.1,
    cell_max=3.3,
    cell_min=3.2,
    modules=3,
)


def figures(*, column: int = COLUMN, rounds: int = ROUNDS) -> dict[str, dict[str, dict[str, float]]]:
    """Measure both dialects; results are checked to be equal before any time is taken.

    Args:
        column: frames of each message in a column.
        rounds: how often each job is timed; the median counts.

    Returns:
        For each dialect and job: "us" for one report set (six frames; a column job: one frame), "peer_us" for
        cantools, "ratio", and "target_ratio" where there is one.
    """
    return {
        name: measured(dialect(name), column, rounds) for name in ("pylontech-lv-1.2", "pylontech-lv-1.3")
    }


def measured(lv: Dialect, frames_in_column: int, rounds: int) -> dict[str, dict[str, float]]:
    """Measure one dialect."""

    def microseconds(action: Callable[[], object], number: int) -> float:
        return median(repeat(action, number=number, repeat=rounds)) / number * 1e6

    database = load_dbc(lv.path)
    frames = lv.frames(REPORT)
    peers = {base_id: database.get_message_by_frame_id(base_id) for base_id in frames}
    values = {base_id: lv.decode(base_id, payload) for base_id, payload in frames.items()}
    encoders = [(lv.message(base_id).encode, values[base_id]) for base_id in frames]
    decoders = [(lv.message(base_id).decode, payload) for base_id, payload in frames.items()]
    peer_encoders = [(peers[base_id].encode, values[base_id]) for base_id in frames]
    peer_decoders = [(peers[base_id].decode, payload) for base_id, payload in frames.items()]
    if [encode(v) for encode, v in encoders] != [encode(v) for encode, v in peer_encoders]:
        raise AssertionError("encoded differently from cantools")
    for base_id, payload in frames.items():
        if values[base_id] != peers[base_id].decode(payload, decode_choices=False):
            raise AssertionError(f"decoded 0x{base_id:X} differently from cantools")
    return {
        "encode": beside(
            microseconds(lambda: [encode(v) for encode, v in encoders], 2000),
            microseconds(lambda: [encode(v) for encode, v in peer_encoders], 400),
            6.0,
        ),
        "decode": beside(
            microseconds(lambda: [decode(d) for decode, d in decoders], 2000),
            microseconds(lambda: [decode(d, decode_choices=False) for decode, d in peer_decoders], 800),
            2.5,
        ),
        "decode_column": column(lv, peers, frames_in_column, microseconds),
        "report_to_frames": {"us": microseconds(lambda: lv.frames(REPORT), 2000)},
        "report_to_frames_and_back": {"us": microseconds(lambda: lv.read(lv.frames(REPORT)), 2000)},
    }


def column(
    lv: Dialect,
    peers: dict[int, Message],
    size: int,
    microseconds: Callable[[Callable[[], object], int], float],
) -> dict[str, float]:
    """Measure columns of ``size`` frames of every message, time for one frame."""
    random = np.random.default_rng(1)
    own = peer = 0.0
    for base_id, message in peers.items():
        table = random.integers(0, 256, (size, 8), np.uint8)
        codec, length, decode = lv.message(base_id), message.length, message.decode
        payloads = [row[:length].tobytes() for row in table]
        columns = codec.decode_columns(table, length)
        for index in range(0, size, 97):
            expected = message.decode_simple(payloads[index], decode_choices=False)
            if expected != {name: values[index] for name, values in columns.items()}:
                raise AssertionError(f"column of 0x{base_id:X} decoded differently from cantools")
        own += microseconds(lambda: codec.decode_columns(table, length), 3) / size  # noqa: B023 - called at once
        peer += microseconds(lambda: [decode(data, decode_choices=False) for data in payloads], 1) / size  # noqa: B023 - likewise
    return beside(own / len(peers), peer / len(peers), 40.0)


def beside(own: float, peer: float, target: float) -> dict[str, float]:
    """Put a time beside that of cantools."""
    return {
        "us": own,
        "peer_us": peer,
        "ratio": peer / own,
        "target_ratio": target,
        "met": peer / own >= target,
    }


if __name__ == "__main__":
    print(json.dumps(figures(), indent=2))
