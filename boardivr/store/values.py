"""Values on their way into the database and back, without losing their type.

Times are kept as text in UTC with milliseconds, always as long, so that they
sort as they pass. What JSON has no word for is kept as ``{"$decimal": "1.50"}``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from boardivr.customer import Value


def time_text(when: datetime) -> str:
    """Return a time as the store keeps it, such as ``2026-09-21T08:00:00.000+00:00``.

    :raises ValueError: a time without its zone
    """
    if when.tzinfo is None:
        raise ValueError(f"expected a time with its zone, found {when.isoformat()}")
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def time_value(text: str) -> datetime:
    """Return a time that the store kept."""
    return datetime.fromisoformat(text)


def to_json(values: Mapping[str, Value]) -> str:
    """Return named values as JSON; their types come back with :func:`from_json`."""
    packed = {name: _pack(value) for name, value in values.items()}
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> dict[str, Value]:
    """Return the values that :func:`to_json` wrote."""
    return {name: _unpack(value) for name, value in json.loads(text).items()}


def rows_to_json(rows: Sequence[Mapping[str, Value]]) -> str:
    """Return rows of named values as a JSON list."""
    return f"[{','.join(to_json(row) for row in rows)}]"


def rows_from_json(text: str) -> list[dict[str, Value]]:
    """Return the rows that :func:`rows_to_json` wrote."""
    return [{name: _unpack(value) for name, value in row.items()} for row in json.loads(text)]


def _pack(value: Value) -> object:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):  # before date: a datetime is one as well
        return {"$time": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"expected text, a number, a date or nothing, found {type(value).__name__}")


def _unpack(value: object) -> Value:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return _KINDS[kind](text)
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"expected a value of the store, found {type(value).__name__}")


_KINDS: Mapping[str, Callable[[str], Value]] = {
    "$decimal": Decimal,
    "$time": datetime.fromisoformat,
    "$date": date.fromisoformat,
}
