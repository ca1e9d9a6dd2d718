"""Change one byte of a sealed run, somewhere, and look whether ``bmshil verify`` finds it: again and again.

Prints one JSON document; exit code 1 when a change stays unseen. Without a folder a small run is made first.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bmshil.errors import InputError
from bmshil.evidence.bundle import annotate, sign, verify

BMSHIL = Path(sys.executable).with_name("bmshil")


def flips(folder: Path, trials: int, seed: int) -> dict[str, Any]:
    """Flip ``trials`` bytes, one at a time; places are drawn over files first, then within the file."""
    draw = random.Random(seed)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    unseen = []
    for _ in range(trials):
        path = draw.choice(files)
        place, bits = draw.randrange(path.stat().st_size), draw.randrange(1, 256)
        _flip(path, place, bits)
        try:
            found = bool(verify(folder))
        except InputError:
            found = True
        finally:
            _flip(path, place, bits)
        if not found:
            unseen.append(f"{path.relative_to(folder)} byte {place} xor {bits}")
    return {
        "files": len(files),
        "trials": trials,
        "found": trials - len(unseen),
        "unseen": unseen,
        "clean_at_the_end": not verify(folder),
    }


def _flip(path: Path, place: int, bits: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        (before,) = file.read(1)
        file.seek(place)
        file.write(bytes([before ^ bits]))


def _made(folder: str) -> Path:
    command = [str(BMSHIL), "qualify", "twin", "-k", "CFG-01 or HBT-01", "--runs", folder, "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
    run = Path(folder) / json.loads(done.stdout)["run"]
    annotate(run, "CFG-01", "a remark", "accepted", "benchmark")
    (Path(folder) / "head.asc").write_text("a signature", encoding="ascii")
    sign(run, Path(folder) / "head.asc")
    return run


def main() -> int:
    """Parse arguments, flip, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", help="a sealed run; it is left as it was")
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        run = Path(options.folder) if options.folder else _made(folder)
        found = flips(run, options.trials, options.seed)
    print(json.dumps(found, indent=2))
    return 0 if found["found"] == options.trials and found["clean_at_the_end"] else 1


if __name__ == "__main__":
    sys.exit(main())
