"""What is said to the instruments of a served twin, as its instruments hear it."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Self

from bmshil.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class ExchangeLog:
    """One JSON list per line: [when, role, conversation, request, reply].

    ``when`` is the moment of arrival in s of ``time.monotonic``, which all processes of a machine share, so
    that it can be compared with the moment at which one of them was killed. Each connection is a conversation
    with a number of its own. Bytes that are no text are written as escapes.

    Args:
        path: the file; what is in it goes.

    Raises:
        InputError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file: IO[str] = path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise InputError(f"--log {path}: {error.strerror}") from error

    def write(self, role: str, conversation: int, when: float, request: bytes, reply: bytes | None) -> None:
        """Write one exchange; on the thread of the instruments."""
        answer = None if reply is None else _text(reply)
        self._file.write(json.dumps([round(when, 6), role, conversation, _text(request), answer]) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _text(said: bytes) -> str:
    return said.decode("ascii", "backslashreplace").rstrip("\r\n")
