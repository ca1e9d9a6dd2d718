"""Report to bytes and back: dialects, their DBC files, and id schemes. No sockets, no threads."""

from bmshil.dialects.codec import CompiledMessage
from bmshil.dialects.dbc_set import SHIPPED, BankDbc, bank_dbc, write_dbc
from bmshil.dialects.dialect import Dialect, MessageSpec, dialect, dialect_names
from bmshil.dialects.files import dbc_folder, load_dbc
from bmshil.dialects.known import KNOWN, Known
from bmshil.dialects.neighbours import neighbour_ids
from bmshil.dialects.report import NO_ALARM, Alarm, PartialReport, Report
from bmshil.dialects.scheme import ADDRESSES, IdMap, IdScheme, assign_ids, id_scheme, scheme_names
from bmshil.dialects.serial import default_baud, serial_names

__all__ = [
    "ADDRESSES",
    "KNOWN",
    "NO_ALARM",
    "SHIPPED",
    "Alarm",
    "BankDbc",
    "CompiledMessage",
    "Dialect",
    "IdMap",
    "IdScheme",
    "Known",
    "MessageSpec",
    "PartialReport",
    "Report",
    "assign_ids",
    "bank_dbc",
    "dbc_folder",
    "default_baud",
    "dialect",
    "dialect_names",
    "id_scheme",
    "load_dbc",
    "neighbour_ids",
    "scheme_names",
    "serial_names",
    "write_dbc",
]
