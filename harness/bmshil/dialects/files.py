"""Where the DBC files are, and how one is opened."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from cantools.database.can import Database


def dbc_folder() -> Path:
    """Return the folder with the DBC files.

    An installed package carries them as data; in a work tree they are the folder ``dbc`` of the project.

    Raises:
        InputError: neither exists.
    """
    packaged = Path(str(files("bmshil"))) / "_data" / "dbc"
    project = Path(__file__).resolve().parents[3] / "dbc"
    for folder in (packaged, project):
        if folder.is_dir():
            return folder
    raise InputError(f"no DBC files in {packaged} nor in {project}: install bmshil again")


def load_dbc(path: Path) -> Database:
    """Open a DBC file with cantools, the codec of record.

    Args:
        path: a DBC file.

    Raises:
        InputError: the file cannot be read or is not a DBC file.
    """
    # Imported here because most users of this room never open a DBC file.
    import cantools  # noqa: PLC0415 - see above
    from cantools.database.can import Database  # noqa: PLC0415 - see above
    from cantools.database.errors import Error  # noqa: PLC0415 - see above

    try:
        database = cantools.database.load_file(str(path), database_format="dbc")
    except (OSError, Error, ValueError, KeyError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"cannot read {path} as a DBC file: {reason}") from error
    if not isinstance(database, Database):
        raise InputError(
            f"cannot read {path} as a DBC file: it holds {type(database).__name__}, not messages"
        )
    return database
