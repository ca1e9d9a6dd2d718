"""The DUT as the harness sees it: what it declares, its keep-alive, its read-back."""

from bmshil.inverter.declares import (
    Accuracy,
    Aggregation,
    Declares,
    Fallback,
    KeepAlive,
    Period,
    Rating,
    Reactions,
    Recovery,
    Timeouts,
)
from bmshil.inverter.document import Document, did_you_mean
from bmshil.inverter.keepalive import KeepAliveWatch
from bmshil.inverter.mutations import Mutation, mutation, mutations
from bmshil.inverter.polls import Polls
from bmshil.inverter.profile import Profile, profile, profile_names
from bmshil.inverter.protocols import protocol_family, protocol_of
from bmshil.inverter.readback import Readback
from bmshil.inverter.registers import Register, Registers
from bmshil.inverter.times import declared_times
from bmshil.inverter.violates import Violates
from bmshil.inverter.words import Reaction, Rule

__all__ = [
    "Accuracy",
    "Aggregation",
    "Declares",
    "Document",
    "Fallback",
    "KeepAlive",
    "KeepAliveWatch",
    "Mutation",
    "Period",
    "Polls",
    "Profile",
    "Rating",
    "Reaction",
    "Reactions",
    "Readback",
    "Recovery",
    "Register",
    "Registers",
    "Rule",
    "Timeouts",
    "Violates",
    "declared_times",
    "did_you_mean",
    "mutation",
    "mutations",
    "profile",
    "profile_names",
    "protocol_family",
    "protocol_of",
]
