"""DBC files for banks: the base set of a dialect, repeated for every pack by an id scheme.

The base DBC is copied statement by statement with other identifiers and names. Nothing of the layout is
written a second time here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bmshil.dialects.dialect import BATTERY
from bmshil.dialects.scheme import EXTENDED, assign_ids

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.dialects.dialect import Dialect
    from bmshil.dialects.scheme import IdMap, IdScheme

# The statements of a DBC that belong to one message, up to its identifier.
_MESSAGE = re.compile(r'^(BO_ |CM_ BO_ |CM_ SG_ |BA_ "[^"]*" BO_ |BA_ "[^"]*" SG_ |VAL_ )(\d+)')
_HEAD = re.compile(rf"^BO_ (\d+) (\w+): (\d+) {BATTERY}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BankDbc:
    """One DBC file that is shipped: dialect, id scheme and number of packs."""

    dialect: str
    scheme: str
    packs: int

    @property
    def file_name(self) -> str:
        """Name of the file in the folder ``dbc``."""
        scheme = self.scheme.replace("+", "plus_").replace("<<", "shift_")
        return f"{self.dialect.replace('-', '_').replace('.', '_')}__{scheme}__{self.packs}_packs.dbc"


SHIPPED = tuple(
    BankDbc(dialect, scheme, packs)
    for dialect in ("pylontech-lv-1.2", "pylontech-lv-1.3")
    for scheme, packs in (("+0x10", 3), ("+0x100", 3), ("+0x100", 5), ("29bit", 3), ("<<12", 16))
)


def bank_dbc(dialect: Dialect, scheme: IdScheme, packs: int) -> str:
    """Return the text of a DBC file for a bank.

    Messages are named ``Pack2_Limits``, senders ``Pack2``. What the inverter sends is there once. Extended
    identifiers carry bit 31, as the format wants it.

    Args:
        dialect: what every pack speaks.
        scheme: how their identifiers differ.
        packs: number of packs, from 1.

    Raises:
        IdentifierError: identifiers overlap or do not fit.
    """
    ids = assign_ids(dialect, scheme, packs)
    base = dialect.path.read_text(encoding="ascii")
    sent = {message.id for message in dialect.messages}
    nodes = " ".join(f"Pack{pack}" for pack in range(1, packs + 1))
    base = re.sub(rf"^BU_: {BATTERY}\b", f"BU_: {nodes}", base, flags=re.MULTILINE)
    about = f"{dialect.name} for {packs} packs, identifiers by the scheme {scheme.name}."
    base = base.replace('CM_ "', f'CM_ "{about} ', 1)

    def key(statement: str) -> str:
        """Statements of one kind that belong to messages of the battery are repeated together."""
        if statement.startswith(f"CM_ BU_ {BATTERY} "):
            return "node"
        match = _MESSAGE.match(statement)
        return match[1].split()[0] if match and int(match[2]) in sent else ""

    parts: list[str] = []
    for kind, group in groupby(_statements(base), key):
        statements = list(group)
        if not kind:
            parts += statements
            continue
        for pack in range(1, packs + 1):
            parts += [_renumbered(statement, ids, pack) for statement in statements]
    return "".join(parts)


def write_dbc(dialect: Dialect, scheme: IdScheme, packs: int, path: Path) -> None:
    """Write the DBC file for a bank; arguments and errors as for :func:`bank_dbc`."""
    path.write_text(bank_dbc(dialect, scheme, packs), encoding="ascii", newline="\n")


def _statements(text: str) -> list[str]:
    """Split into lines, a message with its signals and the empty line after them in one piece."""
    return re.findall(r"^BO_ .*\n(?: SG_ .*\n)*\n?|^.*\n", text, flags=re.MULTILINE)


def _renumbered(statement: str, ids: IdMap, pack: int) -> str:
    node = f"Pack{pack}"
    if statement.startswith("CM_ BU_"):
        return statement.replace(BATTERY, node, 1)

    def number(match: re.Match[str]) -> str:
        id_, extended = ids.wire(int(match[2]), pack)
        return f"{match[1]}{id_ | EXTENDED if extended else id_}"

    named = _HEAD.sub(rf"BO_ \1 {node}_\2: \3 {node}", statement)
    return _MESSAGE.sub(number, named)
