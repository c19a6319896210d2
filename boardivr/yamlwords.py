"""Lists of steps in YAML: each begins with its word, and has keys beside the word or under it."""

from __future__ import annotations

from typing import Any

from boardivr.yamlnodes import Mapping, Node, Scalar
from boardivr.yamlread import Reader

Pairs = list[tuple[Scalar, Node]]


def worded(reader: Reader, node: Node, example: str) -> tuple[Scalar, Node | None, Pairs]:
    """Return a step's word, the word's own value, and the keys beside it.

    :raises Invalid: it has none; the problem is noted
    """
    if isinstance(node, Scalar):
        return node, None, []
    pairs = list(reader.pairs(node))
    if not pairs:
        raise reader.invalid(node, f"a step begins with its word, as in '- {example}'")
    (word, value), rest = pairs[0], pairs[1:]
    return word, value, rest


def read_keys(reader: Reader, cls: Any, word: Scalar, value: Node | None, rest: Pairs) -> Any:
    """Read a step as a dataclass with a ``main`` key for the word's own value.

    :param cls: whose ``main`` that is, if it has one; where it ``takes_mapping``, a mapping
        behind the word is that value, not further keys
    :raises Invalid: it can't be; the problem is noted
    """
    own: Pairs = []
    if isinstance(value, Mapping) and not cls.takes_mapping:
        own = value.pairs
    elif value is not None and not (isinstance(value, Scalar) and _is_nothing(value)):
        if not cls.main:
            raise reader.invalid(value, f"{word.text!r} takes no value")
        own = [(Scalar(at=value.at, text=cls.main), value)]
    together = Mapping(at=word.at, pairs=[*own, *rest])
    return reader.record_of(together, reader.pairs(together), cls)


def _is_nothing(value: Scalar) -> bool:
    return not value.text and not value.quoted
