"""A finished journal made small: its files in their compressed form, and read back from it."""

from __future__ import annotations

import gzip
import os
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from bmshil.errors import InputError
from bmshil.journal import layouts
from bmshil.journal.column import Column
from bmshil.journal.columnar import pack_frames, pack_samples, unpack_frames, unpack_samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

_COLUMNS = (
    (layouts.FRAMES_FILE, layouts.FRAMES_NPZ, layouts.FRAME, pack_frames, unpack_frames),
    (layouts.SAMPLES_FILE, layouts.SAMPLES_NPZ, layouts.SAMPLE, pack_samples, unpack_samples),
)
_STREAMS = (
    (layouts.EVENTS_FILE, layouts.EVENTS_GZ),
    (layouts.DIALOGUE_FILE, layouts.DIALOGUE_GZ),
)


class Held(Column):
    """Records that were read from a compressed file, in memory as a whole."""

    def __init__(self, layout: np.dtype[Any], rows: NDArray[Any]) -> None:
        super().__init__(layout, None)
        self._rows = rows

    def _stored(self, _flushed: int) -> NDArray[Any]:
        return self._rows

    def __len__(self) -> int:
        return len(self._rows)


def pack_journal(folder: Path) -> list[str]:
    """Put the compressed form in the place of each file that a journal has left; may be called again.

    A file is taken away only after its compressed form was read back and found to be the same. What a kill
    has left of a last record or line is cut off.

    Args:
        folder: of a journal that nobody writes any more.

    Returns:
        What was cut off, a sentence each.

    Raises:
        InputError: the disk refuses, or gives back something else than was written.
    """
    cut: list[str] = []
    try:
        for name, packed, layout, pack, unpack in _COLUMNS:
            if (folder / name).is_file():
                cut += _pack_columns(folder / name, folder / packed, layout, pack, unpack)
        for name, packed in _STREAMS:
            if (folder / name).is_file():
                cut += _pack_stream(folder / name, folder / packed)
    except OSError as error:
        raise InputError(f"{folder}: cannot be sealed ({error.strerror or error})") from error
    return cut


def column(folder: Path, layout: np.dtype[Any]) -> Column:
    """The frames or the samples of a finished journal, whichever form they have.

    Raises:
        OSError: there are none.
        InputError: the compressed form is damaged.
    """
    name, packed, _, _, unpack = next(one for one in _COLUMNS if one[2] is layout)
    if (folder / name).is_file() or not (folder / packed).is_file():
        return Column(layout, folder / name, append=False)
    return Held(layout, _read(folder / packed, unpack))


def stream(folder: Path, name: str) -> bytes:
    """The lines of ``events.jsonl`` or ``dialogue.jsonl``, whichever form the file has.

    Raises:
        OSError: there is none.
        InputError: its compressed form is damaged.
    """
    plain = folder / name
    if plain.is_file() or not plain.with_name(f"{name}.gz").is_file():
        return plain.read_bytes()
    try:
        return gzip.decompress(plain.with_name(f"{name}.gz").read_bytes())
    except (EOFError, OSError, zlib.error) as error:
        raise InputError(f"{plain}.gz: damaged: {error}") from error


def _read(path: Path, unpack: Callable[[dict[str, NDArray[Any]]], NDArray[Any]]) -> NDArray[Any]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as columns:
            return unpack(dict(columns.items()))
    except (ValueError, LookupError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{path}: damaged: {' '.join(str(error).split())}") from error


def _pack_columns(
    path: Path,
    target: Path,
    layout: np.dtype[Any],
    pack: Callable[[NDArray[Any]], dict[str, NDArray[Any]]],
    unpack: Callable[[dict[str, NDArray[Any]]], NDArray[Any]],
) -> list[str]:
    whole, rest = divmod(path.stat().st_size, layout.itemsize)
    rows = np.fromfile(path, dtype=layout, count=whole)
    draft = target.with_name(f"new-{target.name}")
    with draft.open("wb") as file:
        np.savez_compressed(file, **pack(rows))  # type: ignore[arg-type]  # its stub takes the names for options
    _require_same(_read(draft, unpack).tobytes() == rows.tobytes(), path)
    os.replace(draft, target)  # noqa: PTH105 - the atomicity is what matters, and it is named here
    path.unlink()
    return [f"{path.name}: {rest} bytes of a last record"] if rest else []


def _pack_stream(path: Path, target: Path) -> list[str]:
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    draft = target.with_name(f"new-{target.name}")
    draft.write_bytes(gzip.compress(whole, compresslevel=6, mtime=0))
    _require_same(gzip.decompress(draft.read_bytes()) == whole, path)
    os.replace(draft, target)  # noqa: PTH105 - likewise
    path.unlink()
    rest = len(content) - len(whole)
    return [f"{path.name}: {rest} bytes of a last line"] if rest else []


def _require_same(same: bool, path: Path) -> None:
    if not same:
        raise InputError(f"{path}: its compressed form reads back as something else; it stays as it is")
