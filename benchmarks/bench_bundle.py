"""Size of a sealed run: so many seconds of three packs and of all instruments, on the twin.

The device is charged and discharged in turn, with new limits every minute, while the control loop samples at
10 Hz. Simulated time is more punctual than any real adapter, and what is punctual compresses too well: so
every time of a frame and of a sample is moved at random by up to 200 microseconds before the run is sealed.
Printed are the bytes of every file.
"""

from __future__ import annotations

import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bmshil.bench import open_bench
from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary
from bmshil.evidence.bundle import read_manifest, seal
from bmshil.journal import Recording, layouts

TARGET = 5_000_000
"""Bytes of one hour."""

HOUR = 3600.0

JITTER = 200_000
"""Nanoseconds."""

QUICK = {"seconds": 120.0}


def figures(seconds: float = HOUR) -> dict[str, Any]:
    """Bytes of the bundle over ``seconds`` of the bench, and what an hour would have."""
    started = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore.create(Path(folder), "twin", started=started)
        summary = Summary(
            run=store.name, started=started, rig=RigRecord(name="twin"), dut=DutRecord(profile="x")
        )
        with open_bench("twin", journal=store.journal()) as bench:
            end, turn = bench.seconds + seconds, 0
            while bench.seconds < end:
                turn += 1
                bench.bank.limit(ccl=20.0 + turn % 7, dcl=25.0 + turn % 5)
                (bench.charge if turn % 2 else bench.discharge)()
                bench.run(min(60.0, max(0.1, end - bench.seconds)))
            took = bench.seconds
        for name, layout in ((layouts.FRAMES_FILE, layouts.FRAME), (layouts.SAMPLES_FILE, layouts.SAMPLE)):
            _unpunctual(store.journal() / name, layout)
        summary.close(datetime.now(UTC))
        store.write(summary)
        begin = time.perf_counter()
        seal(store)
        sealing = time.perf_counter() - begin
        sizes = {one.name: one.bytes for one in read_manifest(store.path).files}
        recording = Recording.open(store.journal())
        frames = len(recording.frames(0.0, took))
        samples = len(recording.samples("dc.voltage", 0.0, took)[0])
    total = sum(sizes.values())
    return {
        "bench_s": round(took, 1),
        "frames": frames,
        "samples_of_voltage": samples,
        "bytes": sizes,
        "total_bytes": total,
        "bytes_per_hour": round(total * HOUR / took),
        "target_bytes_per_hour": TARGET,
        "sealing_s": round(sealing, 2),
    }


def _unpunctual(path: Path, layout: np.dtype[Any]) -> None:
    rows = np.fromfile(path, dtype=layout)
    rows["t"] += np.random.default_rng(1).integers(0, JITTER, len(rows))
    rows.tofile(path)


if __name__ == "__main__":
    print(json.dumps(figures(), indent=2))
