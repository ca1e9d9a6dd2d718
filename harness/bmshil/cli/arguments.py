"""A parser of command lines that says what is wrong in one line, as every other mistake is told."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

from bmshil.errors import InputError

_TRANSLATIONS = (
    (r"the following arguments are required: (?P<names>.+)", "{names} missing"),
    (
        r"argument (?P<name>.+?): invalid choice: (?P<given>.+) \(choose from (?P<known>.+)\)",
        "{name} {given}: choose one of {known}",
    ),
    (r"argument (?P<name>.+?): invalid int value: (?P<given>.+)", "{name} {given}: write a whole number"),
    (r"argument (?P<name>.+?): invalid float value: (?P<given>.+)", "{name} {given}: write a number"),
    (r"argument (?P<name>.+?): expected at least one argument", "{name}: name at least one"),
    (
        r"argument (?P<name>.+?): expected one argument",
        "{name}: its value is missing, or begins with a dash: write {name}=VALUE",
    ),
    (
        r"argument (?P<name>.+?): ignored explicit argument (?P<given>.+)",
        "{name} takes no value, not {given}",
    ),
    (
        r"argument (?P<name>.+?): not allowed with argument (?P<other>.+)",
        "{name} and {other}: give one of them",
    ),
)
"""What argparse says, and what it means for somebody who has never read its manual."""


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, and raises instead of leaving the process."""

    def error(self, message: str) -> NoReturn:
        """End with what argparse has to say of a mistake.

        Raises:
            InputError: always.
        """
        told = message
        for pattern, text in _TRANSLATIONS:
            found = re.fullmatch(pattern, message)
            if found is not None:
                told = text.format_map(found.groupdict())
                break
        raise InputError(f"{told}{' See' if told.endswith('?') else '; see'} `{self.prog} --help`")

    def refuse_unknown(self, extra: list[str]) -> None:
        """Refuse words that no argument of this command has taken.

        Raises:
            InputError: there are some.
        """
        if not extra:
            return
        word = extra[0].partition("=")[0]
        if word.startswith("-"):
            known = [option for action in self._actions for option in action.option_strings]
            self.error(f"there is no option {word}{nearest(word, known)}")
        self.error(f"one word too many: {word!r}")


def nearest(word: str, known: list[str]) -> str:
    """Close a message about an unknown word with the nearest known one; empty where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1)
    return f", did you mean {near[0]}?" if near else ""
