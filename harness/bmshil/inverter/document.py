"""A YAML file that a person wrote, read so that every complaint names file, line and key."""

from __future__ import annotations

import difflib
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import yaml

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

T = TypeVar("T")
_Fast: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Key = str | int

_LOCATION = re.compile(r"^(?P<what>.*?)(?: - at (?:`key` in )?`\$(?P<where>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+)\]|(?P<any>\[\.\.\.\])")
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")
_NEEDS_QUOTES = re.compile(r"Expected `str[^`]*`, got `(int|float|bool)`$")
_NO_WORD = re.compile(r"^Invalid enum value '(?P<name>.*)'$", re.DOTALL)
_MISSING = re.compile(r"missing required field `(?P<name>[^`]*)`")


class Document:
    """One YAML file with the place of every key.

    Attributes:
        path: the file.
        data: its content in plain Python values; keys that are numbers read as 0x351.
    """

    def __init__(self, path: Path, root: yaml.Node, data: dict[str, Any]) -> None:
        self.path = path
        self.data = data
        self._root = root

    @classmethod
    def read(cls, path: Path) -> Document:
        """Read one YAML mapping.

        Raises:
            InputError: no such file, no YAML, no mapping, or a key that is there twice.
        """
        try:
            text = path.read_text(encoding="utf-8")
            loader, root = _compose(text)
            if not isinstance(root, yaml.MappingNode):
                raise InputError(f"{path}: the file must be a mapping, key: value on each line")
            document = cls(path, root, {})
            document._refuse_doubles(root, [])
            document.data = _with_text_keys(loader.construct_document(root))
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'this is no text file'})"
            ) from error
        except yaml.MarkedYAMLError as error:
            line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
            raise InputError(f"{path}{line}: not YAML ({error.problem})") from error
        except yaml.YAMLError as error:
            raise InputError(f"{path}: not YAML ({' '.join(str(error).split())})") from error
        return document

    def convert(self, wanted: type[T]) -> T:
        """Check the content against a type and return it as that type.

        Raises:
            InputError: unknown or missing keys, wrong types, values that cannot be.
        """
        try:
            return msgspec.convert(self.data, type=wanted)
        except msgspec.ValidationError as error:
            raise self._explain(error, wanted) from error

    def error(self, message: str, *keys: Key) -> InputError:
        """An error about one place of the file, ready to be raised: file, line, key and message."""
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")
        return InputError(f"{self.path}, line {self._line(keys)}: {where + ': ' if where else ''}{message}")

    @contextmanager
    def place(self, *keys: Key) -> Iterator[None]:
        """Let a complaint about what stands in one place name that place."""
        try:
            yield
        except InputError as error:
            raise self.error(str(error), *keys) from error

    def _explain(self, error: msgspec.ValidationError, wanted: Any) -> InputError:  # noqa: ANN401 - any type
        found = _LOCATION.match(str(error))
        what, where = (found["what"], found["where"] or "") if found else (str(error), "")
        keys: list[Key] = []
        for step in _STEP.finditer(where):
            if step["any"]:
                break
            keys.append(int(step["index"]) if step["index"] else step["key"])
        if unknown := _UNKNOWN.search(what):
            name = unknown["name"]
            return self.error(f"unknown key{did_you_mean(name, _fields(wanted, keys))}", *keys, name)
        if missing := _MISSING.search(what):
            return self.error(f"the key {missing['name']!r} is missing", *keys)
        if word := _NO_WORD.match(what):
            known = ", ".join(sorted(_words(wanted, keys)))
            return self.error(f"no such word: {word['name']!r}, known are {known}", *keys)
        # YAML takes +0x100 and 1.10 for numbers, and off for false.
        hint = ": put it in quotes" if _NEEDS_QUOTES.match(what) else ""
        return self.error(what[:1].lower() + what[1:].replace("`", "'") + hint, *keys)

    def _line(self, keys: Iterable[Key]) -> int:
        """Line of the deepest place that the keys lead to."""
        node = self._root
        line = node.start_mark.line
        for key in keys:
            if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
            elif isinstance(node, yaml.MappingNode):
                pairs = [pair for pair in node.value if _text(pair[0].value) == key]
                if not pairs:
                    break
                line = pairs[0][0].start_mark.line
                node = pairs[0][1]
                continue
            else:
                break
            line = node.start_mark.line
        return line + 1

    def _refuse_doubles(self, node: yaml.Node, keys: list[Key]) -> None:
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._refuse_doubles(item, [*keys, index])
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for name, value in node.value:
                key = _text(name.value)
                if key in seen:
                    raise InputError(f"{self.path}, line {name.start_mark.line + 1}: {key!r} is there twice")
                seen.add(key)
                self._refuse_doubles(value, [*keys, key])


def _compose(text: str) -> tuple[yaml.SafeLoader, yaml.Node | None]:
    """The nodes of a document, by libyaml where it is there: five times faster.

    Its complaints say less, so that what it refuses is told by the other one.
    """
    try:
        loader = _Fast(text)
        return loader, loader.get_single_node()
    except yaml.YAMLError:
        slow = yaml.SafeLoader(text)
        return slow, slow.get_single_node()


def did_you_mean(name: str, known: Iterable[str], see: str = "") -> str:
    """Close a message about an unknown name: the nearest known one, or all of them.

    Args:
        name: the unknown one.
        known: those that there are.
        see: the command that lists them, where they are too many for a line.
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f", did you mean {near[0]!r}?" + (f" See `{see}`" if see else "")
    if see:
        return f"; see `{see}`"
    return f", known are {', '.join(names)}" if names else ""


def _text(key: object) -> str:
    """A key as people write it; YAML reads 0x351 without quotes as a number."""
    return f"0x{key:03X}" if isinstance(key, int) and not isinstance(key, bool) else str(key)


def _with_text_keys(value: Any) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(value, dict):
        return {_text(key): _with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_text_keys(item) for item in value]
    return value


def _fields(wanted: Any, keys: Iterable[Key]) -> list[str]:  # noqa: ANN401 - any type
    """Names of the keys that are known at one place of a type."""
    kind = msgspec.inspect.type_info(wanted)
    for key in keys:
        kind = _inside(kind, key)
    kind = _struct_of(kind)
    return (
        [field.encode_name for field in kind.fields] if isinstance(kind, msgspec.inspect.StructType) else []
    )


def _words(wanted: Any, keys: Iterable[Key]) -> list[str]:  # noqa: ANN401 - any type
    """The words that are known at one place of a type: those of a literal or of an enumeration."""
    kind = msgspec.inspect.type_info(wanted)
    for key in keys:
        kind = _inside(kind, key)
    members = kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)
    found: list[str] = []
    for member in members:
        if isinstance(member, msgspec.inspect.LiteralType):
            found += [str(value) for value in member.values]
        elif isinstance(member, msgspec.inspect.EnumType):
            found += [str(one.value) for one in member.cls]
    return found


def _inside(kind: msgspec.inspect.Type, key: Key) -> msgspec.inspect.Type:
    kind = _struct_of(kind)
    if isinstance(kind, msgspec.inspect.StructType):
        for field in kind.fields:
            if field.encode_name == key:
                return field.type
    if isinstance(kind, msgspec.inspect.ListType | msgspec.inspect.VarTupleType):
        return kind.item_type
    return kind


def _struct_of(kind: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """The structure among the members of a union, where there is one."""
    if isinstance(kind, msgspec.inspect.UnionType):
        for member in kind.types:
            if not isinstance(member, msgspec.inspect.NoneType):
                return member
    return kind
