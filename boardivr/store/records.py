"""Frozen dataclasses as rows: one column a field, by the field's type."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Generic, TypeVar

from boardivr.store.store import Cell, Row
from boardivr.store.values import time_text, time_value

T = TypeVar("T")

Codec = tuple[Callable[[Any], Cell], Callable[[Any], Any]]

_AS_IS: Codec = (lambda value: value, lambda cell: cell)
_TIME: Codec = (time_text, time_value)
_JSON: Codec = (lambda value: json.dumps(value, ensure_ascii=False), json.loads)
_LIST: Codec = (_JSON[0], lambda cell: tuple(json.loads(cell)))
_CODECS: dict[str, Codec] = {
    "str": _AS_IS,
    "int": _AS_IS,
    "float": _AS_IS,
    "bool": (int, bool),
    "datetime": _TIME,
    "tuple[int, ...]": _LIST,
    "tuple[str, ...]": _LIST,
    "Mapping[str, int]": (lambda value: json.dumps(dict(value)), json.loads),
}


class Records(Generic[T]):
    """How a dataclass is kept in a table.

    :param enums: the enums among its fields' types
    :raises TypeError: a field has a type that has no column
    """

    def __init__(self, kind: type[T], table: str, enums: Mapping[str, type[Enum]]) -> None:
        self._kind = kind
        self._codecs: dict[str, tuple[Codec, bool]] = {}
        for field in dataclasses.fields(kind):  # type: ignore[arg-type]
            name = str(field.type).removesuffix(" | None")
            codec = _of_enum(enums[name]) if name in enums else _CODECS.get(name)
            if codec is None:
                raise TypeError(f"{kind.__name__}.{field.name}: no column for {field.type}")
            self._codecs[field.name] = (codec, str(field.type).endswith("| None"))
        self.columns = tuple(self._codecs)
        marks = ", ".join("?" * len(self.columns))
        self.insert = (
            f"insert into {table} ({', '.join(map(_quoted, self.columns))}) values ({marks})"
        )
        self.update = f"update {table} set " + ", ".join(
            f"{_quoted(name)} = ?" for name in self.columns
        )

    def cells(self, record: T) -> list[Cell]:
        """Return a record's columns, in the order of :attr:`columns`."""
        return [
            None if (value := getattr(record, name)) is None else codec[0](value)
            for name, (codec, _) in self._codecs.items()
        ]

    def record(self, row: Row) -> T:
        """Return what a row is; columns that aren't fields don't matter."""
        return self._kind(
            **{
                name: None if may_miss and row[name] is None else codec[1](row[name])
                for name, (codec, may_miss) in self._codecs.items()
            }
        )


def _of_enum(kind: type[Enum]) -> Codec:
    return (lambda value: value.value, kind)


def _quoted(name: str) -> str:
    return f'"{name}"'  # some are words of SQL
