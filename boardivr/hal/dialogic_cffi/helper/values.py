"""The HAL's values as JSON and back, by the types that the hooks of `Channel` declare.

Strict: what doesn't fit its type is refused, so that a message of another version
can't half work.
"""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from boardivr.hal.channel import Channel
from boardivr.hal.types import Clip

HOOKS = (
    "wait_for_call", "answer", "reject", "dial", "flash", "hang_up", "play", "record",
    "get_digits", "clear_digits", "send_digits", "await_fax", "send_fax", "receive_fax", "bridge",
    "unbridge", "listen", "conceal", "is_lost", "wait_for_hang_up", "get_utterance", "close",
)  # fmt: skip


def hints(hook: str) -> dict[str, Any]:
    """Return the types of a hook's arguments, and of its result as ``return``.

    :raises ValueError: no such hook
    """
    if hook not in HOOKS:
        raise ValueError(f"expected a verb such as 'play', found {hook!r}")
    found = typing.get_type_hints(getattr(Channel, f"_{hook}"), localns={"Channel": Channel})
    found.pop("on_page", None)  # pages are told by messages of their own
    return found


def encode(value: Any) -> Any:
    """Return a value as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in dataclasses.fields(value)]
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [encode(one) for one in value]
    return value


def decode(hint: Any, value: Any) -> Any:
    """Return a value of a type from what JSON has of it.

    :raises ValueError: it doesn't fit
    """
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = [one for one in typing.get_args(hint) if one is not types.NoneType]
        return None if value is None else decode(inner, value)
    if origin is tuple and typing.get_args(hint)[-1] is not ...:
        kinds = typing.get_args(hint)
        _must(isinstance(value, list) and len(value) == len(kinds), hint, value)
        return tuple(decode(kind, one) for kind, one in zip(kinds, value, strict=True))
    if origin is not None:
        _must(isinstance(value, list), hint, value)
        return tuple(decode(typing.get_args(hint)[0], one) for one in value)
    if dataclasses.is_dataclass(hint):
        return _decode_record(typing.cast(type, hint), value)
    return _decode_plain(hint, value)


def _decode_record(kind: type, value: Any) -> Any:
    names = {one.name for one in dataclasses.fields(kind)}
    _must(isinstance(value, Mapping) and set(value) == names, kind, value)
    inner = typing.get_type_hints(kind)
    return kind(**{name: decode(inner[name], value[name]) for name in names})


def _decode_plain(hint: Any, value: Any) -> Any:
    if hint is types.NoneType:
        _must(value is None, hint, value)
        return None
    if issubclass(hint, enum.Enum):
        return hint(value)
    if hint in (Path, bytes):
        _must(isinstance(value, str), hint, value)
        return Path(value) if hint is Path else bytes.fromhex(value)
    if hint is float:
        _must(isinstance(value, int | float) and not isinstance(value, bool), hint, value)
        return float(value)
    _must(type(value) is hint and hint in (int, str, bool), hint, value)
    return value


def _must(fits: bool, hint: Any, value: Any) -> None:
    if not fits:
        name = getattr(hint, "__name__", str(hint))
        raise ValueError(f"expected {name}, found {type(value).__name__}")


def is_of_clips(hint: Any) -> bool:
    """Return whether an argument is clips: they are sent once, and named by a number."""
    return typing.get_args(hint) == (Clip,)


def is_of_channel(hint: Any) -> bool:
    """Return whether an argument is another channel, or None."""
    return hint is Channel or Channel in typing.get_args(hint)
